/// Fetches one file into a cache: goes on where an earlier attempt ended, checks it, and gives it its name.
struct BlobDownload: Sendable {
    let session: HubSession
    let cache: HubCache
    let repository: RepositoryName
    let file: HubFile
    /// Whether a file that is there is hashed before it is taken.
    let verifies: Bool
    let meter: PullMeter

    /// Fetches the file unless it is there.
    ///
    /// - Throws: `HubError`, `CancellationError`.
    func run() async throws {
        let path = cache.blob(file.blob, of: repository)
        // Hashed by one process at a time, behind the lock.
        if !verifies, try use(path) { return }
        let lock = try await FileLock(cache.lock(file.blob, of: repository)) {
            meter.wait(reason: "\(file.name) is being fetched by another process.", seconds: nil)
        }
        defer { withExtendedLifetime(lock) {} }
        // Whoever held the lock may have fetched it.
        if try use(path) { return }
        let blob = try BlobFile(file, path: path)
        meter.take(blob.offset)
        do {
            try await fetch(blob)
        } catch HTTPError.cancelled {
            throw CancellationError()
        } catch let error as HTTPError {
            throw HubError.transfer(file: file.name, error: error)
        } catch HubError.wrongSize(let name, let expected) {
            blob.discard()
            throw HubError.wrongSize(file: name, expected: expected)
        } catch HubError.wrongContent(let name, let expected, let actual) {
            blob.discard()
            throw HubError.wrongContent(file: name, expected: expected, actual: actual)
        }
        meter.finish(file, wasCached: false)
    }

    /// Whether the file is there, whole.
    private func use(_ path: String) throws -> Bool {
        guard HubCache.size(path) == file.size else { return false }
        if verifies, let hash = file.hash, try BlobFile.digits(of: path, as: hash, size: file.size) != hash.digits {
            // Replaced when the right bytes have arrived.
            meter.wait(reason: "\(file.name) is damaged and fetched anew.", seconds: 0)
            return false
        }
        meter.take(file.size)
        meter.finish(file, wasCached: true)
        return true
    }

    private func fetch(_ blob: BlobFile) async throws {
        var attempt = 0
        // Only what no attempt had reached before is progress: a server that breaks off and refuses to go on would
        // otherwise be asked for the same bytes for ever.
        var furthest = blob.offset
        var mayRestart = blob.offset > 0
        while true {
            if !blob.isComplete {
                do {
                    let head = try await part(blob)
                    if HubSession.isTransient(status: head.status) {
                        try await session.wait(after: head, attempt: &attempt)
                        continue
                    }
                    try check(head)
                    if !blob.isComplete { throw HTTPError.truncated(host: session.host) }
                } catch let error as HTTPError {
                    if blob.offset > furthest {
                        furthest = blob.offset
                        attempt = 0
                    }
                    try await session.wait(after: error, attempt: &attempt)
                    continue
                }
            }
            do {
                return try blob.finish()
            } catch HubError.wrongContent where mayRestart {
                // What an earlier run left may have been damaged since.
                mayRestart = false
                meter.drop(file.size)
            }
        }
    }

    /// Asks for the rest of the file and writes it as it comes.
    private func part(_ blob: BlobFile) async throws -> HTTPHead {
        let (file, meter) = (file, meter)
        let offset = blob.offset
        let range = offset > 0 ? HTTPByteRange(first: offset) : nil
        let deciding: @Sendable (HTTPHead) throws -> HTTPSink? = { head in
            switch head.status {
            case 206 where range != nil:
                // "bytes 100-199/200"
                guard head.headers["Content-Range"]?.hasPrefix("bytes \(offset)-") == true else {
                    throw HTTPError.notHTTP(host: RedactedURL.host(file.url), reason: "another range than asked for")
                }
            case 200:
                // All of it, whatever was asked for.
                if offset > 0 { meter.drop(try blob.restart()) }
            case 416:
                meter.drop(try blob.restart())
                return nil
            default: return nil
            }
            return { bytes in
                try blob.write(bytes)
                meter.add(bytes.count)
            }
        }
        return try await session.send(.get, file.url, range: range, deciding: deciding).head
    }

    private func check(_ head: HTTPHead) throws {
        switch head.status {
        case 200, 206: return
        // Begun anew with the next attempt.
        case 416: throw HTTPError.truncated(host: session.host)
        case 401, 403: throw session.denied(repository)
        case 404: throw HubError.notFound(what: "\(file.name) of \(repository)", host: session.host)
        default: throw HubError.refused(host: session.host, status: head.status)
        }
    }
}
