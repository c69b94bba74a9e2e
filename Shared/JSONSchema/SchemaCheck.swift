import Core

/// One check of a value: depth and steps are bounded.
struct SchemaCheck {
    /// What of a value has been looked at by a schema that it fits.
    struct Seen {
        var allMembers = false
        var members: Set<String> = []
        var allElements = false
        var elements: Set<Int> = []

        mutating func merge(_ other: Seen) {
            allMembers = allMembers || other.allMembers
            allElements = allElements || other.allElements
            members.formUnion(other.members)
            elements.formUnion(other.elements)
        }
    }

    let program: SchemaProgram
    let limit: Int
    var steps: Int
    var path: [String] = []
    var found: [SchemaProblem] = []
    /// Where problems are only counted.
    var quiet = 0
    /// The resources gone through, without repeats in a row.
    private var scope: [Int] = []
    private var depth = 0

    private static let deepest = 400

    init(_ program: SchemaProgram, limit: Int, steps: Int) {
        (self.program, self.limit, self.steps) = (program, max(1, limit), steps)
    }

    mutating func problems(_ value: JSON) -> [SchemaProblem] {
        var seen = Seen()
        let fits = fits(0, value, &seen)
        if found.isEmpty, !fits || steps <= 0 {
            found.append(SchemaProblem(at: JSONPointer(), keyword: "", message: "the check takes too many steps"))
        }
        return found
    }

    /// Whether the check has to stop: no steps are left, or enough is found.
    var isOver: Bool { steps <= 0 || (quiet == 0 && found.count >= limit) }

    mutating func fits(_ number: Int, _ value: JSON, _ seen: inout Seen) -> Bool {
        let node = program.nodes[number]
        steps -= 1
        guard depth < Self.deepest, steps > 0 else {
            steps = 0
            // Not even a quiet check may take this for an answer.
            if found.last?.keyword != node.location || found.isEmpty {
                found.append(
                    SchemaProblem(
                        at: JSONPointer(path), keyword: node.location, message: "the check takes too many steps"))
            }
            return false
        }
        depth += 1
        let enters = scope.last != node.resource
        if enters { scope.append(node.resource) }
        defer {
            depth -= 1
            if enters { scope.removeLast() }
        }
        var (result, own) = (true, Seen())
        for rule in node.rules {
            if !check(rule, node, value, &own) { result = false }
            // A quiet check asks only whether it fits.
            if !result, quiet > 0 || isOver { return false }
        }
        if result, program.tracks { seen.merge(own) }
        return result
    }

    /// As `fits`, but without telling.
    mutating func quietly(_ number: Int, _ value: JSON, _ seen: inout Seen) -> Bool {
        quiet += 1
        defer { quiet -= 1 }
        return fits(number, value, &seen)
    }

    mutating func fits(_ number: Int, _ value: JSON, at token: String, quietly: Bool = false) -> Bool {
        var seen = Seen()
        path.append(token)
        defer { path.removeLast() }
        return quietly ? self.quietly(number, value, &seen) : fits(number, value, &seen)
    }

    mutating func miss(_ node: SchemaNode, _ keyword: String, _ message: @autoclosure () -> String) -> Bool {
        if quiet == 0, found.count < limit {
            found.append(
                SchemaProblem(at: JSONPointer(path), keyword: "\(node.location)/\(keyword)", message: message()))
        }
        return false
    }

    /// The node that a dynamic reference leads to from here: the outermost resource's that has the anchor.
    func dynamicTarget(_ name: String, _ fallback: Int) -> Int {
        for resource in scope {
            if let node = program.anchors[resource][name] { return node }
        }
        return fallback
    }
}
