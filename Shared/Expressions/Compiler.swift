import Core

/// Resolves names and turns syntax into nodes.
struct Compiler {
    private enum Entry {
        case variable(String)
        case closure(String)
        /// A parameter of a function that is put in place, and what it stands for.
        case argument(String, Node)
        case label(String)
        case function(Syntax.Definition, index: Int)
    }

    private typealias Scope = [(entry: Entry, level: Int)]

    private let allowed: Set<String>
    private var scope: Scope = []
    private var level = 0
    private var functions: [Node?] = []
    private var library: [String: Int] = [:]
    private var globals: [String] = []
    private var depth = 0
    private var made = 0
    /// Functions that are being put in place, the outermost first.
    private var expanding: [String] = []

    static let deepest = 900
    private static let mostNodes = 100_000
    /// Beyond these, functions are called.
    private static let (mostExpanding, mostNodesExpanded, deepestExpanded) = (6, 5_000, 200)

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
        case .identity: return IdentityNode()
        case .recurseDefault: return DescendNode()
        case .literal(let value): return LiteralNode(value)
        case .variable(let name): return try variable(name)
        case .string, .format: return try text(syntax)
        case .index, .slice, .iterate, .array, .object: return try structure(syntax)
        case .negate(let inner):
            let inner = try node(inner)
            if let value = (inner as? LiteralNode)?.value, let number = value.double, number != 0 {
                return LiteralNode(Arithmetic.negated(value))
            }
            return NegateNode(inner)
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
        case .pipe(let left, let right): return PipeNode(try node(left), try node(right))
        case .comma(let left, let right): return CommaNode(try node(left), try node(right))
        case .binary(let kind, let left, let right): return BinaryNode(kind, try node(left), try node(right))
        case .and(let left, let right): return LogicNode(isAnd: true, try node(left), try node(right))
        case .or(let left, let right): return LogicNode(isAnd: false, try node(left), try node(right))
        case .alternative(let left, let right): return AlternativeNode(try node(left), try node(right))
        case .assign(let kind, let left, let right): return AssignNode(kind, try node(left), try node(right))
        case .conditional(let condition, let yes, let no):
            return ConditionalNode(try node(condition), try node(yes), try optional(no))
        case .attempt(let body, let handler): return AttemptNode(try node(body), try optional(handler))
        default: return try binding(syntax)
        }
    }

    private mutating func binding(_ syntax: Syntax) throws(ExpressionSyntaxError) -> Node {
        switch syntax {
        case .reduce(let source, let patterns, let start, let update):
            let (source, start) = (try node(source), try node(start))
            return try scoped { compiler throws(ExpressionSyntaxError) in
                let pattern = try compiler.only(patterns)
                return ReduceNode(source, pattern, start, try compiler.node(update))
            }
        case .foreach(let source, let patterns, let start, let update, let extract):
            let (source, start) = (try node(source), try node(start))
            return try scoped { compiler throws(ExpressionSyntaxError) in
                let pattern = try compiler.only(patterns)
                return ForeachNode(
                    source, pattern, start, try compiler.node(update), try compiler.optional(extract))
            }
        case .bind(let source, let patterns, let body):
            let source = try node(source)
            var branches: [DestructureNode.Branch] = []
            for pattern in patterns {
                let foreign =
                    patterns.count == 1 ? [] : Set(patterns.flatMap(\.names)).subtracting(pattern.names).sorted()
                branches.append(
                    try scoped { compiler throws(ExpressionSyntaxError) in
                        for name in foreign { compiler.push(.variable(name)) }
                        let compiled = try compiler.pattern(pattern)
                        return DestructureNode.Branch(
                            nulls: foreign.count, pattern: compiled, body: try compiler.node(body))
                    })
            }
            if branches.count == 1, branches[0].pattern is VariableShape { return BindNode(source, branches[0].body) }
            return DestructureNode(source, branches)
        case .label(let name, let body):
            return try scoped { compiler throws(ExpressionSyntaxError) in
                compiler.push(.label(name))
                return LabelNode(try compiler.node(body))
            }
        case .leave(let name, let offset):
            for (entry, at) in scope.reversed() {
                if case .label(name) = entry { return BreakNode(level - at - 1) }
            }
            throw ExpressionSyntaxError("$*label-\(name) is not defined", at: offset)
        default: preconditionFailure("handled before")
        }
    }

    private mutating func only(_ patterns: [Syntax.Pattern]) throws(ExpressionSyntaxError) -> Shape {
        guard patterns.count == 1 else { throw ExpressionSyntaxError("?// is supported after `as` only", at: 0) }
        return try pattern(patterns[0])
    }

    private mutating func pattern(_ pattern: Syntax.Pattern) throws(ExpressionSyntaxError) -> Shape {
        switch pattern {
        case .variable(let name):
            push(.variable(name))
            return VariableShape()
        case .array(let elements):
            var compiled: [Shape] = []
            for element in elements { compiled.append(try self.pattern(element)) }
            return ArrayShape(compiled)
        case .object(let members):
            var compiled: [ObjectShape.Member] = []
            for member in members {
                let key = try node(member.key)
                if let name = member.variable { push(.variable(name)) }
                var value: Shape?
                if let inner = member.value { value = try self.pattern(inner) }
                compiled.append((member.variable != nil, key, value))
            }
            return ObjectShape(compiled)
        }
    }

    private mutating func variable(_ name: String) throws(ExpressionSyntaxError) -> Node {
        for (entry, at) in scope.reversed() {
            if case .variable(name) = entry { return VariableNode(level - at - 1) }
        }
        if name == "ENV" || name == "__prog_args" || name == "__loc__" {
            throw ExpressionSyntaxError("$\(name) is not supported", at: 0)
        }
        guard allowed.contains(name) else { throw ExpressionSyntaxError("$\(name) is not defined", at: 0) }
        if let known = globals.firstIndex(of: name) { return GlobalNode(known) }
        globals.append(name)
        return GlobalNode(globals.count - 1)
    }

    private mutating func define(_ definition: Syntax.Definition) throws(ExpressionSyntaxError) {
        let index = functions.count
        functions.append(nil)
        scope.append((.function(definition, index: index), level))
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
                sources.append(ClosureNode(count - position - 1 + sources.count))
                compiler.push(.variable(String(parameter.dropFirst())))
            }
            var body = try compiler.node(definition.body)
            for source in sources.reversed() { body = BindNode(source, body) }
            return body
        }
    }

    private mutating func call(_ name: String, _ arguments: [Syntax], _ offset: Int) throws(ExpressionSyntaxError)
        -> Node
    {
        for (position, (entry, at)) in scope.enumerated().reversed() {
            switch entry {
            case .closure(name) where arguments.isEmpty: return ClosureNode(level - at - 1)
            case .argument(name, let argument) where arguments.isEmpty: return placed(argument, from: at)
            case .function(let definition, let index)
            where definition.name == name && definition.parameters.count == arguments.count:
                let nodes = try self.nodes(arguments)
                let visible = Array(scope[...position])
                if let node = try expanded("\(index)", definition, visible, nodes) { return node }
                return CallNode(index, up: level - at, nodes)
            default: continue
            }
        }
        let key = "\(name)/\(arguments.count)"
        if key == "now/0", allowed.contains(Expression.now) { return try variable(Expression.now) }
        if let reason = Library.refused[key] { throw ExpressionSyntaxError("\(key) \(reason)", at: offset) }
        let nodes = try nodes(arguments)
        if let special = Special(rawValue: key) { return special.node(nodes) }
        if let native = Library.natives[key] { return NativeNode(native, nodes) }
        guard let definition = Library.definitions[key] else {
            throw ExpressionSyntaxError("\(key) is not defined", at: offset)
        }
        if let node = try expanded(key, definition, [], nodes) { return node }
        return CallNode(try libraryFunction(key, definition), up: level, nodes)
    }

    private mutating func nodes(_ arguments: [Syntax]) throws(ExpressionSyntaxError) -> [Node] {
        var nodes: [Node] = []
        for argument in arguments { nodes.append(try node(argument)) }
        return nodes
    }

    /// A function's body in place of a call to it, with the names that are `visible` where it is defined. Nil inside
    /// itself, and where programs would grow too large.
    private mutating func expanded(
        _ id: String, _ definition: Syntax.Definition, _ visible: Scope, _ arguments: [Node]
    ) throws(ExpressionSyntaxError) -> Node? {
        guard expanding.count < Self.mostExpanding, made < Self.mostNodesExpanded, depth < Self.deepestExpanded,
            !expanding.contains(id)
        else { return nil }
        expanding.append(id)
        let (outside, called) = (scope, level)
        scope = visible
        var sources: [Node] = []
        for (parameter, argument) in zip(definition.parameters, arguments) {
            let isValue = parameter.hasPrefix("$")
            let name = isValue ? String(parameter.dropFirst()) : parameter
            scope.append((.argument(name, argument), called))
            guard isValue else { continue }
            sources.append(placed(argument, from: called))
            push(.variable(name))
        }
        var body = try node(definition.body)
        for source in sources.reversed() { body = BindNode(source, body) }
        (scope, level) = (outside, called)
        expanding.removeLast()
        return body
    }

    /// A node compiled for another level of the environment, at this one.
    private func placed(_ node: Node, from other: Int) -> Node {
        level == other ? node : ArgumentNode(node, up: level - other)
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
        case .format(let name): return FormatNode(try format(name))
        case .string(let name, let parts):
            var format: Format?
            if let name { format = try self.format(name) }
            var compiled: [StringNode.Part] = []
            for part in parts {
                switch part {
                case .text(let text): compiled.append(.text(text))
                case .program(let program): compiled.append(.program(try node(program)))
                }
            }
            return StringNode(format, compiled)
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
        case .index(let target, let key): return index(try node(target), try node(key))
        case .slice(let target, let lower, let upper):
            return SliceNode(try node(target), try optional(lower), try optional(upper))
        case .iterate(let target): return IterateNode(try node(target))
        case .array(let inner):
            guard let node = try optional(inner) else { return LiteralNode([]) }
            if node.isSingle { return ListNode([node]) }
            if let parts = (node as? CommaNode)?.parts, parts.allSatisfy(\.isSingle) { return ListNode(parts) }
            return ArrayNode(node)
        case .object(let members):
            var compiled: [ObjectNode.Member] = []
            for member in members {
                compiled.append(ObjectNode.Member(key: try node(member.key), value: try node(member.value)))
            }
            return ObjectNode(compiled)
        default: preconditionFailure("handled before")
        }
    }

    /// Members by name one inside the other become one node.
    private func index(_ target: Node, _ key: Node) -> Node {
        guard let name = (key as? LiteralNode)?.value.string else { return IndexNode(target, key) }
        guard let outer = target as? MembersNode else { return MembersNode(target, [name]) }
        return MembersNode(outer.target, outer.names + [name])
    }
}
