import HTTPTypes
import Reranker

extension ErrorAnswer {
    /// The answer to an error of the reranker's; nil: it is none.
    ///
    /// In a file of its own: `Reranker` has an `HTTPError`, too.
    init?(reranker error: any Error) {
        switch error {
        case let error as PromptError: self.init(.badRequest, "bad_instruction", "\(error)", field: "instruction")
        case EngineError.busy: self.init(server: .overloaded)
        case let error as EngineError: self.init(server: .rerankerFailed(reason: "\(error)."))
        case RemoteError.refused(let refusal) where [429, 503].contains(refusal.status):
            self.init(server: .overloaded)
        case let error as RemoteError: self.init(server: .rerankerFailed(reason: "\(error)"))
        default: return nil
        }
    }
}
