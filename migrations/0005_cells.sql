-- Cells: what their actors remember between two lives of Mosaic. Docker, not these tables, says what exists.

CREATE TABLE user_containers (
    user_id    uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    generation bigint NOT NULL CHECK (generation >= 0),
    nonce      text NOT NULL,
    state      jsonb NOT NULL CHECK (state ? 'state'),
    stderr     text[] NOT NULL,
    deaths     timestamptz[] NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE user_containers IS 'Users'' cells: the last state their actors wrote. stderr is for the owner''s eyes, so apart from state.';
ALTER TABLE user_containers ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_containers FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON user_containers TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
CREATE POLICY fleet ON user_containers FOR SELECT TO mosaic_fleet USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON user_containers TO mosaic_app;
GRANT SELECT (user_id, generation, nonce, state, updated_at) ON user_containers TO mosaic_fleet;

CREATE TABLE user_container_tokens (
    user_id    uuid PRIMARY KEY REFERENCES user_containers ON DELETE CASCADE,
    sealed     bytea NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE user_container_tokens IS 'Gateway tokens of users'' cells, sealed by the vault with their owner''s key.';
ALTER TABLE user_container_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_container_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON user_container_tokens TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
GRANT SELECT, INSERT, UPDATE, DELETE ON user_container_tokens TO mosaic_app;

CREATE TABLE system_containers (
    id         uuid PRIMARY KEY,
    generation bigint NOT NULL CHECK (generation >= 0),
    nonce      text NOT NULL,
    state      jsonb NOT NULL CHECK (state ? 'state'),
    stderr     text[] NOT NULL,
    deaths     timestamptz[] NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE system_containers IS 'The fleet''s own cells; otherwise as user_containers.';
GRANT SELECT, INSERT, UPDATE, DELETE ON system_containers TO mosaic_app;
GRANT SELECT (id, generation, nonce, state, updated_at) ON system_containers TO mosaic_fleet;

CREATE TABLE system_container_tokens (
    id         uuid PRIMARY KEY REFERENCES system_containers ON DELETE CASCADE,
    sealed     bytea NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE system_container_tokens IS 'Gateway tokens of the fleet''s own cells, sealed by the vault with the system key.';
GRANT SELECT, INSERT, UPDATE, DELETE ON system_container_tokens TO mosaic_app;

-- One table for both kinds of cells, so that its primary key keeps any two of them apart. Without an
-- owner a transaction sees the fleet's own rows, with one only that owner's.
CREATE TABLE cell_subnets (
    subnet    cidr PRIMARY KEY CHECK (family(subnet) = 4 AND masklen(subnet) = 28),
    user_id   uuid CONSTRAINT cell_subnets_user_key UNIQUE REFERENCES user_containers ON DELETE CASCADE,
    system_id uuid CONSTRAINT cell_subnets_system_key UNIQUE REFERENCES system_containers ON DELETE CASCADE,
    CHECK (num_nonnulls(user_id, system_id) = 1)
);
COMMENT ON TABLE cell_subnets IS 'Which /28 network each cell has while it has one.';
ALTER TABLE cell_subnets ENABLE ROW LEVEL SECURITY;
ALTER TABLE cell_subnets FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON cell_subnets TO mosaic_app
    USING (user_id IS NOT DISTINCT FROM mosaic_owner()) WITH CHECK (user_id IS NOT DISTINCT FROM mosaic_owner());
CREATE POLICY fleet ON cell_subnets FOR SELECT TO mosaic_fleet USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON cell_subnets TO mosaic_app;
GRANT SELECT (subnet, user_id, system_id) ON cell_subnets TO mosaic_fleet;

CREATE TABLE cell_transitions (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id    uuid REFERENCES user_containers ON DELETE CASCADE,
    system_id  uuid REFERENCES system_containers ON DELETE CASCADE,
    generation bigint NOT NULL,
    state      jsonb NOT NULL CHECK (state ? 'state'),
    at         timestamptz NOT NULL,
    CHECK (num_nonnulls(user_id, system_id) = 1)
);
COMMENT ON TABLE cell_transitions IS 'The last states of each cell, newest last; the store keeps a bounded number.';
CREATE INDEX cell_transitions_user ON cell_transitions (user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX cell_transitions_system ON cell_transitions (system_id, id) WHERE system_id IS NOT NULL;
ALTER TABLE cell_transitions ENABLE ROW LEVEL SECURITY;
ALTER TABLE cell_transitions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON cell_transitions TO mosaic_app
    USING (user_id IS NOT DISTINCT FROM mosaic_owner()) WITH CHECK (user_id IS NOT DISTINCT FROM mosaic_owner());
GRANT SELECT, INSERT, DELETE ON cell_transitions TO mosaic_app;
