-- The two roles that Mosaic works as. Neither can log in nor step around row-level security:
--   mosaic_app    one user's things at a time, named by the setting mosaic.user_id of the transaction;
--   mosaic_fleet  reads across users, a few columns, none of them secret or personal.
-- Roles belong to the cluster, not to the database, so another database may be making them right now.
DO $$
DECLARE
    role_name text;
    may_become boolean;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['mosaic_app', 'mosaic_fleet']
    LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            BEGIN
                EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', role_name);
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;
            END;
        END IF;
        -- From version 16 on, having made a role does not yet mean that one may become it.
        IF current_setting('server_version_num')::integer >= 160000 THEN
            may_become := pg_has_role(role_name, 'SET');
        ELSE
            may_become := pg_has_role(role_name, 'MEMBER');
        END IF;
        IF NOT may_become THEN
            BEGIN
                EXECUTE format('GRANT %I TO CURRENT_USER', role_name);
            EXCEPTION WHEN unique_violation THEN
                NULL;
            END;
        END IF;
    END LOOP;
END
$$;

CREATE EXTENSION IF NOT EXISTS vector;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO mosaic_app, mosaic_fleet;

-- Whose things this transaction may touch. NULL, and so no rows, where nobody said.
CREATE FUNCTION mosaic_owner()
RETURNS uuid
LANGUAGE sql
STABLE
PARALLEL SAFE
AS $$ SELECT NULLIF(current_setting('mosaic.user_id', true), '')::uuid $$;

COMMENT ON FUNCTION mosaic_owner() IS 'The user this transaction acts for; NULL where none was named.';
REVOKE ALL ON FUNCTION mosaic_owner() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mosaic_owner() TO mosaic_app;
