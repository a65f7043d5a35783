import HTTPTypes

/// Who may do what.
public struct AccessPolicy: Sendable {
    /// The keys.
    public var keys: AccessKeys
    /// What may be done without a key.
    public var anonymous: Set<AccessScope>
    /// Whether somebody said what the network may do.
    let isDecided: Bool

    /// A policy as it is said; anybody may do everything where nothing is said.
    public init(keys: AccessKeys = AccessKeys(), anonymous: Set<AccessScope>? = nil) {
        self.keys = keys
        isDecided = !keys.isEmpty || anonymous != nil
        self.anonymous = anonymous ?? (keys.isEmpty ? Set(AccessScope.allCases) : [])
    }

    /// Whether an address is this machine's own, which nobody else can reach.
    public static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Who sends a request: a key's holder, or nobody in particular.
    ///
    /// - Parameter headers: `Authorization: Bearer KEY` or `X-API-Key: KEY`.
    /// - Returns: Nil for requests without a key.
    /// - Throws: `ServerError.unknownKey` for one nobody has.
    func holder(_ headers: HTTPFields) throws(ServerError) -> AccessKeys.Holder? {
        guard let key = Self.key(in: headers) else { return nil }
        // Without keys there is nothing to compare with: clients that always send one work all the same.
        if keys.isEmpty { return nil }
        guard let holder = keys.holder(of: key) else { throw .unknownKey }
        return holder
    }

    /// Checks that a request may ask an endpoint.
    ///
    /// - Throws: `ServerError.missingKey`, `.wrongScope`.
    func check(_ access: EndpointAccess, _ holder: AccessKeys.Holder?) throws(ServerError) {
        guard case .needs(let scope) = access else { return }
        if anonymous.contains(scope) || anonymous.contains(.admin) { return }
        guard let holder else { throw .missingKey }
        guard holder.scopes.contains(scope) || holder.scopes.contains(.admin) else {
            throw .wrongScope(needed: scope)
        }
    }

    private static func key(in headers: HTTPFields) -> String? {
        if let name = HTTPField.Name("X-API-Key"), let key = headers[name] { return key }
        guard let header = headers[.authorization] else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
