import Core
import IndexerDomain
import Testing

@Suite struct EmbeddingTextsTests {
    @Test func textsAreBoundedAndCutIntoCalls() throws {
        let texts = try EmbeddingTexts(.array((0..<130).map { .string("\($0)") }))
        #expect(texts.parts.map(\.count) == [64, 64, 2])
        #expect(texts.parts.flatMap { $0 } == texts.list)
        #expect(try EmbeddingTexts([]).parts.isEmpty)
    }

    @Test func whatCannotBeEmbeddedIsAValidationFault() throws {
        let long = JSON.string(String(repeating: "x", count: EmbeddingTexts.mostBytes))
        let many = JSON.array([JSON](repeating: "x", count: EmbeddingTexts.most + 1))
        for value: JSON in ["x", nil, [1], ["a", nil], [long, "x"], many] {
            let fault = #expect(throws: Fault.self) { try EmbeddingTexts(value) }
            #expect(fault?.type == Fault.Standard.validation.type && fault?.detail?.hasPrefix("RX0004") == true)
        }
    }

    @Test func vectorsThatAreTooMuchToHoldAreRefused() throws {
        let texts = try EmbeddingTexts(.array(Array(repeating: "a", count: 2000)))
        try texts.checkSize(dimensions: 2000)
        let fault = #expect(throws: Fault.self) { try texts.checkSize(dimensions: 2001) }
        #expect(fault?.detail?.contains("4000000") == true)
    }
}
