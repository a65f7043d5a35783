import Foundation

/// The judgments of the sample catalogue: queries, what they are, and graded pages.
///
/// Every page is graded for every query. The file holds what has a grade above 0, and what a pooled method found.
struct SampleJudgments {
    /// File names and contents.
    let files: [(name: String, text: String)]
    let summary: String

    /// Reads `asks.txt`, `pool.tsv` and `decisions.txt` in the folder and grades the listings.
    ///
    /// Throws `CorpusError` with file and line.
    init(folder: String, parts: CatalogueFiles) throws {
        let source = SourceFolder(path: folder)
        let models = Set(parts.concepts.map(\.model.id))
        let reader = AskReader(
            vocabulary: parts.vocabulary,
            types: parts.types,
            models: models,
            codes: Set(parts.concepts.map(\.code))
        )
        let queries = try reader.read(source, file: "asks.txt")
        let ids = Set(parts.listings.map(\.id))
        let known = Set(queries.map(\.id))
        func check(_ query: String, _ id: String, _ file: String, _ line: Int) throws {
            if !known.contains(query) { throw CorpusError.unknown(file: file, line: line, kind: "query", value: query) }
            if !ids.contains(id) { throw CorpusError.unknown(file: file, line: line, kind: "product", value: id) }
        }

        var pool: [String: Set<String>] = [:]
        for line in try source.lines("pool.tsv") {
            let fields = line.text.split(separator: "\t").map(String.init)
            for id in fields.dropFirst() {
                try check(fields[0], id, "pool.tsv", line.number)
                pool[fields[0], default: []].insert(id)
            }
        }
        var decisions: [String: [String: Grade]] = [:]
        for row in try source.rows("decisions.txt", atLeast: 4) {
            guard let grade = Grade(letter: row.fields[2]) else {
                throw CorpusError.unknown(file: row.file, line: row.line, kind: "grade", value: row.fields[2])
            }
            for id in row.fields[1].words {
                try check(row.fields[0], id, row.file, row.line)
                decisions[row.fields[0], default: [:]][id] = grade
            }
        }

        let judge = Judge(types: parts.types, vocabulary: parts.vocabulary, needs: parts.needs(of:))
        var lines: [String] = []
        var counts: [Grade: Int] = [:]
        for query in queries {
            for listing in parts.listings.sorted(by: { $0.id < $1.id }) {
                let grade = decisions[query.id]?[listing.id] ?? judge.grade(listing, query.ask)
                guard
                    grade > .irrelevant || pool[query.id]?.contains(listing.id) == true
                        || decisions[query.id]?[listing.id] != nil
                else { continue }
                counts[grade, default: 0] += 1
                lines.append("\(query.id) 0 \(listing.id) \(grade.rawValue)\n")
            }
        }
        files = [
            (name: "queries.tsv", text: queries.map { "\($0.id)\t\($0.text)\n" }.joined()),
            (
                name: "topics.tsv",
                text: "query\tlanguage\tkind\n"
                    + queries.map { "\($0.id)\t\($0.language.rawValue)\t\($0.kind)\n" }.joined()
            ), (name: "qrels.txt", text: lines.joined()),
        ]
        let grades = [Grade.exact, .substitute, .complement, .irrelevant].map { counts[$0] ?? 0 }
        summary =
            "\(queries.count) judged queries: \(grades[0]) exact, \(grades[1]) substitutes, "
            + "\(grades[2]) complements, \(grades[3]) irrelevant pages"
    }
}
