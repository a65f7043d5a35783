import Foundation
import Synchronization

/// A tiny HTTP/1.1 server on 127.0.0.1 that answers what a test tells it to, right or wrong.
///
/// One thread accepts, one more serves each connection; requests need a `Content-Length`, as libcurl sends it.
final class StubServer: Sendable {
    typealias Handler = @Sendable (StubRequest) -> StubAnswer

    let port: UInt16
    private let listener: Int32
    private let record: Record

    var url: String { "http://127.0.0.1:\(port)" }
    /// Requests in the order of their arrival.
    var requests: [StubRequest] { record.state.withLock { $0.requests } }
    /// How many connections were ever opened.
    var connections: Int { record.state.withLock { $0.opened } }
    /// The most requests that were being answered at a time.
    var mostAtATime: Int { record.state.withLock { $0.mostAtATime } }

    /// Listens at a port; 0 is any that is free.
    init(port: UInt16 = 0, _ handler: @escaping Handler) throws {
        let listener = try Self.take(port, listening: true)
        self.listener = listener.socket
        self.port = listener.port
        let record = Record()
        self.record = record
        let socket = listener.socket
        Thread.detachNewThread {
            while true {
                let connection = accept(socket, nil, nil)
                guard connection >= 0 else { break }
                guard let number = record.open(connection) else {
                    close(connection)
                    break
                }
                Thread.detachNewThread {
                    Self.serve(connection, number, handler, record)
                    record.close(connection)
                }
            }
            close(socket)
        }
    }

    deinit {
        record.closeAll()
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private static func serve(_ socket: Int32, _ number: Int, _ handler: Handler, _ record: Record) {
        var reader = RequestReader(socket: socket, connection: number)
        while let request = reader.next() {
            record.begin(request)
            let answer = handler(request)
            let isOpen = send(answer, to: socket)
            record.end()
            if !isOpen || answer.closes { break }
        }
    }

    /// Writes an answer's parts; false when the client is gone.
    private static func send(_ answer: StubAnswer, to socket: Int32) -> Bool {
        for part in answer.parts {
            switch part {
            case .pause(let milliseconds): usleep(UInt32(milliseconds) * 1000)
            case .bytes(let bytes):
                var sent = 0
                while sent < bytes.count {
                    let count = bytes[sent...].withUnsafeBytes {
                        Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                    if count <= 0 { return false }
                    sent += count
                }
            }
        }
        return true
    }

    /// A port of 127.0.0.1 where nobody listens, and nobody else can: it stays taken until the tests end.
    static func closedPort() throws -> UInt16 {
        try take(listening: false).port
    }

    /// A port of 127.0.0.1 that was free a moment ago.
    static func freePort() throws -> UInt16 {
        let taken = try take(listening: false)
        close(taken.socket)
        return taken.port
    }

    private static func take(_ port: UInt16 = 0, listening: Bool) throws -> (socket: Int32, port: UInt16) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        address.sin_port = port.bigEndian
        // A server may take the port of one that has just ended, but nobody gets a taken one by chance.
        func share() {
            var shares: Int32 = 1
            setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &shares, socklen_t(MemoryLayout<Int32>.size))
        }
        if port != 0 { share() }
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) == 0 && (!listening || listen(listener, 64) == 0)
                    && getsockname(listener, $0, &size) == 0
            }
        }
        guard listener >= 0, isBound else {
            let code = errno
            close(listener)
            throw StubServerError(code: code)
        }
        share()
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    /// What was seen so far, shared by the server's threads.
    private final class Record: Sendable {
        struct State {
            var requests: [StubRequest] = []
            var sockets: Set<Int32> = []
            var opened = 0
            var isClosed = false
            var atATime = 0
            var mostAtATime = 0
        }
        let state = Mutex(State())

        /// The connection's number from 1; nil when the server is closed.
        func open(_ socket: Int32) -> Int? {
            state.withLock { state in
                guard !state.isClosed else { return nil }
                state.sockets.insert(socket)
                state.opened += 1
                return state.opened
            }
        }

        func close(_ socket: Int32) {
            state.withLock { state in
                state.sockets.remove(socket)
                _ = Foundation.close(socket)
            }
        }

        func closeAll() {
            state.withLock { state in
                state.isClosed = true
                for socket in state.sockets { shutdown(socket, Int32(SHUT_RDWR)) }
            }
        }

        func begin(_ request: StubRequest) {
            state.withLock { state in
                state.requests.append(request)
                state.atATime += 1
                state.mostAtATime = max(state.mostAtATime, state.atATime)
            }
        }

        func end() {
            state.withLock { $0.atATime -= 1 }
        }
    }
}

struct StubServerError: Error {
    let code: Int32
}
