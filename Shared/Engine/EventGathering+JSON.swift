import Core
import Workflow

extension EventGathering.Step {
    var json: JSON {
        var object = JSONObject()
        if !filters.isEmpty { object["filters"] = .numbers(filters) }
        if !stops.isEmpty { object["stops"] = .numbers(stops) }
        if !keys.isEmpty { object["keys"] = .texts(keys) }
        object["item"] = item
        return .object(object)
    }

    init?(json: JSON) {
        guard json.object != nil else { return nil }
        self.init(
            filters: json["filters"]?.numbers ?? [], stops: json["stops"]?.numbers ?? [],
            keys: json["keys"]?.texts ?? [:], item: json["item"])
    }
}

extension JSON {
    static func texts(_ texts: [String: String]) -> JSON {
        var object = JSONObject()
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) { object[name] = .string(text) }
        return .object(object)
    }

    static func numbers(_ numbers: [Int]) -> JSON { .array(numbers.map { .integer(Int64($0)) }) }

    /// A map of texts; nil when it is none.
    var texts: [String: String]? {
        guard let object else { return nil }
        var texts: [String: String] = [:]
        for (name, value) in object {
            guard let text = value.string else { return nil }
            texts[name] = text
        }
        return texts
    }

    /// A list of whole numbers; nil when it is none.
    var numbers: [Int]? {
        guard let array else { return nil }
        let numbers = array.compactMap(\.int)
        return numbers.count == array.count ? numbers : nil
    }
}

extension EventReading {
    /// The part of `event`, a CloudEvent in JSON, that is handed on.
    func part(of event: JSON) -> JSON {
        let data = event["data"] ?? event["data_base64"] ?? .null
        switch self {
        case .data: return data
        case .envelope: return event
        case .raw: return .string(data.string ?? data.text())
        }
    }
}
