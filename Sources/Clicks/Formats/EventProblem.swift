/// What is wrong with one record, which is left out while the others are kept.
public struct EventProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// The record's place in what was sent, from 1; in JSON Lines the line.
    public var record: Int
    /// The field, with the objects it lies in: `event_attributes.object.object_id`; nil: the record as a whole.
    public var field: String?
    /// What is wrong, and what to write instead.
    public var problem: String

    init(_ problem: String, field: String? = nil, record: Int = 0) {
        self.record = record
        self.field = field
        self.problem = problem
    }

    /// One line.
    public var description: String {
        "record \(record): " + (field.map { "\($0): " } ?? "") + problem
    }

    func at(_ record: Int) -> EventProblem {
        var problem = self
        problem.record = record
        return problem
    }
}
