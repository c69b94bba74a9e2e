public import Postgres

/// The tables that every service has for its messages, in its own schema.
public enum MessagingMigrations {
    /// In order; run before the service's own.
    public static let all = [
        Migration(
            name: "V0001_create_inbox",
            sql: """
                CREATE TABLE inbox (
                    topic text NOT NULL,
                    partition integer NOT NULL,
                    next_offset bigint NOT NULL,
                    PRIMARY KEY (topic, partition)
                ) WITH (fillfactor = 50);
                """),
        Migration(
            name: "V0002_create_outbox",
            sql: """
                CREATE TABLE outbox (
                    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    -- The process that publishes the row; it holds an advisory lock of this number while it lives.
                    owner bigint NOT NULL,
                    topic text NOT NULL,
                    key text NOT NULL,
                    headers jsonb NOT NULL,
                    body bytea NOT NULL
                );
                """),
        Migration(
            name: "V0003_create_dead_letters",
            sql: """
                -- The record itself travels in the message MessageDied.
                CREATE TABLE dead_letters (
                    id text PRIMARY KEY,
                    topic text NOT NULL,
                    partition integer NOT NULL,
                    record_offset bigint NOT NULL,
                    code text NOT NULL,
                    cause text NOT NULL,
                    attempts integer NOT NULL,
                    died_at timestamptz NOT NULL
                );
                """),
        Migration(
            name: "V0004_batch_outbox",
            sql: """
                DO $$ BEGIN
                    IF EXISTS (SELECT FROM outbox) THEN
                        RAISE EXCEPTION 'the outbox has messages that are not published'
                            USING HINT = 'Let the former version publish them and stop all its replicas; give parked '
                                'rows (owner -1, see MS0008) back to it or delete them. Then start this version.';
                    END IF;
                END $$;
                -- A cadenza.outbox.v1.Batch: one row for what was committed together.
                ALTER TABLE outbox DROP topic, DROP key, DROP headers, DROP body, ADD messages bytea NOT NULL;
                -- Packing it would cost more than it saves: the row is gone in a moment.
                ALTER TABLE outbox ALTER messages SET STORAGE EXTERNAL;
                """),
        Migration(
            name: "V0005_keep_outbox_on_pages",
            sql: """
                -- Rows up to a page stay in one piece.
                ALTER TABLE outbox SET (toast_tuple_target = 8160);
                """),
        Migration(
            name: "V0006_find_outbox_owners",
            sql: """
                -- Each process looks for rows of others every few seconds, past its own, dead ones included.
                CREATE INDEX outbox_by_owner ON outbox (owner);
                """),
    ]
}
