import Core

/// A parameter of an operation.
struct OpenAPIParameter: Sendable {
    let name: String
    /// `path`, `query`, `header`, `cookie`, or in version 2 `body` and `formData`.
    let place: String
    let isRequired: Bool
    /// As in version 3: `form`, `simple`, `spaceDelimited`, `pipeDelimited`, `deepObject`, and `tabDelimited` of 2.
    let style: String
    let explode: Bool
    /// Its value is JSON text.
    let isJSON: Bool
    let defaultValue: JSON?

    /// Reads one, its reference resolved.
    init(_ value: JSON, isVersion2: Bool) throws(FunctionError) {
        guard let name = value["name"]?.string, let place = value["in"]?.string else {
            throw ServiceDocument.bad("a parameter without name or place")
        }
        (self.name, self.place) = (name, place)
        isRequired = value["required"]?.bool ?? (place == "path")
        defaultValue = isVersion2 ? value["default"] : value["schema"]?["default"]
        isJSON = !isVersion2 && value["content"]?["application/json"] != nil
        if isVersion2 {
            let format = value["collectionFormat"]?.string ?? "csv"
            let styles = ["ssv": "spaceDelimited", "pipes": "pipeDelimited", "tsv": "tabDelimited"]
            style = styles[format] ?? (["query", "formData"].contains(place) ? "form" : "simple")
            explode = format == "multi"
        } else {
            let usual = ["query", "cookie"].contains(place) ? "form" : "simple"
            style = value["style"]?.string ?? usual
            explode = value["explode"]?.bool ?? (style == "form")
        }
    }

    /// The pairs of a query, form or cookie, unescaped.
    func pairs(_ value: JSON) -> [(String, String)] {
        if isJSON { return [(name, value.text())] }
        switch value {
        case .array(let elements) where explode: return elements.map { (name, Percent.plain($0)) }
        case .array(let elements): return [(name, elements.map(Percent.plain).joined(separator: separator))]
        case .object(let object) where style == "deepObject":
            return object.map { ("\(name)[\($0.key)]", Percent.plain($0.value)) }
        case .object(let object) where explode: return object.map { ($0.key, Percent.plain($0.value)) }
        case .object(let object):
            return [(name, object.flatMap { [$0.key, Percent.plain($0.value)] }.joined(separator: separator))]
        default: return [(name, Percent.plain(value))]
        }
    }

    /// The text in a path or a header; `escape` is for each part.
    func text(_ value: JSON, _ escape: (String) -> String) -> String {
        if isJSON { return escape(value.text()) }
        switch value {
        case .array(let elements): return elements.map { escape(Percent.plain($0)) }.joined(separator: ",")
        case .object(let object) where explode:
            return object.map { "\(escape($0.key))=\(escape(Percent.plain($0.value)))" }.joined(separator: ",")
        case .object(let object):
            return object.flatMap { [escape($0.key), escape(Percent.plain($0.value))] }.joined(separator: ",")
        default: return escape(Percent.plain(value))
        }
    }

    private var separator: String {
        switch style {
        case "spaceDelimited": " "
        case "pipeDelimited": "|"
        case "tabDelimited": "\t"
        default: ","
        }
    }
}
