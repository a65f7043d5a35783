import Dispatch
import Foundation

/// Ctrl-C and `kill` end work at the next good place instead of anywhere.
enum Interruption {
    /// Does work that SIGINT and SIGTERM cancel; a second one kills as usual.
    ///
    /// - Throws: What the work throws, `CancellationError` when it gave way.
    static func cancelling<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value
    {
        let task = Task { try await work() }
        let sources = [SIGINT, SIGTERM].map { number in
            // The default action would come before ours.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                signal(number, SIG_DFL)
                task.cancel()
            }
            source.resume()
            return (number, source)
        }
        defer {
            for (number, source) in sources {
                source.cancel()
                signal(number, SIG_DFL)
            }
        }
        return try await task.value
    }
}
