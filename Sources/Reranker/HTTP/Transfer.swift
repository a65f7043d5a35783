internal import CCurl
internal import Foundation

/// One running transfer: libcurl's handle and what has arrived.
///
/// Lives on the client's thread only.
final class Transfer {
    let order: TransferOrder
    let handle: UnsafeMutableRawPointer
    private var headerLines: UnsafeMutablePointer<curl_slist>?
    private let words: UnsafeMutablePointer<CChar>

    private var head = HTTPHead(status: 0, headers: [:])
    private var headBytes = 0
    private var body: [UInt8] = []
    private var sink: HTTPSink?
    private var isDecided = false
    /// What went wrong on this side; libcurl only knows that a callback gave up.
    private var failure: (any Error)?

    /// More than any honest server sends before a body.
    private static let largestHead = 256 << 10

    init(_ order: TransferOrder, options: HTTPClientOptions) throws {
        self.order = order
        words = .allocate(capacity: Int(CURL_ERROR_SIZE))
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        guard let handle = curl_easy_init() else {
            words.deallocate()
            throw HTTPError.unavailable(reason: "out of memory")
        }
        self.handle = handle
        try configure(options)
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headerLines)
        words.deallocate()
    }

    // MARK: What libcurl is told

    private func configure(_ options: HTTPClientOptions) throws {
        let request = order.request
        guard let scheme = URLComponents(string: request.url)?.scheme?.lowercased(), ["http", "https"].contains(scheme)
        else { throw HTTPError.badURL(RedactedURL.describe(request.url)) }
        set(CURLOPT_URL, request.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        set(CURLOPT_USERAGENT, "aisle")
        // Signals belong to the program, not to a library in one of its threads.
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        setMethod()
        setLimits()
        setProxy(options.proxy)
        if let authorities = options.authorities { set(CURLOPT_CAINFO, authorities) }
        if request.acceptsCompression { set(CURLOPT_ACCEPT_ENCODING, "") }
        try setHeaders()
        _ = aisle_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, words)
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = aisle_curl_set_header_sink(handle, takeHeaderLine, context)
        _ = aisle_curl_set_body_sink(handle, takeBody, context)
    }

    private func setMethod() {
        let request = order.request
        switch request.method {
        case .get: set(CURLOPT_HTTPGET, 1)
        case .head: set(CURLOPT_NOBODY, 1)
        case .post:
            set(CURLOPT_POST, 1)
            _ = request.body.withUnsafeBytes {
                aisle_curl_set_body(handle, $0.baseAddress, curl_off_t($0.count))
            }
        }
        if request.maximumRedirects > 0 {
            set(CURLOPT_FOLLOWLOCATION, 1)
            set(CURLOPT_MAXREDIRS, request.maximumRedirects)
        }
    }

    private func setLimits() {
        let limits = order.request.limits
        set(CURLOPT_CONNECTTIMEOUT_MS, max(1, limits.connect.wholeMilliseconds))
        if let total = limits.total { set(CURLOPT_TIMEOUT_MS, max(1, total.wholeMilliseconds)) }
        if let stall = limits.stall {
            set(CURLOPT_LOW_SPEED_LIMIT, 1)
            set(CURLOPT_LOW_SPEED_TIME, max(1, (stall.wholeMilliseconds + 999) / 1000))
        }
    }

    private func setProxy(_ proxy: HTTPClientOptions.Proxy) {
        switch proxy {
        // Empty switches off what the environment says.
        case .environment: if RedactedURL.isLoopback(order.request.url) { set(CURLOPT_PROXY, "") }
        case .none: set(CURLOPT_PROXY, "")
        case .url(let url):
            set(CURLOPT_PROXY, url)
            set(CURLOPT_NOPROXY, "")
        }
    }

    private func setHeaders() throws {
        var fields = order.request.headers.fields
        if let range = order.request.range { fields.append(.init(name: "Range", value: range.headerValue)) }
        for field in fields {
            guard Self.isName(field.name), !field.value.utf8.contains(where: { $0 < 32 && $0 != 9 || $0 == 127 }) else {
                throw HTTPError.badHeader(name: String(field.name.prefix(40)))
            }
            // libcurl's spelling of a field without a value ends in a semicolon.
            append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        // Waiting for "100 Continue" costs a second with servers that do not know it.
        if order.request.method == .post { append("Expect:") }
        _ = aisle_curl_set_headers(handle, headerLines)
    }

    private func append(_ line: String) {
        if let longer = curl_slist_append(headerLines, line) { headerLines = longer }
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ":") }
    }

    private func set(_ option: CURLoption, _ value: Int) {
        _ = aisle_curl_set_long(handle, option, value)
    }

    private func set(_ option: CURLoption, _ value: String) {
        _ = aisle_curl_set_string(handle, option, value)
    }

    // MARK: What arrives

    /// Takes one line of a head; every answer on the way begins anew.
    fileprivate func receiveHeaderLine(_ line: UnsafeRawBufferPointer) -> Bool {
        let text = String(decoding: line, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            let status = text.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0.prefix(3)) }
            head = HTTPHead(status: status ?? 0, headers: [:])
            headBytes = 0
        } else if let colon = text.firstIndex(of: ":") {
            // Scalars: a line's "\r\n" is one Character.
            let value = text[text.index(after: colon)...].unicodeScalars
            let isSpace: (Unicode.Scalar) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\n" }
            let front = value.drop(while: isSpace)
            let back = front.reversed().drop(while: isSpace).reversed()
            head.headers.append(String(text[..<colon]), String(String.UnicodeScalarView(back)))
        }
        headBytes += line.count
        if headBytes > Self.largestHead {
            failure = HTTPError.notHTTP(host: RedactedURL.host(order.request.url), reason: "an endless head")
        }
        return failure == nil
    }

    /// Takes a part of the body; false ends the transfer.
    fileprivate func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        do {
            try decide()
            if let sink {
                try sink(bytes)
            } else {
                let limit = order.request.limits.collectedBytes
                guard bytes.count <= limit - body.count else {
                    throw HTTPError.tooLarge(host: RedactedURL.host(order.request.url), limit: limit)
                }
                body.append(contentsOf: bytes)
            }
            return true
        } catch {
            failure = error
            return false
        }
    }

    private func decide() throws {
        guard !isDecided else { return }
        isDecided = true
        sink = try order.deciding(head)
    }

    // MARK: What comes of it

    /// The answer, or why there is none.
    func result(_ code: CURLcode) -> Result<HTTPResponse, any Error> {
        if let failure { return .failure(failure) }
        guard code == CURLE_OK else {
            return .failure(
                HTTPError(
                    code,
                    request: order.request,
                    url: effectiveURL,
                    connected: aisle_curl_get_offset(handle, CURLINFO_PRETRANSFER_TIME_T) > 0,
                    connectStatus: aisle_curl_get_long(handle, CURLINFO_HTTP_CONNECTCODE),
                    detail: String(cString: words)
                )
            )
        }
        do {
            try decide()
        } catch {
            return .failure(error)
        }
        return .success(
            HTTPResponse(
                head: head,
                body: body,
                url: effectiveURL,
                reusedConnection: aisle_curl_get_long(handle, CURLINFO_NUM_CONNECTS) == 0
            )
        )
    }

    /// The request's URL, or where redirects led.
    private var effectiveURL: String {
        aisle_curl_get_string(handle, CURLINFO_EFFECTIVE_URL).map { String(cString: $0) } ?? order.request.url
    }
}

private func takeHeaderLine(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.receiveHeaderLine(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

private func takeBody(
    _ bytes: UnsafeMutablePointer<CChar>?,
    _ size: Int,
    _ count: Int,
    _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context else { return 0 }
    let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    return transfer.receiveBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}
