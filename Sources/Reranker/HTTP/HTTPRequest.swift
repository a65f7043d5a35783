/// One HTTP request.
struct HTTPRequest: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
    }

    var method: Method
    /// An absolute `http` or `https` URL, percent-encoded.
    ///
    /// A user and password in it are sent as basic authentication.
    var url: String
    var headers: HTTPHeaders
    /// The body of a POST.
    var body: [UInt8]
    /// The part of the resource that is asked for.
    ///
    /// A server may answer 200 with all of it nevertheless.
    var range: HTTPByteRange?
    var limits: HTTPLimits
    /// How many redirects are followed; 0 hands a 3xx to the caller, who finds `Location` in its headers.
    ///
    /// libcurl drops `Authorization` when a followed redirect leaves the host.
    var maximumRedirects: Int
    /// Whether the server may compress the body, which is then expanded here.
    ///
    /// Off where bytes are counted.
    var acceptsCompression: Bool

    init(
        _ method: Method,
        _ url: String,
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        range: HTTPByteRange? = nil,
        limits: HTTPLimits = HTTPLimits(),
        maximumRedirects: Int = 0,
        acceptsCompression: Bool = true
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.range = range
        self.limits = limits
        self.maximumRedirects = maximumRedirects
        self.acceptsCompression = acceptsCompression
    }
}

/// A part of a resource, for the `Range` header.
struct HTTPByteRange: Sendable, Hashable {
    /// The first byte wanted, from 0.
    var first: Int64
    /// The last byte wanted; nil is the end.
    var last: Int64?

    init(first: Int64, last: Int64? = nil) {
        self.first = first
        self.last = last
    }

    var headerValue: String { "bytes=\(first)-\(last.map(String.init) ?? "")" }
}

/// How long a transfer may take and how much it may bring.
struct HTTPLimits: Sendable, Hashable {
    /// Until the connection stands, TLS included.
    var connect: Duration
    /// Until the last byte is there; nil for as long as it takes.
    var total: Duration?
    /// How long nothing at all may arrive, in whole seconds (rounded up); nil for as long as it takes.
    var stall: Duration?
    /// The most bytes of a body that are collected in memory, after expansion.
    ///
    /// A streamed body is not counted.
    var collectedBytes: Int

    init(
        connect: Duration = .seconds(5),
        total: Duration? = nil,
        stall: Duration? = nil,
        collectedBytes: Int = 64 << 20
    ) {
        self.connect = connect
        self.total = total
        self.stall = stall
        self.collectedBytes = collectedBytes
    }
}
