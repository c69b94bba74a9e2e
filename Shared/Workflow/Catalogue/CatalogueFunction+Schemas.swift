/// The schemas, as they are shown to authors and tools.
extension CatalogueFunction {
    /// What `agent` and `llm` share.
    private static let common = """
        "context": {}, "documents": { "type": [ "array", "null" ], "items": { "type": [ "string", "object" ] } },
        "outputSchema": { "type": [ "object", "null" ] },
        "budget": {
          "type": [ "object", "null" ],
          "properties": {
            "turns": { "type": [ "integer", "null" ], "minimum": 1 },
            "tokens": { "type": [ "integer", "null" ], "minimum": 1 }
          }
        }
        """

    static let agentInput = """
        { "type": "object", "required": [ "goal" ], "properties": {
          "agent": { "type": "object", "properties": {
            "name": { "type": "string" }, "version": { "type": "string" },
            "instructions": { "type": "string" }, "model": { "type": "string" } } },
          "goal": { "type": "string", "minLength": 1 }, \(common) } }
        """

    static let modelInput = """
        { "type": "object", "required": [ "prompt" ], "properties": {
          "prompt": { "type": "string", "minLength": 1 }, "system": { "type": "string" },
          "model": { "type": "string" }, \(common) } }
        """

    static let answerOutput = """
        { "type": "object", "required": [ "answer" ], "properties": { "answer": {}, "usage": { "type": "object" } } }
        """

    static let retrieveInput = """
        { "type": "object", "required": [ "index", "query" ], "properties": {
          "index": { "type": "string", "minLength": 1 }, "query": { "type": "string", "minLength": 1 },
          "filter": { "type": [ "object", "null" ],
            "additionalProperties": { "type": [ "string", "number", "boolean", "null" ] } },
          "topK": { "type": "integer", "minimum": 1, "maximum": 200 }, "minScore": { "type": "number" } } }
        """

    static let retrieveOutput = """
        { "type": "object", "required": [ "passages" ], "properties": { "passages": { "type": "array", "items": {
          "type": "object", "required": [ "id", "text", "score" ], "properties": {
            "id": { "type": "string" }, "documentId": { "type": "string" }, "text": { "type": "string" },
            "score": { "type": "number" }, "metadata": { "type": "object" } } } } } }
        """

    static let embedInput = """
        { "type": "object", "required": [ "texts" ], "properties": {
          "texts": { "type": "array", "items": { "type": "string" } }, "model": { "type": "string" } } }
        """

    static let embedOutput = """
        { "type": "object", "required": [ "vectors" ], "properties": {
          "vectors": { "type": "array", "items": { "type": "array", "items": { "type": "number" } } },
          "model": { "type": "string" }, "dimensions": { "type": "integer" }, "usage": { "type": "object" } } }
        """

    static let approvalInput = """
        { "type": "object", "required": [ "title" ], "properties": {
          "title": { "type": "string", "minLength": 1 }, "subject": {},
          "approvers": { "type": [ "array", "null" ], "items": { "type": "string" } },
          "quorum": { "type": [ "integer", "null" ], "minimum": 1, "maximum": 100 },
          "sla": { "type": [ "string", "null" ] }, "remindEvery": { "type": [ "string", "null" ] },
          "checklist": { "type": [ "array", "null" ], "items": { "type": "string" } } } }
        """

    static let approvalOutput = """
        { "type": "object", "required": [ "decision", "actor", "decidedAt" ], "properties": {
          "decision": { "enum": [ "approved", "rejected" ] }, "actor": { "type": "string" },
          "comment": { "type": "string" }, "decidedAt": { "type": "string" } } }
        """

    static let policyInput = """
        { "type": "object", "required": [ "policy" ], "properties": {
          "policy": { "type": "string", "minLength": 1 }, "version": { "type": [ "string", "null" ] }, "input": {} } }
        """

    static let policyOutput = """
        { "type": "object", "required": [ "outcome", "allow" ], "properties": {
          "outcome": { "enum": [ "allow", "review", "deny" ] }, "allow": { "type": "boolean" },
          "risk": { "type": "integer" }, "rules": { "type": "array" },
          "policy": { "type": "string" }, "version": { "type": "string" } } }
        """

    static let mapInput = """
        { "type": "object", "required": [ "in" ], "properties": {
          "in": {}, "each": { "type": "string" }, "at": { "type": "string" }, "concurrency": {},
          "onError": { "enum": [ "fail", "collect" ] }, "do": { "type": "array" },
          "call": { "type": "string" }, "with": {} } }
        """

    static let mapOutput = "{ \"type\": \"array\" }"

    static let untilInput = """
        { "type": "object", "required": [ "at" ], "additionalProperties": false, "properties": {
          "at": { "type": [ "string", "number" ] }, "timeZone": { "type": "string" },
          "calendar": { "type": "object", "additionalProperties": false, "properties": {
            "days": { "type": "array", "minItems": 1,
              "items": { "enum": [ "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN" ] } },
            "hours": { "type": "object", "required": [ "from", "to" ], "additionalProperties": false, "properties": {
              "from": { "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" },
              "to": { "type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$" } } },
            "holidays": { "type": "array", "items": { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" } }
          } } } }
        """

    static let untilOutput = "true"
}
