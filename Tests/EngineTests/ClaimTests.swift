import Core
import Engine
import FoundationEssentials
import Testing
import Workflow

/// The claim of `examples/claims`, with stubs for agents, retrieval, policy and people.
@Suite struct ClaimTests {
    static func definition() throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let url = URL(fileURLWithPath: "/\(root)/examples/claims/claim.yaml")
        return String(decoding: try Data(contentsOf: url), as: UTF8.self)
    }

    static func facts(confidence: Double) -> JSON {
        [
            "policyNumber": "P-1", "incidentDate": "2026-03-04", "amount": 1200, "currency": "EUR", "cause": "storm",
            "claimant": "Ann", "region": "eu-north", "missing": [], "contradictions": [],
            "confidence": .number(confidence),
        ]
    }

    static let report: JSON = [
        "title": "Claim", "summary": "s", "findings": [], "citations": ["c1"], "recommendation": "accept",
    ]
    static let input: JSON = [
        "claimId": "C-1", "documents": [["digest": "sha256/0"]],
        "register": [
            "P-1": [
                "from": "2026-01-01", "to": "2026-12-31", "perils": ["storm"], "cover": 5000, "region": "eu-north",
                "product": "home",
            ]
        ],
    ]

    static func answer(_ request: TaskRequest, _ readings: inout [JSON]) -> Simulation.Answer {
        switch request.function {
        case "agent:1.0.0":
            if request.arguments["documents"] != nil { return .output(["answer": readings.removeFirst()]) }
            return .output(["answer": report])
        case "retrieve:1.0.0": return .output(["passages": [["id": "c1", "text": "Storm is covered.", "score": 0.9]]])
        case "policy:1.0.0":
            return .output(["outcome": "allow", "allow": true, "risk": 0.1, "rules": [], "policy": "p", "version": 1])
        case "approval:1.0.0": return .output(["decision": "rejected", "actor": "ann", "comment": ""])
        default: return .output("posted")
        }
    }

    @Test func aSureClaimIsDecidedAloneAfterAMalformedReadingWasRetried() throws {
        var run = try Simulation(try Self.definition())
        var readings: [JSON] = ["not what was asked for", Self.facts(confidence: 0.95)]
        run.run(Self.input) { request in Self.answer(request, &readings) }
        #expect(run.fault == nil)
        #expect(run.output?["verdict"] == "accepted")
        #expect(run.output?["reviewed"] == false)
        #expect(run.output?["claim"]?["policyNumber"] == "P-1")
        #expect(run.kinds.contains(.retryScheduled))
        #expect(run.kinds.contains(.eventEmitted))
        #expect(!run.requests.contains { $0.request.function == "approval:1.0.0" })
        #expect(run.requests[0].taskID == run.requests[1].taskID)
    }

    @Test func anUnsureClaimGoesToAPerson() throws {
        var run = try Simulation(try Self.definition())
        var readings = [Self.facts(confidence: 0.7)]
        run.run(Self.input) { request in Self.answer(request, &readings) }
        #expect(run.fault == nil)
        #expect(run.requests.last?.request.function == "approval:1.0.0")
        #expect(run.output?["verdict"] == "declined")
        #expect(run.output?["reviewed"] == true)
    }

    @Test func aClaimWithoutDocumentsIsRefused() throws {
        var run = try Simulation(try Self.definition())
        run.run(["claimId": "C-1", "documents": [], "register": [:]])
        #expect(run.fault?.status == 400)
        #expect(run.fault?.instance == "/do/1/refuseWithoutDocuments")
    }
}
