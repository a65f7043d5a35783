public import Catalog
internal import Foundation

/// Weights and fusion that were found by tuning, as a file holds them.
///
/// JSON: `{"weights": "title=5,brand=2", "fusion": "weighted:2"}`, each as on the command line, each optional; other keys
/// say where they come from and are not read.
public struct RankingSettings: Sendable, Hashable {
    /// Weights of the text columns; nil: the index's own.
    public var weights: ColumnWeights?
    /// How stage `fused` makes one order of two; nil: the default.
    public var fusion: Fusion?

    /// Settings; nil leaves a default.
    public init(weights: ColumnWeights? = nil, fusion: Fusion? = nil) {
        self.weights = weights
        self.fusion = fusion
    }

    /// Reads a settings file.
    ///
    /// - Throws: `RankingError.badSettings`.
    public init(path: String) throws(RankingError) {
        struct File: Decodable {
            let weights: String?
            let fusion: String?
        }
        do {
            let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
            guard file.weights != nil || file.fusion != nil else {
                throw RankingError.badSettings(path: path, problem: "it has neither \"weights\" nor \"fusion\"")
            }
            weights = try file.weights.map { try ColumnWeights(parsing: $0) }
            fusion = try file.fusion.map { try Fusion(parsing: $0) }
        } catch let error as RankingError {
            throw error
        } catch let error as ColumnWeightsError {
            throw .badSettings(path: path, problem: "\(error)")
        } catch {
            throw .badSettings(path: path, problem: "no JSON object can be read there (\(error.localizedDescription))")
        }
    }
}

extension ColumnWeights {
    /// As they are written: `title=5,brand=2,category=1.5,attributes=0.5,description=1`.
    public var text: String {
        TextColumn.allCases.map { "\($0)=\(String(format: "%g", self[$0]))" }.joined(separator: ",")
    }
}
