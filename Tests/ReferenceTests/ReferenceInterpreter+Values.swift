import Core
import Expressions

/// Expressions that have been read before.
final class ParsedExpressions {
    private var known: [String: Expression] = [:]

    func expression(_ source: String, _ names: [String]) throws -> Expression {
        if let expression = known[source] { return expression }
        let expression = try Expression(source, allowing: names)
        known[source] = expression
        return expression
    }
}

extension ReferenceInterpreter {
    static func holds(_ value: JSON) -> Bool { value != .null && value != .bool(false) }

    /// A value in which every text that is an expression as a whole is replaced by what it gives.
    func resolved(
        _ template: JSON, _ data: JSON, _ names: JSONObject, _ world: World, _ pointer: String, _ time: Int64
    ) throws(Stop) -> JSON {
        var all = names
        all["input"] = data
        return try value(template, data, all, world, at: pointer, time, bare: false)
    }

    /// The same; with `bare` a text is an expression also without its braces.
    func value(
        _ template: JSON, _ data: JSON, _ names: JSONObject, _ world: World, at pointer: String?, _ time: Int64,
        bare: Bool
    ) throws(Stop) -> JSON {
        switch template {
        case .string(let text):
            if text.hasPrefix("${") {
                return try evaluated(String(text.dropFirst(2).dropLast()), data, names, world, pointer, time)
            }
            return bare ? try evaluated(text, data, names, world, pointer, time) : template
        case .array(let elements):
            var result: [JSON] = []
            for element in elements {
                result.append(try value(element, data, names, world, at: pointer, time, bare: false))
            }
            return .array(result)
        case .object(let members):
            var result = JSONObject()
            for (key, member) in members {
                result[key] = try value(member, data, names, world, at: pointer, time, bare: false)
            }
            return .object(result)
        default: return template
        }
    }

    private func evaluated(
        _ source: String, _ data: JSON, _ names: JSONObject, _ world: World, _ pointer: String?, _ time: Int64
    ) throws(Stop) -> JSON {
        var all = names
        all["context"] = world.context
        all["workflow"] = ["input": input]
        if all["task"] == nil, let pointer {
            let name = pointer.split(separator: "/").last.map(String.init) ?? ""
            all["task"] = ["name": .string(name), "reference": .string(pointer)]
        }
        do {
            let expression = try parsed.expression(source, all.keys)
            var budget = EvaluationBudget()
            return try expression.evaluate(data, expression.variables.map { all[$0] ?? .null }, budget: &budget)
        } catch {
            throw Stop(trouble: .standard(.expression, pointer), time: time)
        }
    }

    /// Checks what a stage's schema asks for.
    func check(_ stage: JSON?, _ value: JSON, _ pointer: String?, _ time: Int64) throws(Stop) {
        guard let schema = stage?["schema"]?["document"], !Self.conforms(value, schema) else { return }
        throw Stop(trouble: .standard(.validation, pointer), time: time)
    }

    private static func conforms(_ value: JSON, _ schema: JSON) -> Bool {
        switch schema["type"]?.string {
        case "object"?: guard value.object != nil else { return false }
        case "number"?: guard value.double != nil else { return false }
        default: break
        }
        if let maximum = schema["maximum"]?.double, let number = value.double, number > maximum { return false }
        guard value.object != nil else { return true }
        let required: [JSON] = schema["required"]?.array ?? []
        guard required.allSatisfy({ value[$0.string ?? ""] != nil }) else { return false }
        return (schema["properties"]?.object ?? [:]).allSatisfy { name, inner in
            value[name].map { conforms($0, inner) } ?? true
        }
    }

    static func microseconds(_ duration: JSON) -> Int64 {
        if let text = duration.string {
            // `PT3.250S`
            let parts = text.dropFirst(2).dropLast().split(separator: ".")
            return (Int64(parts[0]) ?? 0) * 1_000_000 + (Int64(parts[1]) ?? 0) * 1000
        }
        return Int64(duration["seconds"]?.int ?? 0) * 1_000_000 + Int64(duration["milliseconds"]?.int ?? 0) * 1000
    }
}
