import Foundation

// sample-catalogue [--check] [--corpus FOLDER] [--judgments FOLDER]: makes Corpus/catalogue.jsonl and its companions and
// Eval/judgments/sample, or checks them.
let arguments = Array(CommandLine.arguments.dropFirst())
let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

func value(of option: String) -> String? {
    arguments.firstIndex(of: option).flatMap { $0 + 1 < arguments.count ? arguments[$0 + 1] : nil }
}

do {
    let catalogue = try SampleCatalogue(
        corpusFolder: value(of: "--corpus") ?? here.path,
        judgmentsFolder: value(of: "--judgments")
            ?? here.deletingLastPathComponent().appendingPathComponent("Eval/judgments/sample").path
    )
    let isCheck = arguments.contains("--check")
    let problems = isCheck ? catalogue.problems() : catalogue.ruleViolations()
    for problem in problems { FileHandle.standardError.write(Data("sample-catalogue: \(problem)\n".utf8)) }
    if !isCheck { try catalogue.write() }
    print(catalogue.summary)
    exit(problems.isEmpty ? 0 : 1)
} catch {
    FileHandle.standardError.write(Data("sample-catalogue: \(error)\n".utf8))
    exit(1)
}
