internal import Foundation

/// The fields of a `config.json`, read by name with their ranges.
struct ConfigurationFields {
    /// A JSON value of any kind.
    indirect enum Value: Decodable, Equatable {
        case null
        case flag(Bool)
        case number(Double)
        case text(String)
        case list([Value])
        case object([String: Value])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let flag = try? container.decode(Bool.self) {
                self = .flag(flag)
            } else if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let text = try? container.decode(String.self) {
                self = .text(text)
            } else if let list = try? container.decode([Value].self) {
                self = .list(list)
            } else {
                self = .object(try container.decode([String: Value].self))
            }
        }
    }

    private let path: String
    private let values: [String: Value]

    /// Bytes a configuration has at most; real ones have two thousand.
    private static let sizeLimit = 1 << 20

    /// Parses the file.
    ///
    /// - Throws: `ModelError.badConfiguration`.
    init(json: [UInt8], path: String) throws {
        guard json.count <= Self.sizeLimit else {
            throw ModelError.badConfiguration(path: path, field: nil, reason: "is larger than 1 MiB")
        }
        guard let values = try? JSONDecoder().decode([String: Value].self, from: Data(json)) else {
            throw ModelError.badConfiguration(path: path, field: nil, reason: "is not a JSON object")
        }
        self.path = path
        self.values = values
    }

    /// The error of a field that cannot be used; `reason` completes a sentence that begins with the field's name.
    func unusable(_ field: String, _ reason: String) -> ModelError {
        .badConfiguration(path: path, field: field, reason: reason)
    }

    /// A whole number.
    ///
    /// - Parameters:
    ///   - field: Its name.
    ///   - range: What is sane; products of sizes in these ranges fit 64 bits.
    ///   - absent: The value when the field is missing; without it the field must be there.
    ///   - null: The value of `null`; without it `null` is refused.
    /// - Returns: A number in `range`.
    /// - Throws: `ModelError.badConfiguration`.
    func size(_ field: String, in range: ClosedRange<Int>, absent: Int? = nil, null: Int? = nil) throws -> Int {
        switch values[field] {
        case nil:
            guard let absent else { throw unusable(field, "is missing") }
            return absent
        case .null where null != nil:
            return null ?? range.lowerBound
        case .number(let number)?:
            guard let whole = Int(exactly: number), range.contains(whole) else {
                let shown = number.magnitude < 1e15 ? number.formatted : "\(number)"
                throw unusable(field, "is \(shown), not a whole number of \(range.lowerBound)...\(range.upperBound)")
            }
            return whole
        case let other?:
            throw unusable(field, "is \(other.shown), not a whole number")
        }
    }

    /// A number, nil when the field is missing.
    func number(_ field: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let value = values[field] else { return nil }
        return try number(value, field, in: range)
    }

    private func number(_ value: Value, _ field: String, in range: ClosedRange<Double>) throws -> Double {
        guard case .number(let number) = value, range.contains(number) else {
            throw unusable(field, "is \(value.shown), not a number of \(range.lowerBound)...\(range.upperBound)")
        }
        return number
    }

    /// true or false, nil when the field is missing or null.
    func flag(_ field: String) throws -> Bool? {
        switch values[field] {
        case nil, .null?: return nil
        case .flag(let flag)?: return flag
        case let other?: throw unusable(field, "is \(other.shown), not true or false")
        }
    }

    /// A string, nil when the field is missing or null.
    func text(_ field: String) throws -> String? {
        switch values[field] {
        case nil, .null?: return nil
        case .text(let text)?: return text
        case let other?: throw unusable(field, "is \(other.shown), not a string")
        }
    }

    /// Refuses models of other kinds.
    func checkKind() throws {
        guard let type = try text("model_type") else { throw unusable("model_type", "is missing, not \"qwen3\"") }
        guard type == "qwen3" else {
            throw unusable("model_type", "is \"\(type.prefix(40))\"; only \"qwen3\" is supported")
        }
        switch values["architectures"] {
        case nil, .null?, .list([])?: return
        case .list(let names)? where names.contains(.text("Qwen3ForCausalLM")): return
        case .list(let names)? where names.contains(.text("Qwen3ForSequenceClassification")):
            throw unusable(
                "architectures",
                """
                is Qwen3ForSequenceClassification, a converted reranker without the rows of "yes" and "no"; \
                use the original, such as Qwen/Qwen3-Reranker-0.6B
                """
            )
        case let other?:
            throw unusable("architectures", "is \(other.shown); only [\"Qwen3ForCausalLM\"] is supported")
        }
    }

    /// `rope_theta`, which transformers 5 keeps in `rope_parameters`; refuses scaled frequencies.
    func ropeTheta() throws -> Double {
        let range = 1.0...1e12
        var theta = try number("rope_theta", in: range)
        for field in ["rope_scaling", "rope_parameters"] {
            switch values[field] {
            case nil, .null?: continue
            case .object(let parameters)?:
                for (key, value) in parameters.sorted(by: { $0.key < $1.key }) {
                    switch (key, value) {
                    case ("rope_theta", _): theta = try number(value, "\(field).rope_theta", in: range)
                    case ("rope_type", .text("default")), ("type", .text("default")), (_, .null): continue
                    case ("partial_rotary_factor", .number(1)): continue
                    default: throw unusable(field, "has \(key.prefix(40)) \(value.shown), which is not supported")
                    }
                }
            case let other?: throw unusable(field, "is \(other.shown), not an object")
            }
        }
        return theta ?? 10_000
    }

    /// Refuses what would change the results and is not implemented.
    func checkUnsupported(layerCount: Int) throws {
        for field in ["attention_bias", "mlp_bias", "use_sliding_window"] where try flag(field) == true {
            throw unusable(field, "is true, which is not supported")
        }
        if try flag("is_causal") == false {
            throw unusable("is_causal", "is false: tokens that see what follows them are not supported")
        }
        if let activation = try text("hidden_act"), activation != "silu" {
            throw unusable("hidden_act", "is \"\(activation.prefix(40))\"; only \"silu\" is supported")
        }
        if let quantization = values["quantization_config"], quantization != .null {
            throw unusable("quantization_config", "is there: quantized models are not supported; use the original")
        }
        switch values["layer_types"] {
        case nil, .null?: break
        case .list(let types)?:
            if let other = types.first(where: { $0 != .text("full_attention") }) {
                throw unusable("layer_types", "has \(other.shown); only \"full_attention\" is supported")
            }
            guard types.count == layerCount else {
                throw unusable("layer_types", "has \(types.count) entries for \(layerCount) layers")
            }
        case let other?: throw unusable("layer_types", "is \(other.shown), not a list")
        }
        let known: Set = ["bfloat16", "float16", "float32"]
        for field in ["dtype", "torch_dtype"] {
            if let type = try text(field), !known.contains(type) {
                throw unusable(field, "is \"\(type.prefix(40))\"; bfloat16, float16 and float32 are supported")
            }
        }
    }
}

extension ConfigurationFields.Value {
    /// A short form for messages.
    fileprivate var shown: String {
        switch self {
        case .null: "null"
        case .flag(let flag): "\(flag)"
        case .number(let number): number.formatted
        case .text(let text): "\"\(text.prefix(40))\""
        case .list(let list):
            "[" + list.prefix(4).map(\.shown).joined(separator: ", ") + (list.count > 4 ? ", ...]" : "]")
        case .object: "an object"
        }
    }
}

extension Double {
    /// Whole numbers without a fraction.
    fileprivate var formatted: String { Int(exactly: self).map { "\($0)" } ?? "\(self)" }
}
