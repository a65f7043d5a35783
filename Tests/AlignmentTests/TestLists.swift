import Foundation

@testable import Alignment

/// A folder with lists and states, removed with the object.
final class TestLists {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("alignment-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        return path(name)
    }

    /// A list of ids and titles.
    func list(_ name: String, _ rows: [(String, String)]) throws -> ListInput {
        let text = "id\ttitle\n" + rows.map { "\($0.0)\t\($0.1)\n" }.joined()
        return ListInput(path: try write(name, text))
    }

    func request(_ left: ListInput, _ right: ListInput?, state: String = "state") -> AlignmentRequest {
        AlignmentRequest(left: left, right: right, state: path(state))
    }
}

extension FinishedAlignment {
    /// All pairs, dropped ones too.
    func allPairs() async throws -> [AlignedPair] {
        var cursor = PairCursor(includesDropped: true)
        var all: [AlignedPair] = []
        while let pairs = try await nextPairs(&cursor) { all += pairs }
        return all
    }
}
