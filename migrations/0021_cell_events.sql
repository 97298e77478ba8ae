-- A cell's history says why: from which state, what moved it, and what it died of. The container's own words stay
-- in a column of their own, which the fleet's role does not read. Nothing could read the history before, so what
-- was kept without a reason is dropped.
TRUNCATE cell_transitions;
ALTER TABLE cell_transitions
    ADD COLUMN from_state text NOT NULL,
    ADD COLUMN trigger    text NOT NULL,
    ADD COLUMN cause      jsonb,
    ADD COLUMN stderr     text[] NOT NULL;
COMMENT ON TABLE cell_transitions IS 'What happened to each cell and why, newest last; the store keeps a bounded number. stderr is for the owner''s eyes, so apart from state and cause.';
CREATE POLICY fleet ON cell_transitions FOR SELECT TO mosaic_fleet USING (true);
GRANT SELECT (id, user_id, system_id, generation, state, at, from_state, trigger, cause) ON cell_transitions
    TO mosaic_fleet;

-- The restart budget that is left is shown to admins.
GRANT SELECT (deaths) ON user_containers TO mosaic_fleet;
GRANT SELECT (deaths) ON system_containers TO mosaic_fleet;
