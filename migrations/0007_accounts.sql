-- Accounts beyond the breakglass admin: local passwords, sessions of browsers, and tokens with several scopes.

ALTER TABLE users ADD COLUMN last_login_at timestamptz;
GRANT SELECT (last_login_at) ON users TO mosaic_fleet;

CREATE TABLE local_passwords (
    user_id       uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    password_hash text NOT NULL,
    updated_at    timestamptz NOT NULL
);
COMMENT ON TABLE local_passwords IS 'Passwords of local accounts, which an admin can switch off; otherwise as breakglass_users.';
ALTER TABLE local_passwords ENABLE ROW LEVEL SECURITY;
ALTER TABLE local_passwords FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON local_passwords TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
GRANT SELECT, INSERT, UPDATE, DELETE ON local_passwords TO mosaic_app;

CREATE TABLE sessions (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    hash         bytea NOT NULL CHECK (octet_length(hash) = 32),
    method       text NOT NULL CHECK (method IN ('breakglass', 'local', 'oidc')),
    device       text NOT NULL,
    address      text NOT NULL,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    CONSTRAINT sessions_hash_key UNIQUE (hash),
    CONSTRAINT sessions_owned_key UNIQUE (user_id, id)
);
COMMENT ON TABLE sessions IS 'Browsers that are signed in: SHA-256 of 256 random bits, never the cookie. A row that is gone is signed out.';
CREATE INDEX sessions_expiry ON sessions (expires_at);
ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sessions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON sessions TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
CREATE POLICY fleet ON sessions FOR SELECT TO mosaic_fleet USING (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions TO mosaic_app;
GRANT SELECT (id, user_id, hash, method, created_at, last_seen_at, expires_at) ON sessions TO mosaic_fleet;

-- A token had one scope, which meant chat and the owner's own settings.
ALTER TABLE api_tokens ADD COLUMN scopes text[] NOT NULL DEFAULT '{chat,configure}' CHECK (cardinality(scopes) > 0);
ALTER TABLE api_tokens ALTER COLUMN scopes DROP DEFAULT;
ALTER TABLE api_tokens DROP COLUMN scope;
GRANT SELECT (scopes, last_used_at) ON api_tokens TO mosaic_fleet;

-- Secrets of the installation itself, sealed with the system key.
CREATE TABLE system_secrets (
    name       text PRIMARY KEY,
    sealed     bytea NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE system_secrets IS 'The installation''s own secrets, such as the OIDC client''s, sealed by the vault with the system key.';
GRANT SELECT, INSERT, UPDATE, DELETE ON system_secrets TO mosaic_app;
