import Core

/// Resolves names and turns syntax into nodes.
struct Compiler {
    private enum Entry {
        case variable(String)
        case closure(String)
        case label(String)
        case function(String, arity: Int, index: Int)
    }

    private let allowed: Set<String>
    private var scope: [(entry: Entry, level: Int)] = []
    private var level = 0
    private var functions: [Node?] = []
    private var library: [String: Int] = [:]
    private var globals: [String] = []
    private var depth = 0
    private var made = 0

    private static let deepest = 900
    private static let mostNodes = 100_000

    static func compile(_ source: String, allowing allowed: some Sequence<String>) throws(ExpressionSyntaxError)
        -> Program
    {
        var compiler = Compiler(allowed: Set(allowed))
        let root = try compiler.node(try Parser.parse(source))
        return Program(root: root, functions: compiler.functions.compactMap(\.self), globals: compiler.globals)
    }

    private init(allowed: Set<String>) { self.allowed = allowed }

    private mutating func push(_ entry: Entry) {
        scope.append((entry, level))
        level += 1
    }

    private mutating func scoped<T>(_ body: (inout Compiler) throws(ExpressionSyntaxError) -> T)
        throws(ExpressionSyntaxError) -> T
    {
        let (count, before) = (scope.count, level)
        let value = try body(&self)
        scope.removeLast(scope.count - count)
        level = before
        return value
    }

    private mutating func optional(_ syntax: Syntax?) throws(ExpressionSyntaxError) -> Node? {
        guard let syntax else { return nil }
        return try node(syntax)
    }

    mutating func node(_ syntax: Syntax) throws(ExpressionSyntaxError) -> Node {
        depth += 1
        made += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest, made <= Self.mostNodes else {
            throw ExpressionSyntaxError("the program is too large or nests too deeply", at: 0)
        }
        switch syntax {
        case .identity: return Node(.identity, isSingle: true)
        case .recurseDefault: return Node(.recurseDefault, isSingle: false)
        case .literal(let value): return Node(.literal(value), isSingle: true)
        case .variable(let name): return try variable(name)
        case .string, .format: return try text(syntax)
        case .index, .slice, .iterate, .array, .object: return try structure(syntax)
        case .negate(let inner):
            let inner = try node(inner)
            if case .literal(let value) = inner.operation, let number = value.double, number != 0 {
                return Node(.literal(Arithmetic.negated(value)), isSingle: true)
            }
            return Node(.negate(inner), isSingle: inner.isSingle)
        case .call(let name, let arguments, let offset): return try call(name, arguments, offset)
        case .define(let definition, let rest):
            return try scoped { compiler throws(ExpressionSyntaxError) in
                try compiler.define(definition)
                return try compiler.node(rest)
            }
        default: return try operation(syntax)
        }
    }

    private mutating func operation(_ syntax: Syntax) throws(ExpressionSyntaxError) -> Node {
        switch syntax {
        case .pipe(let left, let right):
            let (left, right) = (try node(left), try node(right))
            return Node(.pipe(left, right), isSingle: left.isSingle && right.isSingle)
        case .comma(let left, let right): return Node(.comma(try node(left), try node(right)), isSingle: false)
        case .binary(let kind, let left, let right):
            let (left, right) = (try node(left), try node(right))
            return Node(.binary(kind, left, right), isSingle: left.isSingle && right.isSingle)
        case .and(let left, let right):
            let (left, right) = (try node(left), try node(right))
            return Node(.and(left, right), isSingle: left.isSingle && right.isSingle)
        case .or(let left, let right):
            let (left, right) = (try node(left), try node(right))
            return Node(.or(left, right), isSingle: left.isSingle && right.isSingle)
        case .alternative(let left, let right):
            let (left, right) = (try node(left), try node(right))
            return Node(.alternative(left, right), isSingle: left.isSingle && right.isSingle)
        case .assign(let kind, let left, let right):
            return Node(.assign(kind, try node(left), try node(right)), isSingle: false)
        case .conditional(let condition, let yes, let no):
            let (condition, yes, no) = (try node(condition), try node(yes), try optional(no))
            return Node(
                .conditional(condition, yes, no),
                isSingle: condition.isSingle && yes.isSingle && (no?.isSingle ?? true))
        case .attempt(let body, let handler):
            return Node(.attempt(try node(body), try optional(handler)), isSingle: false)
        default: return try binding(syntax)
        }
    }

    private mutating func binding(_ syntax: Syntax) throws(ExpressionSyntaxError) -> Node {
        switch syntax {
        case .reduce(let source, let patterns, let start, let update):
            let (source, start) = (try node(source), try node(start))
            return try scoped { compiler throws(ExpressionSyntaxError) in
                let pattern = try compiler.only(patterns)
                return Node(.reduce(source, pattern, start, try compiler.node(update)), isSingle: start.isSingle)
            }
        case .foreach(let source, let patterns, let start, let update, let extract):
            let (source, start) = (try node(source), try node(start))
            return try scoped { compiler throws(ExpressionSyntaxError) in
                let pattern = try compiler.only(patterns)
                return Node(
                    .foreach(source, pattern, start, try compiler.node(update), try compiler.optional(extract)),
                    isSingle: false)
            }
        case .bind(let source, let patterns, let body):
            let source = try node(source)
            var branches: [Node.Branch] = []
            for pattern in patterns {
                let foreign =
                    patterns.count == 1 ? [] : Set(patterns.flatMap(\.names)).subtracting(pattern.names).sorted()
                branches.append(
                    try scoped { compiler throws(ExpressionSyntaxError) in
                        for name in foreign { compiler.push(.variable(name)) }
                        let compiled = try compiler.pattern(pattern)
                        return Node.Branch(nulls: foreign.count, pattern: compiled, body: try compiler.node(body))
                    })
            }
            var isSingle = false
            if branches.count == 1, case .variable = branches[0].pattern {
                isSingle = source.isSingle && branches[0].body.isSingle
            }
            return Node(.bind(source, branches), isSingle: isSingle)
        case .label(let name, let body):
            return try scoped { compiler throws(ExpressionSyntaxError) in
                compiler.push(.label(name))
                return Node(.label(try compiler.node(body)), isSingle: false)
            }
        case .leave(let name, let offset):
            for (entry, at) in scope.reversed() {
                if case .label(name) = entry { return Node(.leave(level - at - 1), isSingle: false) }
            }
            throw ExpressionSyntaxError("$*label-\(name) is not defined", at: offset)
        default: preconditionFailure("handled before")
        }
    }

    private mutating func only(_ patterns: [Syntax.Pattern]) throws(ExpressionSyntaxError) -> Node.Pattern {
        guard patterns.count == 1 else { throw ExpressionSyntaxError("?// is supported after `as` only", at: 0) }
        return try pattern(patterns[0])
    }

    private mutating func pattern(_ pattern: Syntax.Pattern) throws(ExpressionSyntaxError) -> Node.Pattern {
        switch pattern {
        case .variable(let name):
            push(.variable(name))
            return .variable
        case .array(let elements):
            var compiled: [Node.Pattern] = []
            for element in elements { compiled.append(try self.pattern(element)) }
            return .array(compiled)
        case .object(let members):
            var compiled: [(binds: Bool, key: Node, value: Node.Pattern?)] = []
            for member in members {
                let key = try node(member.key)
                if let name = member.variable { push(.variable(name)) }
                var value: Node.Pattern?
                if let inner = member.value { value = try self.pattern(inner) }
                compiled.append((member.variable != nil, key, value))
            }
            return .object(compiled)
        }
    }

    private mutating func variable(_ name: String) throws(ExpressionSyntaxError) -> Node {
        for (entry, at) in scope.reversed() {
            if case .variable(name) = entry { return Node(.variable(level - at - 1), isSingle: true) }
        }
        if name == "ENV" || name == "__prog_args" || name == "__loc__" {
            throw ExpressionSyntaxError("$\(name) is not supported", at: 0)
        }
        guard allowed.contains(name) else { throw ExpressionSyntaxError("$\(name) is not defined", at: 0) }
        if let known = globals.firstIndex(of: name) { return Node(.global(known), isSingle: true) }
        globals.append(name)
        return Node(.global(globals.count - 1), isSingle: true)
    }

    private mutating func define(_ definition: Syntax.Definition) throws(ExpressionSyntaxError) {
        let index = functions.count
        functions.append(nil)
        scope.append((.function(definition.name, arity: definition.parameters.count, index: index), level))
        functions[index] = try body(definition)
    }

    private mutating func body(_ definition: Syntax.Definition) throws(ExpressionSyntaxError) -> Node {
        try scoped { compiler throws(ExpressionSyntaxError) in
            for parameter in definition.parameters {
                compiler.push(.closure(parameter.hasPrefix("$") ? String(parameter.dropFirst()) : parameter))
            }
            let count = definition.parameters.count
            var sources: [Node] = []
            for (position, parameter) in definition.parameters.enumerated() where parameter.hasPrefix("$") {
                // Each value parameter is bound once more, as a variable.
                sources.append(Node(.closure(count - position - 1 + sources.count), isSingle: false))
                compiler.push(.variable(String(parameter.dropFirst())))
            }
            var body = try compiler.node(definition.body)
            for source in sources.reversed() {
                body = Node(.bind(source, [Node.Branch(nulls: 0, pattern: .variable, body: body)]), isSingle: false)
            }
            return body
        }
    }

    private mutating func call(_ name: String, _ arguments: [Syntax], _ offset: Int) throws(ExpressionSyntaxError)
        -> Node
    {
        for (entry, at) in scope.reversed() {
            if case .closure(name) = entry, arguments.isEmpty { return Node(.closure(level - at - 1), isSingle: false) }
            if case .function(name, arguments.count, let index) = entry {
                var nodes: [Node] = []
                for argument in arguments { nodes.append(try node(argument)) }
                return Node(.call(index, level - at, nodes), isSingle: false)
            }
        }
        let key = "\(name)/\(arguments.count)"
        if let reason = Library.refused[key] { throw ExpressionSyntaxError("\(key) \(reason)", at: offset) }
        var nodes: [Node] = []
        for argument in arguments { nodes.append(try node(argument)) }
        if let special = Special(rawValue: key) {
            let isSingle = special == .map || special == .isEmpty
            return Node(.special(special, nodes), isSingle: isSingle)
        }
        if let native = Library.natives[key] {
            return Node(.native(native, nodes), isSingle: nodes.allSatisfy(\.isSingle))
        }
        guard let definition = Library.definitions[key] else {
            throw ExpressionSyntaxError("\(key) is not defined", at: offset)
        }
        return Node(.call(try libraryFunction(key, definition), level, nodes), isSingle: false)
    }

    /// A function of the library, compiled into this program when it is first used.
    private mutating func libraryFunction(_ key: String, _ definition: Syntax.Definition)
        throws(ExpressionSyntaxError) -> Int
    {
        if let known = library[key] { return known }
        let index = functions.count
        functions.append(nil)
        library[key] = index
        let saved = (scope, level)
        (scope, level) = ([], 0)
        functions[index] = try body(definition)
        (scope, level) = saved
        return index
    }

    private mutating func text(_ syntax: Syntax) throws(ExpressionSyntaxError) -> Node {
        switch syntax {
        case .format(let name): return Node(.format(try format(name)), isSingle: true)
        case .string(let name, let parts):
            var format: Format?
            if let name { format = try self.format(name) }
            var compiled: [Node.Part] = []
            var isSingle = true
            for part in parts {
                switch part {
                case .text(let text): compiled.append(.text(text))
                case .program(let program):
                    let inner = try node(program)
                    isSingle = isSingle && inner.isSingle
                    compiled.append(.program(inner))
                }
            }
            return Node(.string(format, compiled), isSingle: isSingle)
        default: preconditionFailure("handled before")
        }
    }

    private func format(_ name: String) throws(ExpressionSyntaxError) -> Format {
        guard let format = Format(rawValue: name) else {
            throw ExpressionSyntaxError("\(name) is not a valid format", at: 0)
        }
        return format
    }

    private mutating func structure(_ syntax: Syntax) throws(ExpressionSyntaxError) -> Node {
        switch syntax {
        case .index(let target, let key):
            let (target, key) = (try node(target), try node(key))
            return Node(.index(target, key), isSingle: target.isSingle && key.isSingle)
        case .slice(let target, let lower, let upper):
            let (target, lower, upper) = (try node(target), try optional(lower), try optional(upper))
            let isSingle = target.isSingle && (lower?.isSingle ?? true) && (upper?.isSingle ?? true)
            return Node(.slice(target, lower, upper), isSingle: isSingle)
        case .iterate(let target): return Node(.iterate(try node(target)), isSingle: false)
        case .array(let inner): return Node(.array(try optional(inner)), isSingle: true)
        case .object(let members):
            var compiled: [Node.Member] = []
            for member in members {
                compiled.append(Node.Member(key: try node(member.key), value: try node(member.value)))
            }
            return Node(.object(compiled), isSingle: compiled.allSatisfy { $0.key.isSingle && $0.value.isSingle })
        default: preconditionFailure("handled before")
        }
    }
}
