import Foundation

/// Where output goes: what a person sees, and what the next program reads.
enum Terminal {
    /// Whether standard output is a terminal.
    static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    /// Whether colours are wanted (https://no-color.org).
    static var wantsColor: Bool { isOutputTerminal && ProcessInfo.processInfo.environment["NO_COLOR"] == nil }

    /// Columns of the terminal, 100 where there is none.
    static var width: Int {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init) ?? 100
    }

    static func printError(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// One JSON document on standard output.
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Writes out what waits in standard output's buffer.
    ///
    /// - Returns: Why that cannot be done: the answer is not whole then.
    static func outputFailure() -> String? {
        // `print` keeps quiet about errors. A full disk is still full now, and at least the last line's end waits.
        guard fflush(nil) != 0 else { return nil }
        return "standard output cannot be written: " + String(cString: strerror(errno))
    }

    static func exit(withCode code: Int32) -> Never { Foundation.exit(code) }
}

extension Aisle {
    static func exit(withCode code: Int32) -> Never { Terminal.exit(withCode: code) }
}
