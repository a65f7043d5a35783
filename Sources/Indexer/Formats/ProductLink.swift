/// How a record hangs together with others that say what it does not say itself.
struct ProductLink {
    enum Role {
        case product
        /// A group of variants that stand elsewhere; a product itself where none turns up.
        case group
        /// A group whose variants follow at once.
        case groupOfListed
        /// What a variant's own row says of its group.
        case definition
    }

    var role: Role
    /// What other records call this one.
    var names: [String]
    /// What the groups are called that it is a variant of, likeliest first.
    var groups: [String] = []
    /// What a group calls variants that stand elsewhere.
    var variants: [String] = []
    /// The identifier of the group it is, or is a variant of.
    var groupID: String?
}
