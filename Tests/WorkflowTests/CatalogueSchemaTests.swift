import Core
import Foundation
import Testing
import Workflow

@Suite struct CatalogueSchemaTests {
    @Test(arguments: [
        ("agent:1.0.0@default", #"{"agent":{"instructions":"x"},"goal":"y"}"#, nil),
        ("agent:1.0.0", #"{"agent":{}}"#, "goal"), ("agent:1.0.0", #"{"goal":""}"#, "/goal"),
        ("agent:1.0.0", #"{"goal":"y","budget":{"turns":0}}"#, "/budget/turns"),
        ("llm:1.0.0", #"{"prompt":5}"#, "/prompt"),
        ("retrieve:1.0.0", #"{"index":"i","query":"q","topK":300}"#, "/topK"),
        ("retrieve:1.0.0", #"{"index":"i","query":"q","filter":{"a":[1]}}"#, "/filter/a"),
        ("approval:1.0.0", #"{"title":"t","quorum":101}"#, "/quorum"), ("policy:1.0.0", #"{}"#, "policy"),
        ("policy:1.0.0", #"{"policy":"p","input":[1]}"#, nil), ("embed:1.0.0", #"{"texts":["a",1]}"#, "/texts/1"),
    ])
    func `arguments that do not fit are named by their place`(call: String, text: String, place: String?) throws {
        let function = try #require(CatalogueFunction.named(call))
        let fault = function.fault(in: try JSON(parsing: Array(text.utf8)))
        #expect((fault == nil) == (place == nil), "\(String(describing: fault))")
        if let place {
            #expect(fault?.status == 400 && fault?.detail?.contains(place) == true, "\(fault?.detail ?? "")")
        }
    }

    @Test func `every function has its page`() throws {
        let docs = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/catalogue")
        for function in CatalogueFunction.all {
            let text = try String(contentsOf: docs.appending(path: "\(function.name).md"), encoding: .utf8)
            #expect(text.hasPrefix("# \(function.name):\(function.version)\n"))
        }
    }
}
