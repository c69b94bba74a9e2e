public import Core
import Expressions
public import HTTP
import Workflow

/// The functions that run outside of the engine, by name.
public struct FunctionTable: Sendable {
    private let functions: [String: any Function]
    private let secrets: any SecretSource
    private let authenticator: Authenticator

    /// The functions of the DSL over a client, whose egress rules hold for all of them and which should not retry, as
    /// that is for definitions to say.
    public init(
        _ settings: FunctionSettings = FunctionSettings(), client: ResilientClient,
        secrets: any SecretSource = NoSecrets(), clock: any WallClock = SystemClock()
    ) {
        let outside = Outside(client: client, settings: settings, clock: clock)
        let authenticator = Authenticator(outside: outside)
        let all: [any Function] = [
            HTTPFunction(outside: outside, authenticator: authenticator),
            OpenAPIFunction(outside: outside, authenticator: authenticator),
            MCPFunction(outside: outside, authenticator: authenticator),
            A2AFunction(outside: outside, authenticator: authenticator),
            AsyncAPIFunction(outside: outside, authenticator: authenticator),
            ProcessFunction(name: "script", outside: outside, authenticator: authenticator),
            ProcessFunction(name: "shell", outside: outside, authenticator: authenticator),
        ]
        functions = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
        (self.secrets, self.authenticator) = (secrets, authenticator)
    }

    /// Their names, sorted.
    public var names: [String] { functions.keys.sorted() }

    /// Evaluates what was deferred, and prepares the function `name`. Throws a `configuration` fault when there is no
    /// such function, an `authorization` fault when a secret is missing.
    public func prepare(_ name: String, _ arguments: JSON, _ context: FunctionContext)
        async throws(FunctionError) -> PreparedCall
    {
        guard let function = functions[name] else {
            throw .nothing(.configuration, .switchedOff, "no function \(name.prefix(80)) runs here")
        }
        let (complete, known) = try await evaluated(name, arguments, context)
        do throws(FunctionError) {
            let prepared = try await function.prepare(complete, known)
            return PreparedCall(prepared.effect) { () async throws(FunctionError) in
                do throws(FunctionError) { return try await prepared.run() } catch { throw error.redacted(known) }
            }
        } catch {
            throw error.redacted(known)
        }
    }

    /// Prepares and runs it.
    public func run(_ name: String, _ arguments: JSON, _ context: FunctionContext)
        async throws(FunctionError) -> JSON
    {
        try await prepare(name, arguments, context).run()
    }

    /// The declared secrets that the call mentions.
    private func values(for context: FunctionContext, _ arguments: JSON) async throws(FunctionError) -> SecretValues {
        var values = SecretValues()
        let sources = context.deferred.places.map(\.source)
        for name in context.deferred.secrets
        where sources.contains(where: { Self.mentions(name, $0) }) || Self.uses(name, arguments) {
            let text: String?
            do { text = try await secrets.secret(name) } catch {
                throw .nothing(.authorization, .noSecret, "the secret \(name) cannot be read")
            }
            guard let text else { throw .nothing(.authorization, .noSecret, "there is no secret \(name)") }
            values.take(name, text)
        }
        return values
    }

    /// Whether the program has the name as a member's: after a point, or in quotation marks.
    private static func mentions(_ secret: String, _ source: String) -> Bool {
        source.ranges(of: secret).contains { range in
            let before = source[..<range.lowerBound].last { $0 != " " }
            let after = source[range.upperBound...].first
            if before == "\"" { return after == "\"" }
            return before == "." && after.map { $0.isLetter || $0.isNumber || $0 == "_" } != true
        }
    }

    private static func uses(_ secret: String, _ value: JSON) -> Bool {
        switch value {
        case .object(let object): object["use"] == .string(secret) || object.values.contains { uses(secret, $0) }
        case .array(let elements): elements.contains { uses(secret, $0) }
        default: false
        }
    }

    /// The arguments with what was deferred, and the context with what may not be shown.
    func evaluated(
        _ name: String, _ arguments: JSON, _ given: FunctionContext
    ) async throws(FunctionError) -> (JSON, FunctionContext) {
        var context = given
        context.secrets = try await values(for: context, arguments)
        let places = context.deferred.places.filter { $0.pointer.tokens.first != "subscription" }
        do throws(FunctionError) {
            // The policy's own secrets come first: what it authorizes by follows from them.
            let later = places.filter { $0.source.contains("$authorization") }
            var arguments = try Self.put(places.filter { !later.contains($0) }, into: arguments, context, [:])
            if later.isEmpty { return (arguments, context) }
            let place = CallAuthentication.place(name, arguments)
            let policy = place.flatMap { CallAuthentication.policy(arguments, $0) }
            let authorization = try await authenticator.credentials(policy, context).descriptor
            context.secrets.mask(authorization["parameter"]?.string ?? "")
            arguments = try Self.put(later, into: arguments, context, ["authorization": authorization])
            return (arguments, context)
        } catch {
            throw error.redacted(context)
        }
    }

    /// Puts deferred expressions' results in their places.
    private static func put(
        _ places: [DeferredExpressions.Place], into given: JSON, _ context: FunctionContext, _ bound: JSONObject
    ) throws(FunctionError) -> JSON {
        var arguments = given
        for place in places {
            let value: JSON
            do throws(Fault) {
                value = try context.deferred.evaluate(place.source, secrets: context.secrets.json, binding: bound)
            } catch {
                throw .fault(error, .nothing)
            }
            arguments = place.pointer.tokens[...].put(value, into: arguments)
        }
        return arguments
    }
}

extension FunctionError {
    fileprivate func redacted(_ context: FunctionContext) -> FunctionError {
        guard case .fault(var fault, let reach) = self else { return self }
        fault.detail = fault.detail.map { context.redacted($0) }
        return .fault(fault, reach)
    }
}

extension ArraySlice<String> {
    /// `root` with `value` at this path; a path that leads nowhere changes nothing.
    fileprivate func put(_ value: JSON, into root: JSON) -> JSON {
        guard let token = first else { return value }
        if var object = root.object {
            object[token] = dropFirst().put(value, into: object[token] ?? .null)
            return .object(object)
        }
        guard var elements = root.array, let at = Int(token), elements.indices.contains(at) else { return root }
        elements[at] = dropFirst().put(value, into: elements[at])
        return .array(elements)
    }
}
