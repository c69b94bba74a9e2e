import Core

/// One run of one statement.
final class Run {
    let database: Database
    let transaction: Transaction
    let parameters: [Value]
    let command: Int
    /// What the entries of WITH gave so far, by their place in the plan.
    var tables: [Int: [[Value]]] = [:]
    /// Entries that nobody has looked at yet.
    var deferred: [Int: () throws -> Void] = [:]
    /// What subqueries gave that look at nothing around them, by their place in the plan.
    var answers: [Int: Answer] = [:]

    init(_ database: Database, _ transaction: Transaction, _ parameters: [Value]) {
        (self.database, self.transaction, self.parameters) = (database, transaction, parameters)
        command = database.nextCommand()
    }

    /// The rows of an entry of WITH, which runs when it is first looked at.
    func table(_ place: Int) throws -> [[Value]] {
        try deferred.removeValue(forKey: place)?()
        return tables[place] ?? []
    }
}

/// What a subquery gave, for looking things up in it.
struct Answer {
    var rows: [[Value]]
    var set: Set<Value>
    var hasNull: Bool

    init(_ rows: [[Value]]) {
        self.rows = rows
        set = Set(rows.map { $0.count == 1 ? $0[0] : .row($0) })
        hasNull = rows.contains { $0.contains(where: \.isNull) }
    }
}

/// What an expression sees: the values of the row at hand, and those of the queries around it.
final class Environment {
    let run: Run
    let outer: Environment?
    var row: [Value]
    /// The stored rows that the values come from, by relation.
    var stored: [StoredRow?]
    var aggregates: [Value] = []

    init(_ run: Run, outer: Environment? = nil, width: Int, relations: Int) {
        (self.run, self.outer) = (run, outer)
        row = Array(repeating: .null, count: width)
        stored = Array(repeating: nil, count: relations)
    }
}

/// Gives an expression's value.
typealias Evaluate = (Environment) throws -> Value

/// An expression that is ready to run.
struct Compiled {
    var type: ValueType
    /// Of a literal: its value, which its surroundings may give another type.
    var constant: Value?
    var evaluate: Evaluate

    init(_ type: ValueType, constant: Value? = nil, _ evaluate: @escaping Evaluate) {
        (self.type, self.constant, self.evaluate) = (type, constant, evaluate)
    }

    init(_ type: ValueType, _ constant: Value) {
        self.init(type, constant: constant) { _ in constant }
    }
}
