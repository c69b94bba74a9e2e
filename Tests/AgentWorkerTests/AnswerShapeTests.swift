import AgentWorkerDomain
import Core
import Testing

@testable import AgentWorker

@Suite("The shape of answers")
struct AnswerShapeTests {
    private func shape(_ schema: JSON) throws -> AnswerShape {
        try AnswerShape(
            AgentRequest(model: ["prompt": "x", "outputSchema": schema], budget: .init(turns: 1, tokens: 1)))
    }

    @Test("It is checked in depth, and mismatches do not show the values")
    func depth() throws {
        let schema: JSON = [
            "type": "object", "additionalProperties": false, "example": 1,
            "properties": [
                "cause": ["enum": ["storm", nil]], "n": ["type": "integer", "minimum": 0],
                "list": ["type": "array", "items": ["type": "string", "pattern": "^a"]],
            ],
        ]
        let shape = try shape(schema)
        #expect(shape.mismatches(["cause": nil, "n": 2.0, "list": ["a"]]) == [])
        let wrong = shape.mismatches(["cause": "secret", "n": -1, "list": [1, "secret"], "x": 1])
        #expect(wrong.count == 5)
        #expect(wrong.contains { $0.hasPrefix("/list/1: ") })
        #expect(!wrong.joined().contains("secret"))
    }

    @Test("A schema that cannot be checked is a fault before anything is asked")
    func schemas() throws {
        let fault = #expect(throws: Fault.self) { try shape(["type": "nothing"]) }
        #expect(fault?.detail?.hasPrefix("AW0001: outputSchema: /type") == true)
    }
}
