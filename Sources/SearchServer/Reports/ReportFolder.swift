import Foundation

/// A folder of reports that `aisle eval --report` wrote, with the figures of `--json` beside each.
struct ReportFolder: Sendable {
    /// The folder.
    let path: String

    /// How many are shown, the latest ones.
    static let most = 50
    /// A larger report is no report.
    static let largest = 32 << 20

    /// A report's place.
    struct Entry: Sendable {
        /// The file's name.
        var name: String
        /// When it was last written.
        var date: Date
    }

    /// The reports, latest first.
    ///
    /// Only what lies in the folder itself as a file: no links, no hidden files, nothing in folders below. It may wait
    /// for the disk.
    ///
    /// - Throws: `ServerError.reportsUnreadable`.
    func entries() throws(ServerError) -> [Entry] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw .reportsUnreadable(path: path)
        }
        let found = names.compactMap { name -> Entry? in
            guard name.hasSuffix(".html"), !name.hasPrefix(".") else { return nil }
            return file(name, atMost: Self.largest).map { Entry(name: name, date: $0) }
        }
        return Array(found.sorted { ($1.date, $0.name) < ($0.date, $1.name) }.prefix(Self.most))
    }

    /// The bytes of a report.
    ///
    /// The name is compared with those in the folder, so that no name leads out of it.
    ///
    /// - Throws: `ServerError.noSuchReport`, `.reportsUnreadable`.
    func report(_ name: String) throws(ServerError) -> Data {
        guard try entries().contains(where: { $0.name == name }), let data = contents(name) else {
            throw .noSuchReport(name: name)
        }
        return data
    }

    /// The figures beside a report: `NAME.json` beside `NAME.html`; nil where there are none that can be read.
    func figures(of entry: Entry) -> ReportFigures? {
        let name = entry.name.dropLast(".html".count) + ".json"
        guard file(name, atMost: Self.largest) != nil, let data = contents(String(name)) else { return nil }
        return try? JSONDecoder().decode(ReportFigures.self, from: data)
    }

    /// When a file of the folder was last written; nil where it is none, or a link, or too large.
    private func file(_ name: some StringProtocol, atMost limit: Int) -> Date? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
        guard let attributes, attributes[.type] as? FileAttributeType == .typeRegular,
            let size = attributes[.size] as? Int, size <= limit
        else { return nil }
        return attributes[.modificationDate] as? Date
    }

    private func contents(_ name: String) -> Data? {
        FileManager.default.contents(atPath: "\(path)/\(name)")
    }
}
