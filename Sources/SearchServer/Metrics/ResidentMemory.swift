import Foundation

/// Memory of this process.
enum ResidentMemory {
    /// Bytes that are in memory (proc(5), `statm`); nil where the system does not say.
    static var bytes: Int? {
        guard let data = FileManager.default.contents(atPath: "/proc/self/statm") else { return nil }
        let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
