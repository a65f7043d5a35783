internal import Eval

/// What people say: which rows are one product.
///
/// A left row that is named is judged completely: all its counterparts are listed, all else is not the same product.
/// Rows that are not named do not count.
struct Truth {
    /// Judged left rows and their counterparts; none for a row that has none.
    private(set) var counterparts: [Int64: Set<Int64>] = [:]

    /// Reads `left<TAB>right[<TAB>label]`, one pair a line.
    ///
    /// An empty right id says that the left row has no counterpart, a label of 0 that this pair is none. The first line
    /// may name the columns (`left`, `right`, `label`, others are ignored). Within one list pairs hold both ways.
    ///
    /// - Throws: `EvalError` with file and line; `AlignmentError.noTruth`; what the lists throw.
    init(path: String, left: AlignedList, right: AlignedList, isOneList: Bool) throws {
        let lines = try TextLines(path: path)
        var columns = (left: 0, right: 1, label: Int?(2))
        try lines.forEach { line, number in
            let fields = line.utf8.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
                .map { Self.trimmed(Substring($0)) }
            if number == 1, let named = Self.columns(fields) {
                columns = named
                return
            }
            guard let leftID = Self.field(fields, columns.left), !leftID.isEmpty else {
                throw lines.problem(number, "left", "it is empty", "Write each line as: left id, one tab, right id")
            }
            guard let row = try left.number(of: leftID) else { throw Self.unknown(leftID, "left", lines, number) }
            counterparts[row, default: []].formUnion([])
            guard let rightID = Self.field(fields, columns.right), !rightID.isEmpty else { return }
            guard let other = try right.number(of: rightID) else {
                throw Self.unknown(rightID, "right", lines, number)
            }
            let label = columns.label.flatMap { Self.field(fields, $0) } ?? ""
            guard ["", "0", "1"].contains(label) else {
                throw lines.problem(number, "label", "\"\(label)\" is not known", "Labels are 1 (the same) and 0")
            }
            if isOneList { counterparts[other, default: []].formUnion([]) }
            guard label != "0", !(isOneList && row == other) else { return }
            counterparts[row, default: []].insert(other)
            if isOneList { counterparts[other, default: []].insert(row) }
        }
        guard !counterparts.isEmpty else { throw AlignmentError.noTruth(path: path) }
    }

    private static func columns(_ fields: [String]) -> (left: Int, right: Int, label: Int?)? {
        let names = fields.map { $0.lowercased() }
        guard let left = names.firstIndex(where: { ["left", "left_id"].contains($0) }),
            let right = names.firstIndex(where: { ["right", "right_id"].contains($0) })
        else { return nil }
        return (left, right, names.firstIndex(of: "label"))
    }

    private static func field(_ fields: [String], _ place: Int) -> String? {
        fields.indices.contains(place) ? fields[place] : nil
    }

    private static func trimmed(_ field: Substring) -> String {
        var field = field
        while field.first?.isWhitespace == true { field.removeFirst() }
        while field.last?.isWhitespace == true { field.removeLast() }
        return String(field)
    }

    private static func unknown(_ id: String, _ side: String, _ lines: TextLines, _ line: Int) -> EvalError {
        lines.problem(
            line,
            side,
            "\"\(id.prefix(40))\" is no row of the \(side) list",
            "Ids are those of the lists, the left one first; a header is: left, tab, right"
        )
    }
}
