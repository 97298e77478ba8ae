-- The audit log: what was done by whom, one entry chained to the next. Entries are added, never changed.

CREATE TABLE audit_log (
    number     bigint PRIMARY KEY CHECK (number > 0),
    at         timestamptz NOT NULL,
    actor      text NOT NULL,
    actor_id   uuid,
    action     text NOT NULL,
    target     text NOT NULL,
    outcome    text NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
    detail     text NOT NULL,
    address    text NOT NULL,
    request_id text NOT NULL,
    hash       bytea NOT NULL CHECK (octet_length(hash) = 32)
);
COMMENT ON TABLE audit_log IS 'Security-relevant acts. hash = SHA-256 of the entry and of the hash before it. No secrets, no content of chats.';
CREATE INDEX audit_log_action ON audit_log (action, number);
CREATE INDEX audit_log_actor ON audit_log (actor_id, number);
GRANT SELECT (number, hash), INSERT ON audit_log TO mosaic_app;
GRANT SELECT ON audit_log TO mosaic_fleet;

CREATE TABLE audit_head (
    single     boolean PRIMARY KEY DEFAULT true CHECK (single),
    number     bigint NOT NULL CHECK (number >= 0),
    sealed     bytea NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE audit_head IS 'One row: the number of the last entry and, sealed by the vault, its hash. Whoever has no key cannot shorten or rewrite the log unseen.';
GRANT SELECT, INSERT, UPDATE ON audit_head TO mosaic_app;

-- The database's owner could still do it; this stops a slip of the hand and whatever works as our own roles.
CREATE FUNCTION audit_log_is_append_only()
RETURNS trigger
LANGUAGE plpgsql
AS $$ BEGIN RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = '42501'; END $$;
COMMENT ON FUNCTION audit_log_is_append_only() IS 'Refuses every change of what the audit log already holds.';
REVOKE ALL ON FUNCTION audit_log_is_append_only() FROM PUBLIC;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();
