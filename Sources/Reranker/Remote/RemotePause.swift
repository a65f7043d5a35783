internal import Foundation

/// How long to wait before a request is repeated.
enum RemotePause {
    /// Longer than this nobody waits for a page of results; the caller is told instead.
    static let longest = Duration.seconds(30)

    private static let first = Duration.milliseconds(200)

    /// The pause before the next attempt; nil when waiting makes no sense.
    ///
    /// - Parameters:
    ///   - attempt: How many were made, from 1.
    ///   - retryAfter: Seconds the server asks for, which is never shortened.
    ///   - remaining: Until the deadline.
    /// - Returns: Shorter than what remains, and than half a minute.
    static func next(attempt: Int, retryAfter: Int?, remaining: Duration?) -> Duration? {
        // Jitter: clients that were refused together must not come back together.
        let pause =
            if let retryAfter {
                Duration.seconds(min(retryAfter, 86_400)) + .milliseconds(retryAfter == 0 ? 0 : Int.random(in: 0...250))
            } else {
                first * (1 << min(attempt - 1, 10)) * Double.random(in: 0.5...1.5)
            }
        guard pause <= longest, pause < remaining ?? longest * 2 else { return nil }
        return pause
    }

    /// The seconds that `Retry-After` asks for, given as a number or as a date.
    static func seconds(_ header: String?, now: Date = Date()) -> Int? {
        guard let header else { return nil }
        if let seconds = Double(header), seconds >= 0 { return Int(min(seconds, 86_400).rounded(.up)) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        guard let date = format.date(from: header) else { return nil }
        return Int(min(max(0, date.timeIntervalSince(now)), 86_400).rounded(.up))
    }
}
