/// A request's time, divided before it starts.
///
/// The backend is told an earlier end than the pipeline waits for, so that what it has scored by then arrives; the
/// pipeline waits less than the caller does, so that the page can be made of it.
public struct BudgetPlan: Sendable, Equatable {
    /// All of the request's time.
    public var total: Duration
    /// The first stage's budget.
    public var firstStage: Duration
    /// From the request's start: when the backend has to stop scoring.
    public var backendEnd: Duration
    /// From the request's start: when the pipeline no longer waits for the backend.
    public var waitEnd: Duration

    /// Divides a budget.
    ///
    /// A quarter at most is the first stage's, a twentieth (2 to 50 ms) the page's, and as much lies between the
    /// backend's end and that of the waiting. Tiny budgets have no time for the backend: then `backendEnd` is zero.
    public init(_ total: Duration) {
        let total = max(total, .zero)
        let reserve = min(max(total / 20, .milliseconds(2)), .milliseconds(50))
        self.total = total
        firstStage = max(total / 4, .microseconds(500))
        waitEnd = max(total - reserve, .zero)
        backendEnd = max(waitEnd - reserve, .zero)
    }
}
