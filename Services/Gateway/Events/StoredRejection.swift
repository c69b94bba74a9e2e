import Contracts
import Core

/// A rejection as a row and the API show it.
enum StoredRejection {
    static func json(_ rejection: CoreV1.Rejection?) -> JSON? {
        rejection.map { json(Core.Rejection($0)) }
    }

    static func json(_ rejection: Core.Rejection) -> JSON {
        [
            "kind": .string(rejection.kind.rawValue), "code": .string(rejection.code.rawValue),
            "reason": .string(rejection.reason),
        ]
    }

    static func rejection(_ json: JSON) -> Core.Rejection? {
        guard let kind = json["kind"]?.string.flatMap(Rejection.Kind.init(rawValue:)), let code = json["code"]?.string
        else { return nil }
        return Rejection(kind, ErrorCode(rawValue: code), json["reason"]?.string ?? "")
    }
}
