import Foundation
import Statistics
import Testing

@Suite("Crashes and full disks")
struct CrashTests {
    private static let oldCount = 100
    private static let newCount = 20_000

    @Test("kill -9 at any moment leaves the old index or the new one", .timeLimit(.minutes(10)))
    func killed() throws {
        let shop = try Shop()
        try shop.write("old.csv", Self.dump(Self.oldCount))
        try shop.write("new.csv", Self.dump(Self.newCount))
        try shop.done("index", "old.csv", "--into", "old.db", "--language", "en")
        let seed = UInt64.random(in: 0 ... .max)
        print("Seed of the kills: \(seed)")
        var random = SplitMix64(seed: seed)

        let start = Date()
        try shop.done("index", "new.csv", "--into", "shop.db", "--language", "en")
        let duration = Date().timeIntervalSince(start)
        var counts: [Int: Int] = [:]
        for round in 0..<20 {
            for name in ["shop.db", "shop.db.building"] { try? FileManager.default.removeItem(at: shop.url(name)) }
            try FileManager.default.copyItem(at: shop.url("old.db"), to: shop.url("shop.db"))
            // Builds and updates; the last rounds aim at the end, where the new file is published.
            let mode = round.isMultiple(of: 2) ? [] : ["--update"]
            let writer = try shop.start(["index", "new.csv", "--into", "shop.db", "--language", "en"] + mode)
            let share = Double.random(in: 0..<1, using: &random)
            usleep(UInt32(duration * (round < 14 ? share : 0.85 + 0.25 * share) * 1e6))
            kill(writer.processIdentifier, SIGKILL)
            writer.waitUntilExit()
            let count = try shop.count()
            counts[count, default: 0] += 1
            #expect(count == Self.oldCount || count == Self.newCount, "round \(round), seed \(seed)")
            let last = try shop.ids("word\(count - 1)", "--match", "all")
            #expect(last == ["P-\(count - 1)"], "round \(round), seed \(seed)")
        }
        print("Products found after the kills: \(counts)")
        #expect(counts[Self.oldCount] != nil, "no kill came in time: seed \(seed)")

        try shop.done("index", "old.csv", "--into", "shop.db", "--language", "en")
        let left = try FileManager.default.contentsOfDirectory(atPath: shop.folder.path)
            .filter { $0.hasPrefix("shop.db") && $0 != "shop.db" && $0 != "shop.db.lock" }
        #expect(left.isEmpty, "\(left)")
        #expect(try shop.count() == Self.oldCount)
    }

    @Test(
        "a full disk leaves the old index as it was and is said plainly",
        .enabled(if: Mount.isPossible, "needs root")
    )
    func fullDisk() throws {
        let shop = try Shop()
        try shop.write("old.csv", Self.dump(Self.oldCount))
        try shop.write("new.csv", Self.dump(Self.newCount))
        let disk = shop.url("disk")
        try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: false)
        try #require(Mount.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.path) == 0)
        defer { _ = Mount.run("umount", disk.path) }
        try shop.done("index", "old.csv", "--into", "disk/shop.db", "--language", "en")
        let before = try shop.bytes("disk/shop.db")
        for mode in [[], ["--update"]] {
            let run = try shop.run(["index", "new.csv", "--into", "disk/shop.db", "--language", "en"] + mode)
            #expect(run.status == 1)
            #expect(run.errors.contains("disk is full"), "\(run.errors)")
            #expect(try shop.bytes("disk/shop.db") == before)
            #expect(!shop.exists("disk/shop.db.building"))
            #expect(try shop.count("disk/shop.db") == Self.oldCount)
        }
    }

    @Test(
        "a disk that turns out to be full at the end is said as plainly",
        .enabled(if: Mount.isPossible, "needs root")
    )
    func fullDiskAtCommit() throws {
        let shop = try Shop()
        try shop.write("dump.csv", Self.dump(500))
        try shop.done("index", "dump.csv", "--into", "shop.db", "--language", "en")
        let size = try shop.bytes("shop.db").count
        let disk = shop.url("disk")
        try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: false)
        // Whatever is written when: pages stay in memory until the transaction ends.
        for share in [0.3, 0.6, 0.9] {
            let limit = "size=\(Int(Double(size) * share) / 4096 * 4)k"
            try #require(Mount.run("mount", "-t", "tmpfs", "-o", limit, "tmpfs", disk.path) == 0)
            defer { _ = Mount.run("umount", disk.path) }
            let run = try shop.run(["index", "dump.csv", "--into", "disk/shop.db", "--language", "en"])
            #expect(run.status == 1)
            #expect(run.errors.contains("disk is full"), "\(limit): \(run.errors)")
            #expect(!shop.exists("disk/shop.db"))
        }
    }

    @Test("a file that may not grow as large as it has to, at the copy or within COMMIT: the same")
    func smallFiles() throws {
        let shop = try Shop()
        try shop.write("old.csv", Self.dump(200))
        try shop.write("new.csv", Self.dump(1000))
        try shop.done("index", "old.csv", "--into", "old.db", "--language", "en")
        let old = try shop.bytes("old.db")
        for mode in [[], ["--update"]] {
            let arguments = ["index", "new.csv", "--into", "shop.db", "--language", "en"] + mode
            try old.write(to: shop.url("shop.db"))
            try #require(try shop.run(arguments).status == 0)
            let size = try shop.bytes("shop.db").count
            try old.write(to: shop.url("shop.db"))
            let first = mode.isEmpty ? 8192 : old.count
            let limits =
                [8192, old.count - 1, old.count] + (1...6).map { first + (size - first) * $0 / 7 } + [size - 1]
            for limit in limits {
                // Files may have so many units of 512 bytes; a write beyond that fails, where it would kill otherwise.
                let run = try shop.run(
                    ["-c", "trap '' XFSZ; ulimit -f \(limit / 512); exec \"$@\"", "sh", shop.program.path] + arguments,
                    program: URL(fileURLWithPath: "/bin/sh")
                )
                #expect(run.status == 1, "\(mode), \(limit) of \(size)")
                #expect(run.errors.contains("may not grow so large"), "\(limit) of \(size): \(run.errors)")
                #expect(run.errors.contains("Nothing was changed."), "\(limit) of \(size): \(run.errors)")
                #expect(try shop.bytes("shop.db") == old, "\(limit) of \(size)")
                #expect(!shop.exists("shop.db.building"))
            }
            #expect(try shop.ids("word199", "--match", "all") == ["P-199"])
            try shop.done("index", "new.csv", "--into", "shop.db", "--language", "en", "--update")
            #expect(try shop.ids("word999", "--match", "all") == ["P-999"])
        }
    }

    /// Products whose titles tell them apart.
    private static func dump(_ count: Int) -> String {
        var text = "id,title,brand,price,description\n"
        for i in 0..<count {
            text += "P-\(i),Item word\(i) of the range,Brand \(i % 50),\(i % 900 + 1).50,"
            text += "Sturdy and light with \(i % 77) parts and a number like \(i &* 2_654_435_761 % 99_991)\n"
        }
        return text
    }
}

/// Mounting a small disk, for root in a container that allows it.
enum Mount {
    static let isPossible: Bool = {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mount-\(UUID().uuidString)")
        guard geteuid() == 0,
            (try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)) != nil
        else { return false }
        defer { try? FileManager.default.removeItem(at: folder) }
        guard run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path) == 0 else { return false }
        return run("umount", folder.path) == 0
    }()

    static func run(_ command: String...) -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return -1 }
        process.waitUntilExit()
        return process.terminationStatus
    }
}
