import Contracts
import Core
import Testing

@Suite struct ConversionTests {
    @Test func `a payload gives back its value, or says where it lies`() throws {
        let value: JSON = ["a": [1, 2.5, nil, "ü"]]
        #expect(try CoreV1.Payload(json: value).json() == value)
        #expect(try CoreV1.Payload().json() == .null)
        let stored = CoreV1.Payload(blob: CoreV1.Blob(digest: "abc"))
        #expect(throws: PayloadError.claimCheck(digest: "abc")) { try stored.json() }
        #expect(throws: PayloadError.malformed) { try CoreV1.Payload(form: .json([0x7b])).json() }
    }

    @Test func `faults and rejections keep what they say`() {
        let fault = Fault(.timeout, detail: "after 3 s", instance: "/do/0/call")
        #expect(Fault(CoreV1.Fault(fault)) == fault)
        #expect(Fault(CoreV1.Fault(Fault(type: "x", status: 400))).title == nil)
        for kind in Rejection.Kind.allCases {
            let rejection = Rejection(kind, "OR0001", "no")
            #expect(Rejection(CoreV1.Rejection(rejection)) == rejection)
        }
        #expect(Rejection(CoreV1.Rejection(kind: .unrecognized(99), code: "XX0001")).kind == .conflict)
    }

    @Test(arguments: ["claims/settle:1.0.0", "claims/settle"])
    func `a definition reference is read as it is written`(text: String) {
        #expect(CoreV1.DefinitionReference(text)?.description == text)
    }

    @Test(arguments: ["", "settle", "claims/", "/settle", "a/b/c", "claims/settle:"])
    func `what is no definition reference is nil`(text: String) {
        #expect(CoreV1.DefinitionReference(text) == nil)
    }

    @Test func `usage adds up and passes through JSON`() {
        let usage = CoreV1.Usage(inputTokens: 3, outputTokens: 2, modelCalls: 1, costMicros: 9)
        #expect(CoreV1.Usage(json: (usage + usage).json).inputTokens == 6)
        #expect(CoreV1.Usage(json: ["inputTokens": -4, "modelCalls": "many"]) == CoreV1.Usage())
    }
}
