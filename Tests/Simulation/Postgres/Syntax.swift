/// An expression as it is written.
indirect enum Expression: Sendable {
    case literal(Value, ValueType)
    case parameter(Int)
    case column(String?, String)
    case row([Expression])
    case not(Expression)
    case negative(Expression)
    case operation(String, Expression, Expression)
    case isNull(Expression)
    case `in`(Expression, [Expression])
    case inQuery(Expression, Query)
    /// `left op ANY (array)`, or ALL.
    case quantified(String, Expression, Expression, all: Bool)
    case exists(Query)
    case scalar(Query)
    /// `ARRAY (query)`
    case gathered(Query)
    case choice([(condition: Expression, value: Expression)], otherwise: Expression?)
    case call(String, [Expression])
    /// `count(*)`
    case countAll
    case cast(Expression, ValueType)
    case extract(String, Expression)
    /// DEFAULT in a list of values.
    case standard
}

/// An item of a select list or of RETURNING.
enum SelectItem: Sendable {
    /// `*` or `name.*`
    case all(String?)
    case value(Expression, name: String?)
}

/// What stands behind FROM or USING.
indirect enum FromItem: Sendable {
    case table(String, alias: String?)
    case unnest([Expression], ordinality: Bool, alias: String?, columns: [String])
    case query(Query, alias: String, columns: [String])
    case join(FromItem, FromItem, JoinCondition, isOuter: Bool)
}

/// How two items of FROM belong together.
enum JoinCondition: Sendable {
    case none
    case on(Expression)
    case using([String])
}

/// One SELECT.
struct Select: Sendable {
    var isDistinct = false
    var items: [SelectItem] = []
    var from: [FromItem] = []
    var condition: Expression?
    var groups: [Expression] = []
}

/// What a query is made of.
indirect enum QueryBody: Sendable {
    case select(Select)
    case values([[Expression]])
    case union(QueryBody, QueryBody, all: Bool)
}

/// FOR UPDATE
struct RowLock: Sendable {
    /// Empty: all tables.
    var tables: [String] = []
    var skipsLocked = false
}

/// A key of ORDER BY.
struct SortKey: Sendable {
    var expression: Expression
    var isDescending = false
}

/// A query with all that may stand around its body.
struct Query: Sendable {
    var with: [CommonTable] = []
    var body: QueryBody
    var order: [SortKey] = []
    var limit: Expression?
    var lock: RowLock?
}

/// An entry of WITH.
struct CommonTable: Sendable {
    var name: String
    var columns: [String] = []
    var isRecursive = false
    var statement: Statement
}

/// What ON CONFLICT does.
struct ConflictRule: Sendable {
    /// Empty: any constraint.
    var columns: [String] = []
    /// Empty: nothing.
    var changes: [(column: String, value: Expression)] = []
    var condition: Expression?
}

/// INSERT, UPDATE or DELETE.
struct Change: Sendable {
    enum Kind: Sendable {
        case insert(columns: [String], source: Query, conflict: ConflictRule?)
        case update([(column: String, value: Expression)])
        case delete
    }

    var with: [CommonTable] = []
    var table: String
    var alias: String?
    var kind: Kind
    /// FROM or USING.
    var from: [FromItem] = []
    var condition: Expression?
    /// Nil: no RETURNING.
    var returning: [SelectItem]?
}

/// A statement.
indirect enum Statement: Sendable {
    case query(Query)
    case change(Change)
    case define(Definition)
    case control(Control)
}

/// Transactions and settings.
enum Control: Sendable {
    case begin, commit, rollBack
    case savepoint(String), rollBackTo(String), release(String)
    /// Settings and the like, which change nothing here.
    case ignored(String)
}

/// A change of the schema.
enum Definition: Sendable {
    case schema(String)
    case table(String, [TableElement], isQuiet: Bool)
    case index(String, table: String, columns: [String], isUnique: Bool, condition: Expression?)
    /// Only one that was made for speed.
    case noIndex(String)
    case alter(String, [Alteration])
    /// A trigger's function that refuses, with its sentence.
    case refusal(String, message: String)
    /// BEFORE UPDATE or such ON a table.
    case trigger(events: [String], table: String, function: String)
    /// `DO`: refuses when the query has rows.
    case guarded(Query, message: String)
}

/// A column or a constraint.
enum TableElement: Sendable {
    case column(ColumnDefinition)
    case key([String], isPrimary: Bool, name: String?)
    case check(Expression, name: String?)
}

/// A column of CREATE TABLE.
struct ColumnDefinition: Sendable {
    var name: String
    var type: ValueType
    var isRequired = false
    var isIdentity = false
    var standard: Expression?
    /// Constraints that stand with the column.
    var constraints: [TableElement] = []
}

/// A part of ALTER TABLE.
enum Alteration: Sendable {
    case add(TableElement)
    case dropColumn(String)
    case dropConstraint(String)
    /// Rows that name no number for the column are given one; the others keep theirs.
    case numberByDefault(String)
    case nothing
}
