import Foundation

/// CPU and wall time of a piece of work, in seconds.
struct Timing {
    var cpu = 0.0
    var wall = 0.0

    /// CPU time of all threads of the process.
    static func process(_ work: () throws -> Void) rethrows -> Timing {
        try measure(CLOCK_PROCESS_CPUTIME_ID, work)
    }

    /// CPU time of the calling thread.
    static func thread(_ work: () throws -> Void) rethrows -> Timing {
        try measure(CLOCK_THREAD_CPUTIME_ID, work)
    }

    private static func measure(_ clock: clockid_t, _ work: () throws -> Void) rethrows -> Timing {
        let (cpu, wall) = (now(clock), now(CLOCK_MONOTONIC))
        try work()
        return Timing(cpu: now(clock) - cpu, wall: now(CLOCK_MONOTONIC) - wall)
    }

    private static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}

/// Mean and percentiles of a list of times.
struct Distribution: Encodable {
    let mean: Double
    let p50: Double
    let p95: Double
    let p99: Double

    init(_ values: [Double]) {
        let sorted = values.sorted()
        func percentile(_ share: Double) -> Double {
            sorted.isEmpty ? .nan : sorted[min(Int(share * Double(sorted.count)), sorted.count - 1)]
        }
        mean = values.reduce(0, +) / Double(max(values.count, 1))
        p50 = percentile(0.5)
        p95 = percentile(0.95)
        p99 = percentile(0.99)
    }

    /// `mean p50 p95 p99` in milliseconds.
    var milliseconds: [String] { [mean, p50, p95, p99].map { String(format: "%.3f", $0 * 1000) } }
}
