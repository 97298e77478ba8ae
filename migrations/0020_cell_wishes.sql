-- What owners want of their cells' rest.

CREATE TABLE cell_wishes (
    user_id           uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    keep_awake        boolean NOT NULL,
    idle_timeout_secs integer CHECK (idle_timeout_secs > 0),
    updated_at        timestamptz NOT NULL
);
COMMENT ON TABLE cell_wishes IS 'Whether a user''s cell is kept awake, and the user''s own idle timeout; the installation''s settings bound both. No row: no wishes.';
ALTER TABLE cell_wishes ENABLE ROW LEVEL SECURITY;
ALTER TABLE cell_wishes FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON cell_wishes TO mosaic_app
    USING (user_id = mosaic_owner()) WITH CHECK (user_id = mosaic_owner());
GRANT SELECT, INSERT, UPDATE, DELETE ON cell_wishes TO mosaic_app;
