import Testing

@testable import Reranker

@Suite struct ForwardPassTests {
    @Test(arguments: ReferenceModel.names)
    func `Margins agree with transformers to 1e-4`(name: String) throws {
        let reference = try ReferenceModel(name)
        let model = try reference.load()
        for (index, one) in reference.expected.cases.enumerated() {
            let margin = try model.margin(one.ids)
            #expect(
                abs(margin - one.margin) <= 1e-4 * max(1, abs(one.margin)),
                "case \(index): \(margin), \(one.margin)"
            )
        }
    }

    @Test(arguments: ReferenceModel.names)
    func `A prefix computed once changes nothing`(name: String) throws {
        let reference = try ReferenceModel(name)
        let model = try reference.load()
        for shared in reference.expected.shared {
            let prefix = try #require(try model.prefix(shared.prefix))
            let together = try model.margins(
                shared.documents.map { Segment(tokens: $0, context: [prefix], purpose: .margin) }
            )
            for (index, document) in shared.documents.enumerated() {
                let expected = shared.margins[index]
                let alone = try model.margin(shared.prefix + document)
                #expect(abs(together[index] - expected) <= 1e-4 * max(1, abs(expected)))
                #expect(abs(together[index] - alone) <= 1e-5 * max(1, abs(alone)))
            }
        }
    }
}
