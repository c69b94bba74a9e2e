import Postgres

/// What the journal went through, as the database itself notes it.
enum JournalLog {
    struct Entry: Sendable {
        var progress: String
        var dispatch: Int
    }

    static func start(on pool: PostgresPool) async throws {
        for statement: SQL in [
            """
            CREATE TABLE journal_log (
                place bigserial PRIMARY KEY, task_id text, number integer, progress text, dispatch integer)
            """,
            """
            CREATE FUNCTION log_journal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO journal_log (task_id, number, progress, dispatch)
                VALUES (NEW.task_id, NEW.number, NEW.progress, NEW.dispatches);
                RETURN NULL;
            END $$
            """,
            "CREATE INDEX ON journal_log (task_id)",
            """
            CREATE TRIGGER log_journal AFTER INSERT OR UPDATE ON effects FOR EACH ROW EXECUTE FUNCTION log_journal()
            """,
        ] { try await pool.execute(statement) }
    }

    /// What the effects of a task went through, by number.
    static func read(_ task: String, on pool: PostgresPool) async throws -> [Int: [Entry]] {
        let rows = try await pool.query(
            "SELECT number, progress, dispatch FROM journal_log WHERE task_id = \(task) ORDER BY place")
        return try Dictionary(grouping: rows) { try $0.int("number") }.mapValues { rows in
            try rows.map { Entry(progress: try $0.string("progress"), dispatch: try $0.int("dispatch")) }
        }
    }

    /// What must never be: that an effect is touched after its outcome, or that dispatches are skipped.
    static func flaw(_ entries: [Entry]) -> String? {
        var (last, isOver) = (0, false)
        for entry in entries {
            if isOver { return "\(entry) after its outcome" }
            if entry.dispatch != last, entry.dispatch != last + 1 || entry.progress != "dispatched" {
                return "\(entry) after dispatch \(last)"
            }
            (last, isOver) = (entry.dispatch, entry.progress == "completed")
        }
        return isOver ? nil : "no outcome"
    }

    /// How many dispatches were not taken back.
    static func sendings(_ entries: [Entry]) -> Int {
        Set(entries.map(\.dispatch)).subtracting(entries.filter { $0.progress == "intended" }.map(\.dispatch)).count
    }
}
