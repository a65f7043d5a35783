/// Words titles the way sellers in each language do: English in phrases, Chinese in stacked keywords, the others in lists.
struct TitleWriter {
    let vocabulary: Vocabulary

    func title(_ concept: Concept, _ language: Language, random: inout SplitMix64) -> String {
        let parts = TitleParts(concept, language, vocabulary: vocabulary, random: &random)
        switch language {
        case .en: return english(parts, random: &random)
        case .zh: return chinese(parts, random: &random)
        case .de, .fr, .es: return list(parts, random: &random)
        }
    }

    private func english(_ parts: TitleParts, random: inout SplitMix64) -> String {
        if parts.isBook { return bookTitle(parts, random: &random) }
        let noun = (parts.front + [parts.type]).joined(separator: " ")
        let lead = [parts.brand, parts.model].joined(separator: " ")
        let host = parts.host.map { " for \($0)" } ?? ""
        var tail = parts.back
        let known = (parts.front + tail + [parts.type]).joined(separator: " ").lowercased()
        if let tag = parts.tag, random.chance(35), !known.contains(tag.lowercased()) { tail.append(tag) }
        if let need = parts.need, random.chance(30), !known.contains(need.lowercased()) { tail.append(need) }
        let code = parts.code
        var title: String
        switch random.below(6) {
        case 0, 1:
            title = "\(lead) \(noun)\(host)" + suffix(tail, before: " - ", between: ", ")
            if let code { title += " (\(code))" }
        case 2:
            let rest = parts.front + tail
            title = "\(lead) \(parts.type)\(host)" + suffix(rest, before: ", ", between: ", ")
            if let code { title += ", \(code)" }
        case 3:
            title = "\(noun)\(host)" + suffix(tail, before: ", ", between: ", ") + " - \(lead)"
            if let code { title += " \(code)" }
        case 4:
            title = [parts.brand, code, parts.model].compactMap(\.self).joined(separator: " ")
            title += " \(noun)\(host)" + suffix(tail, before: ", ", between: ", ")
        default:
            title = "\(lead) \(noun)\(host)" + suffix(tail, before: " | ", between: " | ")
        }
        if parts.isRefurbished { title += random.chance(50) ? " (Renewed)" : " - Refurbished" }
        return title.titleCased
    }

    private func bookTitle(_ parts: TitleParts, random: inout SplitMix64) -> String {
        let author = parts.author.map { " by \($0)" } ?? ""
        let binding = parts.back.first.map { " (\($0.capitalizedFirst))" } ?? ""
        return random.chance(50) ? parts.model + author + binding : parts.model + ": \(parts.type)".titleCased + author
    }

    private func chinese(_ parts: TitleParts, random: inout SplitMix64) -> String {
        if parts.isBook { return chineseBookTitle(parts, random: &random) }
        var words: [String] = []
        if parts.isRefurbished { words.append("【官翻】") } else if random.chance(6) { words.append("【包邮】") }
        let latin = parts.concept.model.brand.name
        switch random.below(5) {
        case 0 where parts.brand != latin: words.append("\(parts.brand)（\(latin)）")
        case 1 where parts.brand != latin: words.append("\(latin)/\(parts.brand)")
        default: words.append(parts.brand)
        }
        words.append(parts.model)
        if let host = parts.host { words.append("适用\(host)") }
        words += parts.front
        words.append(parts.type)
        var extra = Array(random.shuffled(parts.tags).prefix(1 + random.below(3)))
        if let need = parts.need, random.chance(65) { extra.insert(need, at: random.below(extra.count + 1)) }
        if let other = parts.otherName, random.chance(35), !parts.type.contains(other) { extra.append(other) }
        let end = random.chance(60) ? parts.back + extra : extra + parts.back
        for (index, word) in end.enumerated() where !words.joined().contains(word) {
            if end.enumerated().contains(where: {
                $0.offset != index && $0.element != word && $0.element.contains(word)
            }) {
                continue
            }
            words.append(word)
        }
        if let code = parts.code { words.append(code) }
        return joined(words, spaced: random.chance(35))
    }

    private func chineseBookTitle(_ parts: TitleParts, random: inout SplitMix64) -> String {
        var words = ["《\(parts.model)》"]
        if random.chance(70), let author = parts.author { words.append(author + "著") }
        words.append(parts.type)
        words += random.shuffled(parts.tags).prefix(2)
        words += parts.back
        if random.chance(50) { words.append(parts.brand) }
        return joined(words, spaced: true)
    }

    /// Sets words one after the other; a space stays only where two Latin words or digits would run together.
    private func joined(_ words: [String], spaced: Bool) -> String {
        var result = ""
        for word in words where !word.isEmpty {
            if let last = result.last, let first = word.first, last != "】" {
                let bothLatin = last.isASCII && first.isASCII
                if spaced || bothLatin { result += " " }
            }
            result += word
        }
        return result
    }

    private func list(_ parts: TitleParts, random: inout SplitMix64) -> String {
        let type = parts.type.capitalizedFirst
        if parts.isBook { return "\(parts.model)" + (parts.author.map { " – \($0)" } ?? "") }
        let host = parts.host.map { " \(ListingWords(parts.language).forWord) \($0)" } ?? ""
        var details = parts.front + parts.back
        if parts.isRefurbished { details.append(ListingWords(parts.language).refurbished) }
        if let need = parts.need, random.chance(35) { details.append(need) }
        if let code = parts.code { details.append(code) }
        let end = suffix(details, before: ", ", between: ", ")
        switch random.below(3) {
        case 0: return "\(parts.brand) \(parts.model) – \(parts.type)\(host)" + end
        case 1: return "\(type)\(host) \(parts.brand) \(parts.model)" + end
        default: return "\(parts.brand) \(parts.model) \(type)\(host)" + end
        }
    }

    private func suffix(_ parts: [String], before: String, between: String) -> String {
        parts.isEmpty ? "" : before + parts.joined(separator: between)
    }
}

extension String {
    /// With capitals as in English titles: small words, codes and units stay as they are.
    var titleCased: String {
        let small: Set<String> = [
            "a", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "up", "with",
        ]
        let units: Set<String> = ["ml", "mm", "cm", "g", "kg", "m", "h", "lm", "lb"]
        return split(separator: " ", omittingEmptySubsequences: false).enumerated().map { index, word in
            guard word.first?.isLowercase == true, word.allSatisfy({ !$0.isUppercase }) else { return String(word) }
            let bare = String(word.filter(\.isLetter))
            if units.contains(bare) || (index > 0 && small.contains(bare)) { return String(word) }
            return String(word).capitalizedFirst
        }.joined(separator: " ")
    }
}
