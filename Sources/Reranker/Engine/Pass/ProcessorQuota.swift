internal import Foundation

/// How much processor time a container may take: with more threads than that, all of them are stopped for a part of each
/// period, and those that wait for each other wait for it.
///
/// Source: the kernel's `Documentation/admin-guide/cgroup-v2.rst`, `cpu.max`; cgroup-v1's `cpu.cfs_quota_us`.
enum ProcessorQuota {
    /// Cores' worth of time.
    ///
    /// - Parameter root: Where control groups are mounted; inside a container its own lies there.
    /// - Returns: At least 1, rounded up; nil: there is no limit, or none that can be read.
    static func cores(root: String = "/sys/fs/cgroup") -> Int? {
        func words(_ name: String) -> [Substring] {
            (try? String(contentsOfFile: "\(root)/\(name)", encoding: .utf8))?.split(whereSeparator: \.isWhitespace)
                ?? []
        }
        let unified = words("cpu.max")
        let quota = unified.first ?? words("cpu/cpu.cfs_quota_us").first
        let period = unified.dropFirst().first ?? words("cpu/cpu.cfs_period_us").first
        guard let quota, let period, let time = Int(quota), let each = Int(period), time > 0, each > 0 else {
            return nil
        }
        return max(1, (time - 1) / each + 1)
    }
}
