import Contracts
import Core
import Messaging
import ProtoWire

extension LetterMessage {
    /// One thing that a service looks at before it takes a message.
    struct Check: Sendable, Hashable {
        var name: String
        /// What is wrong; nil when it is fine.
        var fault: String?

        var json: JSON {
            var object: JSONObject = ["check": .string(name), "passes": .bool(fault == nil)]
            object["found"] = fault.map(JSON.string)
            return .object(object)
        }
    }

    /// All that can be known without publishing: what a service checks before its own state comes into play.
    func checks() -> [Check] {
        var checks = [
            Check(name: "topic", fault: topic == nil ? "\(row.topic) is no topic of this installation" : nil)
        ]
        switch inbound {
        case .failure(let error): checks.append(Check(name: "cloudEvent", fault: error.reason))
        case .success(let message):
            checks.append(Check(name: "cloudEvent"))
            checks.append(Check(name: "tenant", fault: foreignTenant(message.envelope.tenant)))
            checks.append(Check(name: "contentType", fault: wrongContentType(message)))
            checks += message.contentType == "application/protobuf" ? protobuf(message) : json(message)
        }
        return checks
    }

    /// Topics on which others than our services publish, so that JSON of any type is taken there.
    private var isOpen: Bool { topic == .ingressEvents || topic == .lifecycleEvents }

    private func foreignTenant(_ tenant: String) -> String? {
        tenant == row.tenant ? nil : "it names another tenant, and would be published for \(row.tenant)"
    }

    private func wrongContentType(_ message: Inbound) -> String? {
        guard !isOpen, message.contentType != "application/protobuf" else { return nil }
        return "expected application/protobuf, found \(message.contentType.prefix(60))"
    }

    private func json(_ message: Inbound) -> [Check] {
        guard message.contentType.hasPrefix("application/json") || message.contentType.hasSuffix("+json") else {
            return []
        }
        do throws(JSONSyntaxError) {
            _ = try JSON(parsing: message.body)
            return [Check(name: "json")]
        } catch {
            return [Check(name: "json", fault: "\(error)")]
        }
    }

    private func protobuf(_ message: Inbound) -> [Check] {
        let name = message.envelope.type
        guard let type = MessageCatalogue.type(named: name) else {
            // Outside systems have schemas of their own.
            return isOpen ? [] : [Check(name: "schema", fault: "\(name.prefix(100)) is no message of the schemas")]
        }
        var checks = [Check(name: "schema", fault: misplaced(name))]
        do throws(ProtoError) {
            let body = try MessageJSON.json(of: message.body, as: type)
            checks.append(Check(name: "body"))
            checks.append(Check(name: "identity", fault: nameless(body, type)))
            checks.append(Check(name: "key", fault: foreign.map { "\($0) is not of the message's key" }))
            let unreadable = Self.unreadable(body, JSONPointer())
            checks.append(Check(name: "payloads", fault: unreadable.map { "\($0) is no JSON" }))
        } catch {
            checks.append(Check(name: "body", fault: "no \(name): \(error)"))
        }
        return checks
    }

    /// A message of one family on the topic of another.
    private func misplaced(_ name: String) -> String? {
        guard let topic, !isOpen, let word = topic.rawValue.split(separator: ".").first else { return nil }
        let families = ["definitions": "orchestrator", "policies": "policy", "dead-letters": "deadletters"]
        let family = families[String(word)] ?? String(word)
        return name.hasPrefix("cadenza.\(family).") ? nil : "\(topic) carries messages of cadenza.\(family)"
    }

    /// The first field of a message names what it is about.
    private func nameless(_ body: JSON, _ type: any ProtoMessage.Type) -> String? {
        guard let first = type.protoFields.first, first.name.hasSuffix("_id"), case .string = first.kind else {
            return nil
        }
        let isThere = body.object?.keys.contains { $0.lowercased() == first.name.filter { $0 != "_" } } ?? false
        return isThere ? nil : "\(first.name) is empty"
    }

    /// The first payload that holds no JSON.
    private static func unreadable(_ value: JSON, _ at: JSONPointer) -> JSONPointer? {
        switch value {
        case .object(let members):
            for (name, member) in members {
                if name == MessageJSON.unreadableText { return at }
                if let found = unreadable(member, at.appending(name)) { return found }
            }
        case .array(let elements):
            for (position, element) in elements.enumerated() {
                if let found = unreadable(element, at.appending(position)) { return found }
            }
        default: break
        }
        return nil
    }
}
