/// Turns the tables into a term list aligned across languages, and into synonym groups for the search engine.
struct LexiconFiles {
    let vocabulary: Vocabulary
    let types: ProductTypes

    /// `lexicon.tsv`: one term a line, synonyms within a cell separated by "; ".
    var lexicon: String {
        var rows = ["term\tkind\ten\tzh\tde\tfr\tes"]
        for department in vocabulary.departments { rows.append(row(department.id, "department", department.names)) }
        for type in types.all { rows.append(row(type.id, "type", type.names)) }
        for attribute in vocabulary.attributes { rows.append(row(attribute.id, "attribute", attribute.labels)) }
        for term in vocabulary.terms { rows.append(row("\(term.attribute)=\(term.id)", "value", term.names)) }
        for need in vocabulary.needs { rows.append(row(need.id, "need", need.names)) }
        var ranges: Set<String> = []
        for series in vocabulary.series where ranges.insert(series.name).inserted {
            if let chinese = series.chineseName { rows.append(name(series.name, "series", chinese)) }
        }
        for brand in vocabulary.brands {
            if let chinese = brand.chineseName {
                rows.append(name(brand.name, "brand", chinese))
            }
        }
        return rows.map { $0 + "\n" }.joined()
    }

    /// `synonyms.txt`: one group a line, its terms separated by commas.
    ///
    /// A term that belongs to two types joins neither group.
    func synonyms(_ folder: SourceFolder) throws -> String {
        var groups = try folder.lines("synonyms.txt").map { line in
            line.text.split(separator: ",").map { String($0).trimmed }
        }
        var uses: [String: Int] = [:]
        let kinds = ["colour", "material", "scent", "connectivity", "noise-control"]
        let tables =
            types.all.map(\.names) + vocabulary.terms.filter { kinds.contains($0.attribute) }.map(\.names)
            + vocabulary.brands.compactMap { brand in
                brand.chineseName.map { Wording(cells: [brand.name, $0]) }
            }
        for term in Set(groups.flatMap(\.self).map { $0.lowercased() }) { uses[term, default: 0] += 1 }
        let candidates = tables.map { names in
            var seen: Set<String> = []
            return Language.allCases.flatMap { names.all($0) }.filter { seen.insert($0.lowercased()).inserted }
        }
        for group in candidates {
            for term in group { uses[term.lowercased(), default: 0] += 1 }
        }
        for group in candidates {
            let own = group.filter { uses[$0.lowercased()] == 1 && !$0.contains("(") }
            if own.count > 1 { groups.append(own) }
        }
        return groups.map { $0.joined(separator: ", ") + "\n" }.joined()
    }

    private func row(_ id: String, _ kind: String, _ names: Wording) -> String {
        ([id, kind] + Language.allCases.map { names.all($0).joined(separator: "; ") }).joined(separator: "\t")
    }

    private func name(_ name: String, _ kind: String, _ chinese: String) -> String {
        [name, kind, name, chinese, name, name, name].joined(separator: "\t")
    }
}
