-- Which master key a sealed value needs, where it can be counted without opening anything, and what the audit
-- log is searched by.

-- A sealed value begins with its format and the name of its key: four bytes that tell nothing about either. The
-- fleet's role may read that name, and whose row it is: never what is sealed. Every table with a column `sealed`
-- has this one as well; a later one brings it along itself.
DO $$
DECLARE
    sealed_table regclass;
BEGIN
    FOR sealed_table IN
        SELECT attrelid::regclass
        FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid
        WHERE attname = 'sealed'
          AND relkind = 'r'
          AND relnamespace = 'public'::regnamespace
    LOOP
        EXECUTE format(
            'ALTER TABLE %s ADD COLUMN key_id bytea GENERATED ALWAYS AS (substring(sealed FROM 2 FOR 4)) STORED',
            sealed_table
        );
        EXECUTE format('GRANT SELECT (key_id) ON %s TO mosaic_fleet', sealed_table);
        IF (SELECT relrowsecurity FROM pg_class WHERE oid = sealed_table) THEN
            EXECUTE format('GRANT SELECT (user_id) ON %s TO mosaic_fleet', sealed_table);
            EXECUTE format('CREATE POLICY fleet ON %s FOR SELECT TO mosaic_fleet USING (true)', sealed_table);
        END IF;
    END LOOP;
END
$$;

CREATE INDEX audit_log_target ON audit_log (target, number);
CREATE INDEX audit_log_address ON audit_log (address, number);
CREATE INDEX audit_log_at ON audit_log USING brin (at);
