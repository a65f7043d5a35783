internal import Foundation

/// The lines of a text file, numbered from 1, within bounds.
package struct TextLines {
    /// Bytes of the largest file that is read.
    package static let largestFile = 2 << 30
    /// Bytes of the longest line.
    package static let longestLine = 1 << 20

    /// The file, as errors name it.
    package let path: String
    let text: Data

    /// Reads a file, of at most `limit` bytes.
    ///
    /// Throws `EvalError.file` and `.tooLarge`.
    package init(path: String, limit: Int = Self.largestFile) throws {
        self.path = path
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw EvalError.file(path: path, problem: "there is no such file")
        }
        guard !isFolder.boolValue else { throw EvalError.file(path: path, problem: "this is a folder, not a file") }
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            // One byte more than allowed tells too large, also of pipes, whose size nobody knows before.
            let data = try file.read(upToCount: limit + 1) ?? Data()
            guard data.count <= limit else { throw EvalError.tooLarge(path: path, bytes: data.count, limit: limit) }
            text = data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data
        } catch let error as EvalError {
            throw error
        } catch {
            throw EvalError.file(path: path, problem: "it cannot be read (\(error.localizedDescription))")
        }
    }

    /// Calls `body` with each line that is not blank, without its end, and with its number.
    ///
    /// Throws `EvalError.line` where a line is too long or not UTF-8, and what `body` throws.
    package func forEach(_ body: (_ line: Substring, _ number: Int) throws -> Void) throws {
        var number = 0
        var start = text.startIndex
        while start < text.endIndex {
            let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
            number += 1
            guard end - start <= Self.longestLine else {
                throw problem(
                    number,
                    nil,
                    "the line is longer than \(Self.longestLine) bytes",
                    "Is this the right file?"
                )
            }
            guard let line = String(validating: text[start..<end], as: UTF8.self) else {
                throw problem(number, nil, "the line is not UTF-8", "Save the file as UTF-8")
            }
            // Bytes, not Characters: "\t" and a combining mark behind it would be one Character.
            let content =
                line.utf8.last == UInt8(ascii: "\r") ? line[..<line.utf8.index(before: line.endIndex)] : line[...]
            if !content.isBlank { try body(content, number) }
            start = end < text.endIndex ? end + 1 : end
        }
    }

    /// The first line, without its end; empty where there is none.
    var first: String {
        let end = text.prefix(Self.longestLine).firstIndex(of: UInt8(ascii: "\n")) ?? text.endIndex
        return String(decoding: text[text.startIndex..<end].prefix(Self.longestLine), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// An error of a line.
    package func problem(_ line: Int, _ field: String?, _ problem: String, _ remedy: String) -> EvalError {
        .line(path: path, line: line, field: field, problem: problem, remedy: remedy)
    }
}

extension StringProtocol {
    /// At most 40 characters, for messages.
    var excerpt: String { count > 40 ? prefix(40) + "…" : String(self) }
}

extension Substring {
    /// Parts between blanks and tabs.
    var words: [Substring] {
        utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.map { Substring($0) }
    }

    /// Whether there is nothing but white space.
    var isBlank: Bool { unicodeScalars.allSatisfy(\.properties.isWhitespace) }
}
