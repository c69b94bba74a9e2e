import Postgres
import Synchronization

/// Reads statements of the subset that our services use. What is outside of it is refused, never guessed.
struct Parser {
    private let tokens: [Token]
    private var at = 0

    private init(_ text: String) throws { tokens = try Lexer.tokens(text) }

    /// What reads the body of a function.
    static func body(_ text: String) throws -> Parser { try Parser(text) }

    /// What was read before: every server of every seed runs the same texts.
    private static let known = Mutex<[String: [Statement]]>([:])

    /// The statements of a text.
    static func statements(_ text: String) throws -> [Statement] {
        if let statements = known.withLock({ $0[text] }) { return statements }
        let statements = try read(text)
        known.withLock { $0[text] = statements }
        return statements
    }

    private static func read(_ text: String) throws -> [Statement] {
        var parser = try Parser(text)
        var out: [Statement] = []
        while true {
            while parser.accept(symbol: ";") {}
            if parser.isAtEnd { return out }
            out.append(try parser.statement())
            guard parser.isAtEnd || parser.peek() == .symbol(";") else { throw parser.unexpected() }
        }
    }

    // MARK: tokens

    var isAtEnd: Bool { at >= tokens.count }

    func peek(_ ahead: Int = 0) -> Token? { at + ahead < tokens.count ? tokens[at + ahead] : nil }

    mutating func advance() { at += 1 }

    func isNext(_ words: String...) -> Bool {
        for (ahead, word) in words.enumerated() where peek(ahead) != .word(word) { return false }
        return true
    }

    mutating func accept(_ words: String...) -> Bool {
        for (ahead, word) in words.enumerated() where peek(ahead) != .word(word) { return false }
        at += words.count
        return true
    }

    mutating func expect(_ words: String...) throws {
        for word in words {
            guard peek() == .word(word) else { throw unexpected() }
            at += 1
        }
    }

    mutating func accept(symbol: String) -> Bool {
        guard peek() == .symbol(symbol) else { return false }
        at += 1
        return true
    }

    mutating func expect(symbol: String) throws {
        guard accept(symbol: symbol) else { throw unexpected() }
    }

    /// Words that end an item of FROM or a select list, and so are no alias without AS.
    private static let reserved: Set<String> = [
        "where", "join", "on", "using", "order", "limit", "for", "union", "set", "returning", "cross", "left", "inner",
        "group", "as", "with", "from", "values", "select", "and", "or", "not", "having", "when", "then", "else", "end",
        "asc", "desc", "default", "offset", "full", "right", "natural", "except", "intersect",
    ]

    mutating func acceptName() -> String? {
        switch peek() {
        case .word(let word) where !Self.reserved.contains(word):
            at += 1
            return word
        case .name(let name):
            at += 1
            return name
        default: return nil
        }
    }

    mutating func name() throws -> String {
        guard let name = acceptName() else { throw unexpected() }
        return name
    }

    mutating func string() throws -> String {
        guard case .string(let text) = peek() else { throw unexpected() }
        at += 1
        // Neighbouring strings are one.
        if case .string = peek() { return text + (try string()) }
        return text
    }

    /// `(a, b)`
    mutating func names() throws -> [String] {
        try expect(symbol: "(")
        let names = try list { parser in try parser.name() }
        try expect(symbol: ")")
        return names
    }

    mutating func list<Item>(_ item: (inout Parser) throws -> Item) throws -> [Item] {
        var items = [try item(&self)]
        while accept(symbol: ",") { items.append(try item(&self)) }
        return items
    }

    func unexpected() -> PostgresError {
        let rest = tokens.dropFirst(at).prefix(6).map(Self.text).joined(separator: " ")
        return unsupported(rest.isEmpty ? "a statement that ends here" : "what begins at: \(rest)")
    }

    private static func text(_ token: Token) -> String {
        switch token {
        case .word(let text), .name(let text), .number(let text), .symbol(let text): text
        case .string: "'…'"
        case .parameter(let number): "$\(number + 1)"
        }
    }

    // MARK: statements

    private mutating func statement() throws -> Statement {
        if let control = try control() { return .control(control) }
        if isNext("create") || isNext("drop") || isNext("alter") || isNext("do") { return .define(try definition()) }
        return try rows()
    }

    private mutating func control() throws -> Control? {
        if accept("begin") { return .begin }
        if accept("commit") { return .commit }
        if accept("rollback", "to", "savepoint") { return .rollBackTo(try name()) }
        if accept("rollback") { return .rollBack }
        if accept("savepoint") { return .savepoint(try name()) }
        if accept("release", "savepoint") { return .release(try name()) }
        guard isNext("set") || isNext("deallocate") else { return nil }
        while !isAtEnd, peek() != .symbol(";") { at += 1 }
        return .ignored("SET")
    }

    /// A query or a change, with what WITH gives it.
    mutating func rows() throws -> Statement {
        let with = try commonTables()
        if isNext("insert") || isNext("update") || isNext("delete") {
            var change = try change()
            change.with = with
            return .change(change)
        }
        var query = try query()
        query.with = with
        return .query(query)
    }

    private mutating func commonTables() throws -> [CommonTable] {
        guard accept("with") else { return [] }
        let isRecursive = accept("recursive")
        return try list { parser in
            let name = try parser.name()
            let columns = parser.peek() == .symbol("(") ? try parser.names() : []
            try parser.expect("as")
            _ = parser.accept("materialized")
            try parser.expect(symbol: "(")
            let statement = try parser.rows()
            try parser.expect(symbol: ")")
            return CommonTable(name: name, columns: columns, isRecursive: isRecursive, statement: statement)
        }
    }
}
