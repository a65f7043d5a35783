/// An amount with its unit, brought to one unit a dimension: `1.5 L`, `1500ml` and `1500毫升` are equal.
public struct Quantity: Sendable, Hashable, Codable, CustomStringConvertible {
    /// What is measured.
    public enum Dimension: String, Sendable, Hashable, Codable, CaseIterable {
        case mass = "g"
        case volume = "ml"
        case length = "mm"
        case power = "W"
        case voltage = "V"
        case charge = "mAh"
        case storage = "GB"
        case frequency = "Hz"
        case pieces = "pcs"
    }

    /// What is measured; its raw value is the unit of `value`.
    public var dimension: Dimension
    /// How much, in the dimension's unit; rounded to four significant digits, so that 6.1 in is 155 mm however written.
    public var value: Double

    /// An amount in the dimension's own unit.
    public init(_ value: Double, _ dimension: Dimension) {
        self.value = value
        self.dimension = dimension
    }

    /// `1500ml`, `0.5g`.
    public var description: String {
        let number = value == value.rounded() && value < 1e15 ? "\(Int64(value))" : "\(value)"
        return number + dimension.rawValue
    }
}
