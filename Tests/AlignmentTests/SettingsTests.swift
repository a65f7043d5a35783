import Foundation
import Testing

@testable import Alignment

@Suite struct SettingsTests {
    private func read(_ json: String) throws -> AlignmentSettings {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(json.utf8).write(to: file)
        return try AlignmentSettings(path: file.path)
    }

    @Test func `A category has its own task and thresholds, and the rest from everywhere`() throws {
        let settings = try read(
            """
            {"instruction": "Same?", "merge": 0.8, "categories":
             {"Certification": {"instruction": "Judge whether both name the same certificate.", "merge": 0.97}}}
            """
        )
        let everywhere = settings.rules(for: [["Shoes"]])
        #expect(everywhere == .init(instruction: "Same?", merge: 0.8, review: 0.7))
        let rules = settings.rules(for: [["Documents", "certification"]])
        #expect(rules.instruction == "Judge whether both name the same certificate.")
        #expect(rules.merge == 0.97 && rules.review == 0.7)
    }

    @Test func `Without a file thresholds are 0.9 and 0.7 and the task names near misses`() {
        let rules = AlignmentSettings().rules(for: [])
        #expect(rules.merge == 0.9 && rules.review == 0.7)
        #expect(rules.instruction.hasPrefix("Judge whether"))
    }

    @Test(
        arguments: [
            (#"{"merg": 0.9}"#, "merg"), (#"{"merge": "high"}"#, "merge"), (#"{"merge": 1.5}"#, "merge"),
            (#"{"merge": 0.5, "review": 0.6}"#, "review"),
            (#"{"categories": {"A": {"task": "x"}}}"#, "categories.A.task"),
            (#"{"categories": {"A": {"merge": -1}}}"#, "categories.A.merge"),
            (#"{"calibration": {"slope": -1, "intercept": 0}}"#, "calibration.slope"),
            (#"{"calibration": {"slope": 1}}"#, "calibration.intercept"),
        ]
    )
    func `A wrong setting is named`(_ row: (String, String)) throws {
        let error = #expect(throws: AlignmentError.self) { try read(row.0) }
        guard case .settings(_, let field, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(field == row.1)
    }

    @Test func `Settings are read as they were written`() throws {
        var settings = AlignmentSettings()
        settings.instruction = "Judge whether \"both\" are 一样"
        settings.merge = 0.1 + 0.2
        settings.review = 1.0 / 3 - 0.1
        settings.calibration = Calibration(slope: 1.0 / 7, intercept: -0.3)
        settings.categories = ["Werkzeug": .init(instruction: "x")]
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("settings-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try settings.write(to: file.path)
        #expect(try AlignmentSettings(path: file.path) == settings)
    }
}
