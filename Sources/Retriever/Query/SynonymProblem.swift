/// A line of a synonym file that could not be used, or not wholly.
public enum SynonymProblem: Sendable, Hashable, CustomStringConvertible {
    /// Only the beginning of the file was read.
    case fileTooLong(bytes: Int, limit: Int)
    /// The rules from this line on were not read.
    case tooManyRules(line: Int, limit: Int)
    /// A line with two arrows was left out.
    case severalArrows(line: Int)
    /// A line with nothing before or behind its arrow was left out.
    case emptySide(line: Int, isLeft: Bool)
    /// A line with one phrase only was left out; empty if it had none.
    case groupOfOne(line: Int, phrase: String)
    /// The phrases beyond the limit were left out.
    case tooManyPhrases(line: Int, limit: Int)
    /// A phrase was left out.
    case phraseTooLong(line: Int, start: String, limit: Int)

    /// The line in the file, from 1; nil if it concerns the whole.
    public var line: Int? {
        switch self {
        case .fileTooLong: return nil
        case .tooManyRules(let line, _), .severalArrows(let line), .emptySide(let line, _), .groupOfOne(let line, _),
            .tooManyPhrases(let line, _), .phraseTooLong(let line, _, _):
            return line
        }
    }

    /// One line for the file's name to go before: the line, what is wrong, what to write.
    public var description: String {
        let place = line.map { "line \($0): " } ?? ""
        switch self {
        case .fileTooLong(let bytes, let limit):
            return "the file has \(bytes) bytes; the first \(limit) were read. Remove rules that are not needed."
        case .tooManyRules(_, let limit):
            return place
                + "there are more than \(limit) rules; the rest was not read. Remove rules that are not needed."
        case .severalArrows: return place + "more than one =>. Write one rule a line."
        case .emptySide(_, let isLeft):
            return place
                + "nothing \(isLeft ? "before" : "behind") the =>. Write: tv => television, or remove the line."
        case .groupOfOne(_, let phrase):
            return place + "\"\(phrase)\" has no synonym. Write two or more phrases separated by commas."
        case .tooManyPhrases(_, let limit):
            return place + "more than \(limit) phrases; the rest was left out. Split the group."
        case .phraseTooLong(_, let start, let limit):
            return place + "the phrase \"\(start)…\" has more than \(limit) bytes and was left out. Shorten it."
        }
    }
}
