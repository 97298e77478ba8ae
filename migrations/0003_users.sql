-- Users, and how they prove who they are.

CREATE TABLE users (
    id         uuid PRIMARY KEY,
    email      text NOT NULL,
    role       text NOT NULL CHECK (role IN ('admin', 'user')),
    disabled   boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    CONSTRAINT users_email_key UNIQUE (email)
);
COMMENT ON TABLE users IS 'Everybody who may use this installation. E-mail addresses are in lower case.';
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON users TO mosaic_app USING (id = mosaic_owner()) WITH CHECK (id = mosaic_owner());
CREATE POLICY fleet ON users FOR SELECT TO mosaic_fleet USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON users TO mosaic_app;
GRANT SELECT (id, email, role, disabled, created_at) ON users TO mosaic_fleet;

CREATE TABLE breakglass_users (
    user_id       uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    password_hash text NOT NULL,
    updated_at    timestamptz NOT NULL
);
COMMENT ON TABLE breakglass_users IS 'Users who can sign in with a password when nothing else works. The hash is Argon2id, in PHC form.';
ALTER TABLE breakglass_users ENABLE ROW LEVEL SECURITY;
ALTER TABLE breakglass_users FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON breakglass_users TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
GRANT SELECT, INSERT, UPDATE, DELETE ON breakglass_users TO mosaic_app;

CREATE TABLE api_tokens (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name         text NOT NULL,
    hash         bytea NOT NULL CHECK (octet_length(hash) = 32),
    scope        text NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    CONSTRAINT api_tokens_hash_key UNIQUE (hash)
);
COMMENT ON TABLE api_tokens IS 'Personal API tokens: SHA-256 of 256 random bits, never the token.';
CREATE INDEX api_tokens_user_id ON api_tokens (user_id);
ALTER TABLE api_tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE api_tokens FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON api_tokens TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
CREATE POLICY fleet ON api_tokens FOR SELECT TO mosaic_fleet USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON api_tokens TO mosaic_app;
GRANT SELECT (id, user_id, hash, scope, expires_at, revoked_at) ON api_tokens TO mosaic_fleet;
