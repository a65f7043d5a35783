import Foundation

/// What is wrong with JSON, in words for the person who wrote it.
enum JSONProblem {
    /// One line from the error of a decoder or of `JSONSerialization`.
    static func words(_ error: any Error) -> String {
        guard let error = error as? DecodingError else {
            return (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? "it cannot be read."
        }
        switch error {
        case .dataCorrupted(let context):
            let inner = (context.underlyingError as? NSError)?.userInfo[NSDebugDescriptionErrorKey] as? String
            return inner ?? context.debugDescription
        case .keyNotFound(let key, let context): return "\(path(context))\"\(key.stringValue)\" is missing."
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return path(context) + context.debugDescription
        @unknown default: return "it cannot be read."
        }
    }

    private static func path(_ context: DecodingError.Context) -> String {
        let names = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
        return names.isEmpty ? "" : names.joined(separator: ".") + ": "
    }
}
