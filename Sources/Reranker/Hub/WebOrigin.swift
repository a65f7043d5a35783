internal import Foundation

/// Scheme, host and port: what must be equal for a secret to be sent along.
struct WebOrigin: Equatable {
    let scheme: String
    let host: String
    let port: Int

    /// The origin of an absolute http or https URL; nil for anything else.
    init?(_ url: String) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            let host = parts.host?.lowercased(), !host.isEmpty
        else { return nil }
        switch scheme {
        case "https": port = parts.port ?? 443
        case "http": port = parts.port ?? 80
        default: return nil
        }
        (self.scheme, self.host) = (scheme, host)
    }

    /// Whether nobody on the way can read what is sent.
    func isPrivate(_ url: String) -> Bool { scheme == "https" || RedactedURL.isLoopback(url) }

    /// The address a `Location` header leads to; nil when it is none.
    static func resolve(_ location: String, from url: String) -> String? {
        // Signed addresses are left exactly as they are.
        if WebOrigin(location) != nil { return location }
        guard let base = URL(string: url), let resolved = URL(string: location, relativeTo: base) else { return nil }
        let address = resolved.absoluteURL.absoluteString
        return WebOrigin(address) == nil ? nil : address
    }
}
