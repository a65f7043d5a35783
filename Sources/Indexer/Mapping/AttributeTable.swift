import Catalog

/// Numbers attributes by name, and gathers the values of one product under them.
final class AttributeTable {
    private var names: [String] = []
    private var numbers: [String: Int32] = [:]
    /// Where each attribute stands in the product being made, and for which product that was noted.
    private let places = GrowingBuffer<Place>()
    private var product = 0

    private struct Place: BitwiseCopyable {
        var product: Int
        var place: Int
    }

    /// Attributes numbered so far.
    var count: Int { names.count }

    /// The number of the attribute of this name, new where it is new.
    func intern(_ name: String) -> Int32 {
        if let number = numbers[name] { return number }
        let number = Int32(names.count)
        names.append(name)
        places.append(Place(product: -1, place: 0))
        numbers[name] = number
        return number
    }

    /// Says that values added from here on are another product's.
    func beginProduct() { product += 1 }

    /// Adds a value to the attribute of this number, once.
    func add(_ value: String, _ attribute: Int32, to row: inout Product) {
        let noted = places[Int(attribute)]
        if noted.product == product {
            if !row.attributes[noted.place].values.contains(value) { row.attributes[noted.place].values.append(value) }
        } else {
            places.base[Int(attribute)] = Place(product: product, place: row.attributes.count)
            row.attributes.append(Attribute(names[Int(attribute)], [value]))
        }
    }
}
