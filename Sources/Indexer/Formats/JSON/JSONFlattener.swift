/// Turns one JSON object into fields: nested keys become `a.b`, arrays become several values.
struct JSONFlattener {
    let columns: ColumnTable

    /// Appends the fields of the object at `index` to `record`, whose base must be the text the tape was made of.
    ///
    /// Members of the object itself with keys of `leftOut` are passed over.
    func flatten(_ tape: JSONTape, at index: Int, into record: RawRecord, leavingOut leftOut: [StaticString] = []) {
        object(tape.nodes, index, parent: -1, leavingOut: leftOut, record)
    }

    /// Keys whose object is the product itself, as search engines and APIs export it.
    private static let wrappers: [StaticString] = ["fields", "_source", "product", "item", "document", "doc", "node"]

    /// Keys whose object holds attributes by name: `{"attributes": {"Colour": "black"}}`.
    private static let attributeContainers: [StaticString] = [
        "attributes", "attribute", "attrs", "properties", "additional_properties", "specifications", "specification",
        "specs", "features", "params", "parameters", "custom_attributes", "属性", "规格", "参数", "规格参数",
    ]

    private func object(
        _ nodes: GrowingBuffer<JSONTape.Node>,
        _ index: Int,
        parent: Int32,
        isNamedByData: Bool = false,
        leavingOut leftOut: [StaticString] = [],
        _ record: RawRecord
    ) {
        var position = index + 1
        let end = Int(nodes[index].next)
        while position < end {
            if !leftOut.isEmpty, Self.isOne(of: leftOut, text(nodes[position], record)) {
                position = Int(nodes[position + 1].next)
                continue
            }
            let isWrapper =
                parent == -1 && nodes[position + 1].kind == .object
                && Self.isOne(of: Self.wrappers, text(nodes[position], record))
            if isWrapper {
                object(nodes, position + 1, parent: -1, record)
            } else {
                let column = withKey(nodes[position], record) {
                    columns.intern($0, in: parent, isNamedByData: isNamedByData)
                }
                let isContainer =
                    parent == -1 && nodes[position + 1].kind == .object
                    && Self.isOne(of: Self.attributeContainers, text(nodes[position], record))
                if isContainer {
                    object(nodes, position + 1, parent: column, isNamedByData: true, record)
                } else {
                    value(nodes, position + 1, column, record)
                }
            }
            position = Int(nodes[position + 1].next)
        }
    }

    private func value(_ nodes: GrowingBuffer<JSONTape.Node>, _ index: Int, _ column: Int32, _ record: RawRecord) {
        let node = nodes[index]
        switch node.kind {
        case .object: object(nodes, index, parent: column, record)
        case .array: array(nodes, index, column, record)
        case .null, .key, .escapedKey: break
        case .string: append(node, column, .text, record)
        case .number: append(node, column, .number, record)
        case .truth, .falsehood: append(node, column, .truth, record)
        case .escapedString:
            columns.markValue(column)
            let start = record.scratch.count
            JSONStrings.decode(text(node, record), into: record.scratch)
            record.fields.append(
                FieldSlice(
                    column: column,
                    kind: .text,
                    isUnescaped: true,
                    start: start,
                    count: record.scratch.count - start
                )
            )
        }
    }

    private func array(_ nodes: GrowingBuffer<JSONTape.Node>, _ index: Int, _ column: Int32, _ record: RawRecord) {
        var position = index + 1
        let end = Int(nodes[index].next)
        while position < end {
            if nodes[position].kind == .object, let pair = namedValue(nodes, position, record) {
                let name = withKey(nodes[pair.name], record) {
                    columns.intern($0, in: column, isNamedByData: true)
                }
                value(nodes, pair.value, name, record)
            } else {
                value(nodes, position, column, record)
            }
            position = Int(nodes[position].next)
        }
    }

    @inline(__always)
    private func append(_ node: JSONTape.Node, _ column: Int32, _ kind: FieldSlice.Kind, _ record: RawRecord) {
        columns.markValue(column)
        record.fields.append(
            FieldSlice(column: column, kind: kind, isUnescaped: false, start: Int(node.start), count: Int(node.count))
        )
    }

    @inline(__always)
    private func text(_ node: JSONTape.Node, _ record: RawRecord) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: record.base + Int(node.start), count: Int(node.count))
    }

    /// Gives the bytes of a key or string, unescaped where need be.
    @inline(__always)
    private func withKey(
        _ node: JSONTape.Node,
        _ record: RawRecord,
        _ body: (UnsafeBufferPointer<UInt8>) -> Int32
    ) -> Int32 {
        guard node.kind == .escapedKey || node.kind == .escapedString else { return body(text(node, record)) }
        let scratch = ByteScratch()
        JSONStrings.decode(text(node, record), into: scratch)
        return body(scratch.bytes)
    }

    /// The nodes of name and value when an object is a named value (`{"name": "Colour", "value": "black"}`).
    private func namedValue(
        _ nodes: GrowingBuffer<JSONTape.Node>,
        _ index: Int,
        _ record: RawRecord
    ) -> (name: Int, value: Int)? {
        var name: Int?
        var value: Int?
        var keys = 0
        var position = index + 1
        let end = Int(nodes[index].next)
        while position < end {
            keys += 1
            guard keys <= 8 else { return nil }
            let key = text(nodes[position], record)
            if name == nil, Self.isOne(of: Self.nameKeys, key), isText(nodes[position + 1]) { name = position + 1 }
            if value == nil, Self.isOne(of: Self.valueKeys, key) { value = position + 1 }
            position = Int(nodes[position + 1].next)
        }
        guard let name, let value, nodes[name].count > 0 else { return nil }
        return (name, value)
    }

    private func isText(_ node: JSONTape.Node) -> Bool { node.kind == .string || node.kind == .escapedString }

    private static let nameKeys: [StaticString] = [
        "name", "key", "label", "attribute", "attribute_name", "attribute_code", "property", "attributeName",
    ]
    private static let valueKeys: [StaticString] = ["value", "values", "val", "attribute_value", "attributeValue"]

    private static func isOne(of words: [StaticString], _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        words.contains { word in
            word.utf8CodeUnitCount == key.count && (0..<key.count).allSatisfy { word.utf8Start[$0] == key[$0] }
        }
    }
}
