internal import Foundation

/// Why a model could not be fetched or found.
public enum HubError: Error, Sendable, Equatable {
    /// Not `ORGANIZATION/NAME`.
    case badName(String)
    /// A branch, tag or commit with characters that cannot be in one.
    case badRevision(String)
    /// Not an http or https URL; without what is secret in it.
    case badEndpoint(String)
    /// Neither a folder nor a name that was fetched.
    case notInCache(name: String, cache: String)
    /// The network may not be used, and the cache does not hold the model.
    case offline(name: String)
    /// The hub knows no such model, revision or file.
    case notFound(what: String, host: String)
    /// The hub wants to know who asks, or does not let them.
    case denied(name: String, host: String, hasToken: Bool)
    /// The same, where there is a token that may not be sent: to another host than HF_ENDPOINT's, or in the clear.
    case tokenWithheld(name: String, host: String)
    /// Any other answer that is no success.
    case refused(host: String, status: Int)
    /// Too many requests, for longer than we wait.
    case rateLimited(host: String, seconds: Int)
    /// An answer that lacks what hubs say about a file.
    case notAHub(host: String, missing: String)
    /// From https to http.
    case insecureRedirect(host: String)
    /// The hub names files or hashes that are no plain names.
    case badFileName(String)
    /// The hub states more bytes than any file of a model has.
    case badSize(file: String, size: Int64)
    /// A file that did not arrive whole; what did is kept.
    case transfer(file: String, error: HTTPError)
    /// What arrived is not what the hub stated.
    case wrongContent(file: String, expected: String, actual: String)
    case wrongSize(file: String, expected: Int64)
    /// A file of the cache that has changed since it arrived.
    case damaged(path: String)
    case diskFull(folder: String, needed: Int64, available: Int64)
    /// The system refused: errno, and what was being done.
    case system(path: String, code: Int32, doing: String)
}

extension HubError: CustomStringConvertible {
    /// One or two sentences that say what was wrong and what to do.
    public var description: String {
        switch self {
        case .badName(let name):
            "\"\(name)\" is no model's name: write ORGANIZATION/NAME, as in Qwen/Qwen3-Reranker-0.6B."
        case .badRevision(let revision): "\"\(revision)\" is no revision: give a branch, a tag or a commit."
        case .badEndpoint(let url): "\"\(url)\" is no hub's address: it needs a scheme (https) and a host."
        case .notInCache(let name, let cache):
            "There is no folder \(name), and no such model in \(cache): run `aisle model pull \(Self.arguments(name))`."
        case .offline(let name):
            "\(name) is not in the cache, and HF_HUB_OFFLINE forbids the network: unset it and run this again."
        case .notFound(let what, let host): "\(host) has no \(what): check the name and the revision."
        case .denied(let name, let host, false):
            """
            \(host) does not show \(name): the name is wrong, or it is private or gated; for those set HF_TOKEN to a \
            token that may read it.
            """
        case .denied(let name, let host, true):
            """
            \(host) does not show \(name) to this token: check the name, accept the model's terms on its page, or use \
            another token.
            """
        case .tokenWithheld(let name, let host):
            """
            \(host) does not show \(name), and HF_TOKEN was not sent: that is done only for the host of HF_ENDPOINT, over \
            https or on this machine. Check the name, or set HF_ENDPOINT to an https address.
            """
        case .refused(let host, let status): "\(host) answered \(status): try again later."
        case .rateLimited(let host, let seconds):
            "\(host) takes no more requests for \(seconds) s: run this again then, or set HF_TOKEN."
        case .notAHub(let host, let missing):
            "\(host) does not answer as a model hub does (no \(missing)): check HF_ENDPOINT."
        case .insecureRedirect(let host): "\(host) redirects to an address without https, which is not followed."
        case .badFileName(let name):
            "The hub names a file \"\(RemoteMessage.clean(name, limit: 100))\", which is no plain file name."
        case .badSize(let file, let size):
            "The hub states \(PullProgress.size(size)) for \(file), more than any model's file has: check HF_ENDPOINT."
        case .transfer(let file, let error):
            "\(file) did not arrive whole: \(error) Run this again; what has arrived is kept."
        case .wrongContent(let file, let expected, let actual):
            """
            \(file) arrived damaged and was thrown away: its hash is \(actual), the hub states \(expected). Run this \
            again; if it stays so, a proxy or mirror changes files.
            """
        case .wrongSize(let file, let expected):
            "\(file) is larger than the \(expected) bytes the hub states, and was thrown away: run this again."
        case .damaged(let path):
            """
            \(path) is damaged: its bytes are not those the hub stated. Unset HF_HUB_OFFLINE and run \
            `aisle model pull --verify` again to fetch it anew.
            """
        case .diskFull(let folder, let needed, let available):
            """
            The disk is full: \(PullProgress.size(needed)) more are needed in \(folder), \
            \(PullProgress.size(available)) are free. Free some, or set HF_HUB_CACHE to another disk; what has arrived \
            is kept.
            """
        case .system(let path, let code, let doing): "Cannot \(doing) \(path): \(String(cString: strerror(code)))."
        }
    }

    /// What `aisle model pull` takes for a model as it is written elsewhere: `NAME@REVISION`.
    private static func arguments(_ name: String) -> String {
        let parts = name.split(separator: "@", maxSplits: 1).map(String.init)
        return parts.count < 2 ? name : "\(parts[0]) --revision \(parts[1])"
    }
}
