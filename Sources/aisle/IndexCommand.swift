public import ArgumentParser
import Catalog
import Foundation
public import Indexer
import Retriever

/// `aisle index`: a dump becomes an index.
struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Build or update an index from product dumps.",
        discussion: """
            Dumps are CSV, TSV, JSON, JSONL, XML (Google Merchant) or schema.org JSON-LD, also gzipped; "-" is standard \
            input. Known feeds are recognized by their header, other columns by likely names or --map.
            """
    )

    @Argument(help: "Dump files; \"-\" is standard input.")
    var dumps: [String] = []

    @Option(help: "The index file to build or update.")
    var into: String

    @Flag(help: "Add to the index and replace products with the same id, instead of building it anew.")
    var update = false

    @Option(
        help:
            "Ids of products to delete: separated by commas, or @FILE with one a line. Dumps beside it are an --update."
    )
    var delete: String?

    @Option(
        help: ArgumentHelp(
            "Take FIELD from COLUMN, e.g. title=Name, id=#line, ignore=Internal. Updates go by what the build was told.",
            valueName: "field=column"
        )
    )
    var map: [String] = []

    @Option(help: "Language of the texts: auto, none, or one of \(Language.codes).")
    var language = "auto"

    @Option(help: "Encoding of the dumps; recognized when not given.")
    var encoding: String?

    @Option(
        help:
            "Format of the dumps: \(DumpFormat.allCases.map(\.rawValue).joined(separator: ", ")); recognized when not given."
    )
    var format: DumpFormat?

    @Option(help: "What to do at a bad row: skip (report it and go on) or fail (stop, nothing is changed).")
    var onError = OnError.skip

    @Option(
        help: """
            File that takes the bad rows in their original form, with FILE.reasons.tsv beside it; both of an earlier run \
            are replaced, or removed where this one has no bad row.
            """
    )
    var rejects: String?

    @Option(help: "Synonym file: one group a line, separated by commas.")
    var synonyms: String?

    @Option(
        help: "Weights of the text columns in searches, e.g. title=5,brand=2,category=1.5,attributes=0.5,description=1."
    )
    var weights: String?

    @Flag(help: "Print the report as JSON.")
    var json = false

    enum OnError: String, ExpressibleByArgument, CaseIterable {
        case skip, fail
    }

    func validate() throws {
        if dumps.isEmpty, delete == nil, synonyms == nil, weights == nil {
            throw ValidationError("Name at least one dump, or --delete IDS.")
        }
        if dumps.isEmpty, delete == nil, !update {
            throw ValidationError("--synonyms or --weights without a dump change an index that is there: add --update.")
        }
        do { _ = try mappings() } catch { throw ValidationError("\(error)") }
        _ = try Language(option: language)
        do { _ = try weights.map { try ColumnWeights(parsing: $0) } } catch { throw ValidationError("\(error)") }
        if let encoding, TextEncoding(name: encoding) == nil {
            let known = TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("The encoding \"\(encoding)\" is not known. Use one of \(known).")
        }
    }

    func run() throws {
        do {
            let report = try build()
            if json {
                try Terminal.printJSON(report)
            } else {
                print(IndexReportText(report, into: into).text)
            }
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(error)
        }
    }

    private func mappings() throws -> [FieldMapping] { try map.map(FieldMapping.init(parsing:)) }

    private func build() throws -> BuildReport {
        var options = BuildOptions(dumps: dumps, into: into)
        options.update = update
        options.delete = try idsToDelete()
        options.dump.format = format
        options.dump.encoding = encoding.flatMap(TextEncoding.init(name:))
        options.dump.map = try mappings()
        options.language = try Language(option: language)
        options.weights = try weights.map { try ColumnWeights(parsing: $0) }
        options.stopsAtBadRow = onError == .fail
        options.rejects = rejects
        if let synonyms { options.synonyms = try readSynonyms(synonyms) }
        let line = ProgressLine()
        defer { line.clear() }
        var build = IndexBuild(options) { line.update($0) }
        return try build.run()
    }

    /// The synonym file's text; its problems go to standard error with their lines.
    private func readSynonyms(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw CommandFailure("aisle: \(path): there is no such synonym file, or it cannot be read.")
        }
        let text = String(decoding: data, as: UTF8.self)
        for problem in Synonyms(parsing: text).problems { Terminal.printError("\(path): \(problem)") }
        return text
    }

    /// The ids of `--delete`, nil where it is not given: an empty list is one, too.
    private func idsToDelete() throws -> [ProductID]? {
        guard let delete else { return nil }
        var ids = delete.split(separator: ",")
        if delete.hasPrefix("@") {
            let path = String(delete.dropFirst())
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CommandFailure("aisle: \(path): there is no such file of ids, or it cannot be read.")
            }
            guard let text = String(data: data, encoding: .utf8) else {
                throw CommandFailure("aisle: \(path): the ids are not in UTF-8. Convert the file.")
            }
            ids = text.split(whereSeparator: \.isNewline)
        }
        let around = CharacterSet.whitespaces.union(CharacterSet(charactersIn: "\u{feff}"))
        return ids.map { $0.trimmingCharacters(in: around) }.filter { !$0.isEmpty }.map { ProductID($0) }
    }
}

extension DumpFormat: ExpressibleByArgument {}

extension Language {
    /// The codes for help texts.
    static var codes: String { allCases.filter { $0 != .none }.map(\.rawValue).joined(separator: ", ") }

    /// Reads `--language`: nil for auto.
    ///
    /// Throws `ValidationError`.
    init?(option: String) throws {
        if option == "auto" { return nil }
        guard let known = Language(rawValue: option) ?? Language.unstemmed(option) else {
            throw ValidationError(
                "The language \"\(option)\" is not known. Use auto, none, or one of \(Language.codes)."
            )
        }
        self = known
    }

    /// Languages that are written without inflection to strip: known, but without a stemmer.
    private static func unstemmed(_ code: String) -> Language? {
        ["zh", "ja", "ko", "th", "lo", "km", "my", "vi"].contains(code) ? Language.none : nil
    }
}
