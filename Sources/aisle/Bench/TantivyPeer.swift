import Foundation

/// tantivy through its Python package, kept running as a child so that runs can be interleaved.
final class TantivyPeer {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var buffer = Data()

    /// Starts `python3 script index-folder`; nil when Python or the package is missing.
    ///
    /// Indexes `dump` when the folder is new.
    init?(script: String, folder: String, dump: String) {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", script, folder, dump]
        process.standardInput = input
        process.standardOutput = output
        guard (try? process.run()) != nil, readLine() == "ready" else { return nil }
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// CPU seconds of one search for the top `top`, `operation` is OR or AND.
    func seconds(_ query: String, operation: String, top: Int) -> Double? {
        input.fileHandleForWriting.write(Data("\(operation)\t\(top)\t\(query)\n".utf8))
        return readLine().flatMap(Double.init)
    }

    private func readLine() -> String? {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeSubrange(...end)
                return line
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            buffer.append(more)
        }
    }
}
