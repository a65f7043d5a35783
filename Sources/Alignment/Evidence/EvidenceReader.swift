internal import Catalog
internal import Foundation

/// Reads from a row what it may share with a row in another language.
///
/// One thread at a time: it owns an analyzer.
final class EvidenceReader {
    private let analyzer: Analyzer

    /// Shortest code and code part, in characters; shorter ones are ratings and sizes of many makers: `IPX4`, `4K`.
    private static let shortestCode = 5
    /// Digits from which a number alone is an identifier: an article number, a bar code.
    private static let identifierDigits = 6
    /// Characters of an attribute's value that are read.
    private static let longestValue = 200

    /// A reader with an analyzer of its own.
    ///
    /// Throws `AnalyzerError`.
    init() throws {
        analyzer = try Analyzer()
    }

    /// What a row has, from title, brand, attributes and price.
    ///
    /// Descriptions are not read: they name other products, which this one fits or replaces.
    func keys(of product: Product) -> Set<EvidenceKey> {
        var keys: Set<EvidenceKey> = []
        add(product.title, to: &keys)
        for attribute in product.attributes {
            for value in attribute.values { add(String(value.prefix(Self.longestValue)), to: &keys) }
        }
        for name in (product.brand ?? "").split(whereSeparator: { "/|()（）".contains($0) }) {
            let folded = QuantityReader.folded(String(name)).filter { !$0.isWhitespace }
            if !folded.isEmpty { keys.insert(EvidenceKey(.brand, folded)) }
        }
        if let price = product.price, price.amount > 0 {
            keys.insert(EvidenceKey(.price, "\(price.currency ?? "")\(price.amount)"))
        }
        return keys
    }

    private func add(_ text: String, to keys: inout Set<EvidenceKey>) {
        let quantities = QuantityReader.quantities(in: text)
        for found in quantities { keys.insert(EvidenceKey(.quantity, found.quantity.description)) }
        let amounts = Set(quantities.map(\.number))
        for token in analyzer.analyze(text, language: .none) {
            if let key = Self.key(token, amounts: amounts) { keys.insert(key) }
        }
    }

    /// What a token says; nil: nothing across languages.
    private static func key(_ token: Token, amounts: Set<String>) -> EvidenceKey? {
        let text = token.text
        let scalars = text.unicodeScalars
        let digits = scalars.count { ("0"..."9").contains($0) }
        let letters = scalars.count { $0.properties.isAlphabetic && $0.value < 0x250 }
        // Other scripts' words and bigrams are the first stage's business.
        guard digits + letters > 0, scalars.allSatisfy({ $0.value < 0x250 }) else { return nil }
        if digits == 0 {
            return token.kinds.contains(.word) && letters >= 2 ? EvidenceKey(.word, text) : nil
        }
        if letters == 0 {
            if digits >= identifierDigits { return EvidenceKey(.code, text) }
            return amounts.contains(text) || token.kinds.contains(.codePart) ? nil : EvidenceKey(.number, text)
        }
        guard scalars.count >= shortestCode, isNoAmount(text) else { return nil }
        if token.kinds.contains(.code) { return EvidenceKey(.code, text) }
        if !token.kinds.isDisjoint(with: [.codeJoin, .codePart]) { return EvidenceKey(.part, text) }
        return nil
    }

    private static func isNoAmount(_ text: String) -> Bool {
        // "250g" and "2x500ml" are amounts that the quantities have already.
        QuantityReader.quantities(in: text).isEmpty
    }
}

extension Set<EvidenceKey> {
    /// What both rows have, what says most first; a code's parts only where no whole code is shared.
    func shared(with other: Set<EvidenceKey>) -> [EvidenceKey] {
        let both = intersection(other).sorted()
        return both.contains { $0.kind == .code } ? both.filter { $0.kind != .part } : both
    }

    /// What speaks against one product: codes on both sides and none in common, or a dimension with other amounts.
    ///
    /// `codes ab12 / cd34`, `250g / 500g`, in order.
    func differences(from other: Set<EvidenceKey>) -> [String] {
        var differences: [String] = []
        let both = intersection(other)
        let (left, right) = (texts(.code), other.texts(.code))
        if !left.isEmpty, !right.isEmpty, !both.contains(where: { $0.kind == .code || $0.kind == .part }) {
            differences.append("codes \(left.joined(separator: " ")) / \(right.joined(separator: " "))")
        }
        let (mine, others) = (amounts, other.amounts)
        for dimension in Quantity.Dimension.allCases {
            guard let left = mine[dimension], let right = others[dimension], left.isDisjoint(with: right) else {
                continue
            }
            differences.append(
                "\(left.sorted().joined(separator: " ")) / \(right.sorted().joined(separator: " "))"
            )
        }
        return differences
    }

    private func texts(_ kind: EvidenceKey.Kind) -> [String] {
        filter { $0.kind == kind }.sorted().map(\.text)
    }

    private var amounts: [Quantity.Dimension: Set<String>] {
        var amounts: [Quantity.Dimension: Set<String>] = [:]
        for key in self where key.kind == .quantity {
            let unit = key.text.drop { "0123456789.e+-".contains($0) }
            guard let dimension = Quantity.Dimension(rawValue: String(unit)) else { continue }
            amounts[dimension, default: []].insert(key.text)
        }
        return amounts
    }
}
