import Core

/// A compiled part of a program.
final class Node: Sendable {
    let operation: Operation
    /// Whether it gives exactly one result, or an error.
    let isSingle: Bool

    init(_ operation: Operation, isSingle: Bool) { (self.operation, self.isSingle) = (operation, isSingle) }

    enum Operation: Sendable {
        case identity
        case recurseDefault
        case literal(JSON)
        /// A binding: how many links up the environment.
        case variable(Int)
        /// A variable of the outside, by its place in `Program.globals`.
        case global(Int)
        case string(Format?, [Part])
        case format(Format)
        case index(Node, Node)
        case slice(Node, Node?, Node?)
        case iterate(Node)
        case array(Node?)
        case object([Member])
        case negate(Node)
        case pipe(Node, Node)
        case comma(Node, Node)
        case binary(BinaryOperator, Node, Node)
        case and(Node, Node)
        case or(Node, Node)
        case alternative(Node, Node)
        case assign(AssignOperator, Node, Node)
        case conditional(Node, Node, Node?)
        case attempt(Node, Node?)
        case reduce(Node, Pattern, Node, Node)
        case foreach(Node, Pattern, Node, Node, Node?)
        /// Alternatives of destructuring, each with its own body.
        case bind(Node, [Branch])
        /// A function by its place in `Program.functions`, defined so many links up.
        case call(Int, Int, [Node])
        /// A parameter: how many links up.
        case closure(Int)
        case native(Native, [Node])
        case special(Special, [Node])
        case label(Node)
        case leave(Int)
    }

    enum Part: Sendable {
        case text(String)
        case program(Node)
    }

    struct Member: Sendable {
        let key: Node
        let value: Node
    }

    struct Branch: Sendable {
        /// Names that only other alternatives bind: they are null in this one.
        let nulls: Int
        let pattern: Pattern
        let body: Node
    }

    /// A destructuring; each variable in it is a new link.
    indirect enum Pattern: Sendable {
        case variable
        case array([Pattern])
        case object([(binds: Bool, key: Node, value: Pattern?)])
    }
}

/// Built-ins that need their arguments as programs, not as values.
enum Special: String, Sendable, CaseIterable {
    case empty = "empty/0"
    case path = "path/1"
    case range2 = "range/2"
    case range3 = "range/3"
    case limit = "limit/2"
    case skip = "skip/2"
    case first = "first/1"
    case last = "last/1"
    case until = "until/2"
    case whileLoop = "while/2"
    case repeatLoop = "repeat/1"
    case recurse = "recurse/1"
    case select = "select/1"
    case map = "map/1"
    case any = "any/2"
    case all = "all/2"
    case isEmpty = "isempty/1"
    case getpath = "getpath/1"
    case error0 = "error/0"
    case error1 = "error/1"
    case delete = "del/1"
    case sortBy = "sort_by/1"
    case groupBy = "group_by/1"
    case uniqueBy = "unique_by/1"
    case minBy = "min_by/1"
    case maxBy = "max_by/1"
}

/// A compiled program.
struct Program: Sendable {
    let root: Node
    let functions: [Node]
    let globals: [String]
}
