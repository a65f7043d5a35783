internal import Foundation

/// What the environment says about hubs, as Hugging Face's own tools read it.
public struct HubEnvironment: Sendable, Equatable {
    /// `HF_ENDPOINT`, else https://huggingface.co; without a slash at the end.
    public var endpoint: String
    /// `HF_HUB_CACHE`, else `hub` in `HF_HOME`, which is `~/.cache/huggingface` unless set.
    public var cache: String
    /// `HF_TOKEN`, else the file that `hf auth login` writes.
    public var token: String?
    /// `HF_HUB_OFFLINE`: the network is not used.
    public var isOffline: Bool

    /// Hugging Face's own hub.
    public static let defaultEndpoint = "https://huggingface.co"

    /// Reads variables, and the token's file.
    public init(_ variables: [String: String]) {
        func value(_ names: String...) -> String? {
            names.lazy.compactMap { variables[$0] }.first { !$0.isEmpty }
        }
        func expanded(_ path: String) -> String {
            guard path == "~" || path.hasPrefix("~/") else { return path }
            return (value("HOME") ?? NSHomeDirectory()) + path.dropFirst()
        }
        var address = value("HF_ENDPOINT") ?? Self.defaultEndpoint
        while address.hasSuffix("/") { address.removeLast() }
        endpoint = address
        let home = expanded(value("HF_HOME") ?? "\(value("XDG_CACHE_HOME") ?? "~/.cache")/huggingface")
        cache = expanded(value("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? "\(home)/hub")
        let tokenFile = expanded(value("HF_TOKEN_PATH") ?? "\(home)/token")
        let stored = { try? String(contentsOfFile: tokenFile, encoding: .utf8) }
        token = (value("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN") ?? stored()).flatMap { text in
            let token = text.trimmingCharacters(in: .whitespacesAndNewlines)
            return token.isEmpty ? nil : token
        }
        isOffline = ["1", "ON", "YES", "TRUE"].contains((value("HF_HUB_OFFLINE") ?? "").uppercased())
    }
}
