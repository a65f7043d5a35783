import Hummingbird
import NIOCore

/// What is known of a request besides its bytes.
struct ServerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The network address it comes from, without its port; empty where there is none.
    var address: String
    /// The connection it came over.
    let channel: any Channel
    /// Whose key it has.
    var holder: AccessKeys.Holder?
    /// Names the request in the log and to its sender.
    var requestID = ""
    /// Collects what the handlers did for the log line and the metrics.
    let trace = RequestTrace()

    /// Who takes turns with whom: a key's holder, or an address.
    ///
    /// A shop's page sends the same key from all browsers, so an address alone is one client, too.
    var client: String { "\(holder?.name ?? "")@\(address)" }

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        address = source.channel.remoteAddress?.ipAddress ?? ""
    }
}
