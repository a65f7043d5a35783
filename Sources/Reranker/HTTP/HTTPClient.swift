internal import Foundation

/// Takes a part of a body; throwing aborts the transfer.
///
/// Called on the client's own thread, which waits: a slow sink slows the sender down, and the client's other transfers
/// too, so that downloads and requests that answer a shopper want clients of their own.
typealias HTTPSink = @Sendable (UnsafeRawBufferPointer) throws -> Void

/// How a client reaches the servers.
struct HTTPClientOptions: Sendable {
    enum Proxy: Sendable {
        /// `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`, as the `curl` command. Never for this machine.
        case environment
        case none
        case url(String)
    }

    var proxy = Proxy.environment
    /// A PEM file of certificate authorities; nil takes libcurl's default.
    var authorities: String? = CertificateAuthorities.path
    /// Connections to one host at a time; what exceeds it waits.
    var connectionsPerHost = 16
}

/// An HTTP client over libcurl: connections are kept and used again, HTTP/2 is spoken where the server has it.
///
/// One thread of its own drives all transfers; nobody else waits for the network. A cancelled task aborts its transfer.
final class HTTPClient: Sendable {
    private let mailbox: TransferMailbox

    init(options: HTTPClientOptions = HTTPClientOptions()) {
        let mailbox = TransferMailbox()
        self.mailbox = mailbox
        let thread = Thread { TransferLoop(mailbox: mailbox, options: options).run() }
        thread.name = "aisle.http"
        thread.start()
    }

    deinit {
        mailbox.stop()
    }

    /// Sends a request and collects the answer, whatever its status.
    ///
    /// - Throws: `HTTPError`.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try await stream(request) { _ in nil }
    }

    /// Sends a request and hands the body on as it arrives.
    ///
    /// - Parameters:
    ///   - request: What to send.
    ///   - deciding: Called once with the head (of the last answer, when redirects are followed), also when there is
    ///     no body; the sink it returns takes the body, nil collects it in the response.
    /// - Returns: The answer, whatever its status; without the body where a sink took it.
    /// - Throws: `HTTPError`, or what `deciding` or the sink throws.
    func stream(
        _ request: HTTPRequest,
        deciding: @escaping @Sendable (HTTPHead) throws -> HTTPSink?
    ) async throws -> HTTPResponse {
        let cancellation = TransferCancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                mailbox.post(
                    TransferOrder(
                        request: request,
                        deciding: deciding,
                        cancellation: cancellation,
                        continuation: continuation
                    )
                )
            }
        } onCancel: {
            cancellation.cancel()
            mailbox.wake()
        }
    }

    /// A sink that writes to an open file, from its present offset on.
    ///
    /// - Parameter descriptor: Stays the caller's to close.
    /// - Returns: A sink that throws `HTTPError.writeFailed`.
    static func file(_ descriptor: Int32) -> HTTPSink {
        { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let written = write(descriptor, part.baseAddress, part.count)
                if written < 0 {
                    if errno == EINTR { continue }
                    throw HTTPError.writeFailed(code: errno)
                }
                rest = rest.dropFirst(written)
            }
        }
    }
}
