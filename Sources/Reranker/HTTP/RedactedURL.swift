internal import Foundation

/// URLs as people may see them: without user, password, query values and fragment.
enum RedactedURL {
    /// `https://host:port/path?key=...`, whatever is secret left out.
    static func describe(_ url: String) -> String {
        guard var parts = URLComponents(string: url), parts.host != nil else {
            // Not a URL; what comes before an @ or after a ? may still be a secret.
            let tail = url.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
            return String(tail.prefix { $0 != "?" && $0 != "#" }.prefix(200))
        }
        parts.user = nil
        parts.password = nil
        parts.fragment = nil
        let names = parts.queryItems?.map { "\($0.name)=..." } ?? []
        parts.query = nil
        let plain = parts.string ?? ""
        return names.isEmpty ? plain : plain + "?" + names.joined(separator: "&")
    }

    /// `host` or `host:port`, for messages.
    static func host(_ url: String) -> String {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty else {
            return describe(url)
        }
        return parts.port.map { "\(host):\($0)" } ?? host
    }

    /// Whether the host is this machine, by name or by address.
    static func isLoopback(_ url: String) -> Bool {
        guard let host = URLComponents(string: url)?.host?.lowercased() else { return false }
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        return bare == "localhost" || bare.hasSuffix(".localhost") || bare == "::1" || isLoopbackAddress(bare)
    }

    private static func isLoopbackAddress(_ host: String) -> Bool {
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.count == 4 && numbers[0] == "127" && numbers.allSatisfy { UInt8($0) != nil }
    }
}
