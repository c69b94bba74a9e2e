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

    func node(_ arguments: [Node]) -> Node {
        switch self {
        case .empty: EmptyNode()
        case .path: PathNode(arguments[0])
        case .range2, .range3: RangeNode(arguments)
        case .limit: LimitNode(takes: true, arguments[0], arguments[1])
        case .skip: LimitNode(takes: false, arguments[0], arguments[1])
        case .first: EndNode(isFirst: true, arguments[0])
        case .last: EndNode(isFirst: false, arguments[0])
        case .until: LoopNode(.untilTrue, arguments[0], arguments[1])
        case .whileLoop: LoopNode(.whileTrue, arguments[0], arguments[1])
        case .repeatLoop, .recurse: LoopNode(.all, nil, arguments[0])
        case .select: SelectNode(arguments[0])
        case .map: MapNode(arguments[0])
        case .any: QuantifierNode(isAny: true, arguments[0], arguments[1])
        case .all: QuantifierNode(isAny: false, arguments[0], arguments[1])
        case .isEmpty: IsEmptyNode(arguments[0])
        case .getpath: GetPathNode(arguments[0])
        case .error0: ErrorNode(nil)
        case .error1: ErrorNode(arguments[0])
        case .delete: DeleteNode(arguments[0])
        case .sortBy: KeyedNode(.sort, arguments[0])
        case .groupBy: KeyedNode(.group, arguments[0])
        case .uniqueBy: KeyedNode(.unique, arguments[0])
        case .minBy: KeyedNode(.minimum, arguments[0])
        case .maxBy: KeyedNode(.maximum, arguments[0])
        }
    }
}
