import Testing

@testable import Reranker

/// What a container says about the processor time it has.
@Suite struct ProcessorQuotaTests {
    @Test(
        arguments: [
            ("200000 100000\n", 2), ("150000 100000\n", 2), ("50000 100000\n", 1), ("max 100000\n", nil), ("\n", nil),
            ("-5 100000\n", nil), ("100000 0\n", nil),
        ] as [(String, Int?)]
    )
    func `The limit of a control group, in cores rounded up`(content: String, cores: Int?) throws {
        let scratch = try ModelScratch()
        try scratch.write("cpu.max", content)
        #expect(ProcessorQuota.cores(root: scratch.path) == cores)
    }

    @Test func `The same of version 1, which says -1 for no limit`() throws {
        let scratch = try ModelScratch()
        #expect(ProcessorQuota.cores(root: scratch.path) == nil)
        try scratch.write("cpu/cpu.cfs_period_us", "100000\n")
        for (quota, cores) in [("300000\n", 3), ("-1\n", nil)] as [(String, Int?)] {
            try scratch.write("cpu/cpu.cfs_quota_us", quota)
            #expect(ProcessorQuota.cores(root: scratch.path) == cores)
        }
    }

    @Test func `A team has no more threads than there is time for`() {
        #expect(WorkerTeam.availableCores >= 1)
        #expect(WorkerTeam.availableCores <= ProcessorQuota.cores() ?? .max)
    }
}
