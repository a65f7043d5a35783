import Foundation

/// The sample catalogue and its judgments as a whole: made from the tables, written to files or compared with them.
struct SampleCatalogue {
    private let rules: CatalogueRules
    private let judgments: SampleJudgments
    /// Folders, file names and contents, in the order in which they are written.
    let files: [(folder: String, name: String, text: String)]
    let parts: CatalogueFiles

    init(corpusFolder: String, judgmentsFolder: String) throws {
        let sources = SourceFolder(path: corpusFolder + "/sources")
        let vocabulary = try Vocabulary(sources)
        let types = try ProductTypes(sources, vocabulary)
        let concepts = ConceptMaker(vocabulary: vocabulary, types: types).all()
        let listings = ListingMaker(vocabulary: vocabulary, slips: try SellerSlips(sources)).all(concepts)
        parts = CatalogueFiles(concepts: concepts, listings: listings, vocabulary: vocabulary, types: types)
        rules = try CatalogueRules(parts, sources)
        let lexicon = LexiconFiles(vocabulary: vocabulary, types: types)
        judgments = try SampleJudgments(folder: judgmentsFolder, parts: parts)
        let catalogue = [
            (name: "catalogue.jsonl", text: parts.catalogue), (name: "ground-truth.jsonl", text: parts.groundTruth),
            (name: "types.tsv", text: parts.typeTable), (name: "lexicon.tsv", text: lexicon.lexicon),
            (name: "synonyms.txt", text: try lexicon.synonyms(sources)),
        ]
        files =
            catalogue.map { (folder: corpusFolder, name: $0.name, text: $0.text) }
            + judgments.files.map { (folder: judgmentsFolder, name: $0.name, text: $0.text) }
    }

    func write() throws {
        for file in files {
            guard FileManager.default.createFile(atPath: file.folder + "/" + file.name, contents: Data(file.text.utf8))
            else { throw CorpusError.unwritable(file: file.name) }
        }
    }

    /// Rules that are broken, and committed files that are not what the tables give.
    func problems() -> [CorpusError] {
        rules.violations() + files.compactMap(difference)
    }

    func ruleViolations() -> [CorpusError] {
        rules.violations()
    }

    private func difference(_ file: (folder: String, name: String, text: String)) -> CorpusError? {
        guard let data = FileManager.default.contents(atPath: file.folder + "/" + file.name) else {
            return .unreadable(file: file.name)
        }
        let made = Data(file.text.utf8)
        guard data != made else { return nil }
        let line = zip(data, made).prefix { $0 == $1 }.reduce(1) { $0 + ($1.0 == 10 ? 1 : 0) }
        return .stale(file: file.name, line: line)
    }

    /// One line a count, for people.
    var summary: String {
        var lines = ["\(parts.listings.count) listings of \(Set(parts.listings.map(\.concept.id)).count) products"]
        for language in Language.allCases {
            lines.append("  \(language.rawValue): \(parts.listings.filter { $0.language == language }.count)")
        }
        lines.append(
            "\(parts.types.all.count) types, \(parts.types.all.filter(\.isMultilingual).count) in five languages"
        )
        let languages = Dictionary(grouping: parts.listings, by: \.concept.id)
            .mapValues { Set($0.map(\.language)) }
        lines.append("\(languages.values.filter { $0.contains(.en) && $0.contains(.zh) }.count) products in en and zh")
        lines.append("\(languages.values.filter { $0.count >= 3 }.count) products in three languages or more")
        let held = parts.listings.filter { parts.isHeldOut($0.concept) }.count
        lines.append("\(held) listings held out")
        lines.append(judgments.summary)
        for file in files { lines.append("\(file.name): \(file.text.utf8.count) bytes") }
        return lines.joined(separator: "\n")
    }
}
