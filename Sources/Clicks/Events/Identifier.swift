/// An identifier as it was sent, of a kind of its own: a session's cannot be taken for a product's.
///
/// Identifiers are opaque and compared byte by byte.
public struct Identifier<Kind>: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    /// The text.
    public let rawValue: String

    /// An identifier with this text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// An identifier with this text.
    public init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    /// An identifier with this text.
    public init(stringLiteral value: String) {
        rawValue = value
    }

    /// The text.
    public var description: String { rawValue }

    /// By bytes.
    public static func < (left: Self, right: Self) -> Bool {
        left.rawValue.utf8.lexicographicallyPrecedes(right.rawValue.utf8)
    }
}

/// The kind of `QueryID`.
public enum QueryKind {}
/// The kind of `ObjectID`.
public enum ObjectKind {}
/// The kind of `SessionID`.
public enum SessionKind {}
/// The kind of `ClientID`.
public enum ClientKind {}
/// The kind of `UserID`.
public enum UserKind {}

/// One search: what its answer carries and the events that follow from it name (UBI `query_id`).
public typealias QueryID = Identifier<QueryKind>
/// What was shown or clicked: a product's id (UBI `object_id`).
public typealias ObjectID = Identifier<ObjectKind>
/// A visit (UBI `session_id`).
public typealias SessionID = Identifier<SessionKind>
/// A browser or an app on a device (UBI `client_id`).
public typealias ClientID = Identifier<ClientKind>
/// A person the shop knows (UBI `user_id`).
public typealias UserID = Identifier<UserKind>
