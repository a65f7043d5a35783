import Hummingbird
import NIOCore

/// What is known of a request besides its bytes.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The network address it comes from, without its port; empty where there is none.
    let address: String
    /// Names the request in the log and to its sender.
    var requestID = ""
    /// Collects what the handlers did for the log line and the metrics.
    let trace = RequestTrace()

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? ""
    }
}
