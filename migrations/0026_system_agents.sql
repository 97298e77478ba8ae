-- Agents that the fleet owns and no user. What a cell is configured from belongs to an owner, and an owner is a user
-- or one of these: the same tables, statements, keys and walls serve both.

CREATE TABLE config_owners (
    user_id uuid PRIMARY KEY
);
COMMENT ON TABLE config_owners IS 'Whoever owns what a cell is configured from: a user, or an agent of the fleet''s own, by its id. Whoever changes such things locks this row.';

-- The walls are for what serves users: not for this.
ALTER TABLE users NO FORCE ROW LEVEL SECURITY;
INSERT INTO config_owners (user_id) SELECT id FROM users;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
INSERT INTO config_owners (user_id) SELECT id FROM system_containers;

ALTER TABLE config_owners ENABLE ROW LEVEL SECURITY;
ALTER TABLE config_owners FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON config_owners TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
GRANT SELECT, INSERT, UPDATE, DELETE ON config_owners TO mosaic_app;

-- A user is an owner from beginning to end, whoever writes the row.
CREATE FUNCTION begin_owning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO config_owners (user_id) VALUES (NEW.id);
    RETURN NULL;
END
$$;
CREATE FUNCTION end_owning() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM config_owners WHERE user_id = OLD.id;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION begin_owning(), end_owning() FROM PUBLIC;
CREATE TRIGGER users_begin_owning AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION begin_owning();
CREATE TRIGGER users_end_owning AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION end_owning();

DO $$
DECLARE
    owned text;
BEGIN
    FOREACH owned IN ARRAY ARRAY[
        'llm_providers', 'llm_provider_keys', 'user_agent_config', 'user_agent_fallbacks', 'config_revisions',
        'user_container_configs'
    ]
    LOOP
        EXECUTE format('ALTER TABLE %I DROP CONSTRAINT %I', owned, owned || '_user_id_fkey');
        EXECUTE format(
            'ALTER TABLE %I ADD CONSTRAINT %I FOREIGN KEY (user_id) REFERENCES config_owners ON DELETE CASCADE',
            owned, owned || '_user_id_fkey'
        );
    END LOOP;
END
$$;

CREATE TABLE system_agents (
    id          uuid PRIMARY KEY REFERENCES config_owners ON DELETE CASCADE,
    always_on   boolean NOT NULL,
    held        boolean NOT NULL DEFAULT false,
    version     bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    deleting_at timestamptz
);
COMMENT ON TABLE system_agents IS 'The fleet''s own agents, one a cell. held: an admin stopped it, so always_on waits until it is started again. Name, personality, model and provider are where users'' are.';
ALTER TABLE system_agents ENABLE ROW LEVEL SECURITY;
ALTER TABLE system_agents FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON system_agents TO mosaic_app;

-- A cell of the fleet's own is nobody's without its agent, and goes with it.
ALTER TABLE system_containers
    ADD CONSTRAINT system_containers_id_fkey FOREIGN KEY (id) REFERENCES config_owners ON DELETE CASCADE;
ALTER TABLE system_containers ENABLE ROW LEVEL SECURITY;
ALTER TABLE system_containers FORCE ROW LEVEL SECURITY;
ALTER TABLE system_container_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE system_container_tokens FORCE ROW LEVEL SECURITY;

-- A transaction that acts for a user sees none of them; one for such an agent sees its own; one for nobody all.
DO $$
DECLARE
    systems text;
BEGIN
    FOREACH systems IN ARRAY ARRAY['system_agents', 'system_containers', 'system_container_tokens']
    LOOP
        EXECUTE format(
            'CREATE POLICY owner ON %I TO mosaic_app USING (mosaic_owner() IS NULL OR id = mosaic_owner()) '
            'WITH CHECK (mosaic_owner() IS NULL OR id = mosaic_owner())',
            systems
        );
    END LOOP;
END
$$;
CREATE POLICY fleet ON system_containers FOR SELECT TO mosaic_fleet USING (true);
CREATE POLICY fleet ON system_container_tokens FOR SELECT TO mosaic_fleet USING (true);

-- Those who look after the fleet see which there are and what they are called.
CREATE POLICY fleet ON system_agents FOR SELECT TO mosaic_fleet USING (true);
GRANT SELECT (id) ON system_agents TO mosaic_fleet;
CREATE POLICY fleet ON user_agent_config FOR SELECT TO mosaic_fleet
    USING (EXISTS (SELECT 1 FROM system_agents WHERE id = user_id));
GRANT SELECT (user_id, name) ON user_agent_config TO mosaic_fleet;
