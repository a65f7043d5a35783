import ArgumentParser
import Reranker

/// Which model, and how it runs: the options of every command that has a model.
struct ModelOptions: ParsableArguments {
    @Option(help: "A model's folder, a fetched model's name, a server's URL (vllm+http://...), or bundled.")
    var model: String

    @OptionGroup var engine: EngineOptions
}

/// How a model in this process runs.
struct EngineOptions: ParsableArguments {
    @Option(
        help: """
            How numbers are multiplied in this process: auto (int8; for the bundled model bf16 where the processor has \
            it, else f32), f32, int8, bf16.
            """
    )
    var precision = PrecisionOption.auto

    @Option(help: "Threads of a model in this process; default: all cores.")
    var threads: Int?

    @Option(help: "Most tokens of a prompt: instruction, query, document, some 50 more. Models may allow fewer.")
    var maxLength = OpenModel.Options().maxLength

    func validate() throws {
        guard (256...1 << 20).contains(maxLength) else { throw ValidationError("--max-length is 256 to 1048576.") }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads is 1 to 1024.") }
    }

    /// The library's form.
    var options: OpenModel.Options {
        OpenModel.Options(precision: precision.precision, threads: threads, maxLength: maxLength)
    }
}

/// `--precision`.
enum PrecisionOption: String, ExpressibleByArgument, CaseIterable {
    case auto, f32, int8, bf16

    /// The engine's word for it.
    var precision: Precision {
        switch self {
        case .auto: .auto
        case .f32: .f32
        case .int8: .int8
        case .bf16: .bf16
        }
    }
}
