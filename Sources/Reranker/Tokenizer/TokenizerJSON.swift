internal import CTokenizer

/// The JSON of a tokenizer file as a flat list of nodes; vocabulary and merges are read from it without copies.
struct TokenizerJSON {
    /// The text, which the nodes refer to.
    let text: UnsafeBufferPointer<UInt8>
    let nodes: [aisle_json_node]

    /// The value a text consists of.
    var root: Value { Value(json: self, node: 0) }

    /// Parses a text, which must outlive this value.
    ///
    /// - Throws: `TokenizerFileProblem.notJSON`.
    init(_ text: UnsafeBufferPointer<UInt8>) throws(TokenizerFileProblem) {
        var failure = aisle_json_failure()
        self.text = text
        nodes = [aisle_json_node](unsafeUninitializedCapacity: aisle_json_bound(text.baseAddress, text.count)) {
            $1 = aisle_json_parse(text.baseAddress, text.count, $0.baseAddress, &failure)
        }
        guard !nodes.isEmpty else {
            throw .notJSON(problem: String(cString: failure.problem), offset: failure.offset)
        }
    }

    /// The text of a string or key, its escapes decoded.
    func string(at node: Int) -> String {
        String(unsafeUninitializedCapacity: Int(nodes[node].length)) { bytes in
            withUnsafePointer(to: nodes[node]) { aisle_json_string(text.baseAddress, $0, bytes.baseAddress) }
        }
    }

    /// The text of a node as it stands in the file, abridged: for messages.
    func source(at node: Int) -> String {
        let start = Int(nodes[node].start)
        let length = Int(nodes[node].length)
        let shown = String(decoding: text[start..<start + min(length, 80)], as: UTF8.self)
        return length > 80 ? shown + "..." : shown
    }

    /// A value of the file.
    struct Value {
        let json: TokenizerJSON
        let node: Int

        private var kind: Int { Int(json.nodes[node].kind) }
        /// As it stands in the file, abridged.
        var source: String { kind == AISLE_JSON_STRING ? "\"\(json.source(at: node))\"" : json.source(at: node) }
        var isNull: Bool { kind == AISLE_JSON_NULL }
        var isObject: Bool { kind == AISLE_JSON_OBJECT }
        var isArray: Bool { kind == AISLE_JSON_ARRAY }
        var string: String? { kind == AISLE_JSON_STRING ? json.string(at: node) : nil }
        var bool: Bool? { kind == AISLE_JSON_TRUE ? true : kind == AISLE_JSON_FALSE ? false : nil }
        var int: Int? { kind == AISLE_JSON_NUMBER ? Int(json.source(at: node)) : nil }

        /// The members of an object in their order; nothing for other values.
        var members: [(key: String, value: Value)] {
            guard isObject else { return [] }
            return children(stride: 2).map { (json.string(at: $0), Value(json: json, node: $0 + 1)) }
        }

        /// The elements of an array; nothing for other values.
        var elements: [Value] {
            isArray ? children(stride: 1).map { Value(json: json, node: $0) } : []
        }

        /// The nodes of elements (stride 1) or keys (stride 2).
        private func children(stride: Int) -> [Int] {
            var found: [Int] = []
            var child = node + 1
            while child < json.nodes[node].next {
                found.append(child)
                child = Int(json.nodes[child + stride - 1].next)
            }
            return found
        }
    }
}
