/// How long passes through the model take: a part that is the same for all of them, in which weights are read, and a part
/// that grows with the tokens.
///
/// A line through recent passes, of which the last ones count most. A value without a clock of its own.
struct PassTimer {
    /// What a pass before counts when another is added.
    private static let memory = 0.7

    /// Sums over passes of their weights, tokens, seconds, squared tokens, and tokens times seconds.
    private var weight = 0.0, tokens = 0.0, seconds = 0.0, squares = 0.0, products = 0.0

    /// Adds a pass.
    mutating func add(tokens count: Int, seconds time: Double) {
        let x = Double(count), y = max(time, 1e-6)
        weight = weight * Self.memory + 1
        tokens = tokens * Self.memory + x
        seconds = seconds * Self.memory + y
        squares = squares * Self.memory + x * x
        products = products * Self.memory + x * y
    }

    /// Seconds of any pass, and of each of its tokens; nil before the first.
    ///
    /// Passes that are much alike say nothing of the first part, nor do those whose line goes down, or begins below zero.
    var line: (pass: Double, token: Double)? {
        guard weight > 0 else { return nil }
        let variance = squares / weight - (tokens / weight) * (tokens / weight)
        if variance > 0.01 * squares / weight {
            let token = (products / weight - tokens / weight * (seconds / weight)) / variance
            let pass = (seconds - token * tokens) / weight
            if token > 0, pass >= 0 { return (pass, token) }
        }
        return (0, seconds / tokens)
    }

    /// Tokens that so many passes, one after the other, can have in this time together; nil before the first pass.
    func tokens(within time: Double, passes: Int = 1) -> Int? {
        line.map { Int(min(max(0, (time - Double(passes) * $0.pass) / $0.token), 1e9)) }
    }
}
