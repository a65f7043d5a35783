import Foundation
import Statistics
import Testing

@Suite("Events, crashes and full disks")
struct EventsCrashTests {
    private static func event(_ number: Int) -> String {
        #"{"action_name": "click", "query_id": "q\#(number)", "timestamp": \#(Int(Date().timeIntervalSince1970) * 1000), "#
            + #""event_attributes": {"object": {"object_id": "p\#(number)"}}}"# + "\n"
    }

    @Test("what was acknowledged is there after kill -9", .timeLimit(.minutes(5)))
    func killed() throws {
        let shop = try Shop()
        let seed = UInt64.random(in: 0 ... .max)
        print("Seed of the kills: \(seed)")
        var random = SplitMix64(seed: seed)
        var sent = 0
        var most = 0
        for round in 0..<8 {
            let before = round == 0 ? 0 : try count(shop)
            let process = Process()
            process.executableURL = shop.program
            process.arguments = ["events", "import", "-", "--into", "events.db", "--acknowledge"]
            process.currentDirectoryURL = shop.folder
            let (input, output) = (Pipe(), Pipe())
            process.standardInput = input
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            try output.fileHandleForWriting.close()
            // Killed in the middle of whatever it does after some acknowledgments.
            let wanted = 1 + Int(Double.random(in: 0..<1, using: &random) * 20)
            var acknowledged = 0
            var text = ""
            var lines = 0
            while lines < wanted {
                var batch = ""
                for _ in 0..<50 {
                    batch += Self.event(sent)
                    sent += 1
                }
                try input.fileHandleForWriting.write(contentsOf: Data(batch.utf8))
                text += String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
                lines = text.split(separator: "\n").count
            }
            // More is on its way when it dies.
            try input.fileHandleForWriting.write(contentsOf: Data(Self.event(sent).utf8))
            sent += 1
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            text += String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            acknowledged = text.split(separator: "\n").last.flatMap { Int($0) } ?? 0
            #expect(acknowledged > 0)
            let after = try count(shop)
            #expect(after >= before + acknowledged, "round \(round), seed \(seed)")
            #expect(after <= sent, "round \(round), seed \(seed)")
            most = max(most, acknowledged)
        }
        print("Events sent \(sent), most acknowledged before a kill \(most)")
    }

    @Test(
        "a full disk is said plainly, and nothing is half written",
        .enabled(if: Mount.isPossible, "needs root"),
        .timeLimit(.minutes(5))
    )
    func fullDisk() throws {
        let shop = try Shop()
        let disk = shop.url("disk")
        try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: false)
        try #require(Mount.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.path) == 0)
        defer { _ = Mount.run("umount", disk.path) }
        try shop.write("few.jsonl", (0..<10).map(Self.event).joined())
        try shop.done("events", "import", "few.jsonl", "--into", "disk/events.db")
        try shop.write("many.jsonl", (1000..<21_000).map(Self.event).joined())
        let run = try shop.aisle("events", "import", "many.jsonl", "--into", "disk/events.db")
        #expect(run.status == 1)
        #expect(run.errors.contains("The disk is full"), "\(run.errors)")
        // With room again, what was kept can be asked for, whole transactions of it.
        try #require(Mount.run("mount", "-o", "remount,size=64m", disk.path) == 0)
        let kept = try count(shop, "disk/events.db")
        #expect(kept >= 10 && kept < 20_010, "\(kept)")
        try shop.done("events", "import", "many.jsonl", "--into", "disk/events.db")
        #expect(try count(shop, "disk/events.db") == 20_010)
    }

    private func count(_ shop: Shop, _ store: String = "events.db") throws -> Int {
        let stats = try shop.done("events", "stats", "--from", store, "--json").json()
        return (stats["events"] as? [String: Int])?["click"] ?? 0
    }
}
