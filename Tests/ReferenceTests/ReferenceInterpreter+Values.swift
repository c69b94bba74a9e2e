import Core
import Expressions

extension ReferenceInterpreter {
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
        do {
            let expression = try Expression(source, allowing: all.keys)
            var budget = EvaluationBudget()
            return try expression.evaluate(data, expression.variables.map { all[$0] ?? .null }, budget: &budget)
        } catch {
            throw Stop(trouble: .standard(.expression, pointer), time: time)
        }
    }
}
