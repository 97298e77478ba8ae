-- What a provider account is besides its address: the preset it was made from, whether it is switched on, what is
-- known of its models, a version for every change, and how its connection was last tested.

-- field_versions holds, for each field that was ever changed, the version that changed it: whoever comes with an
-- older version is told what is another thing now.
ALTER TABLE llm_providers
    ADD COLUMN preset         text,
    ADD COLUMN enabled        boolean NOT NULL DEFAULT true,
    ADD COLUMN has_key        boolean NOT NULL DEFAULT true,
    ADD COLUMN model_facts    jsonb   NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(model_facts) = 'object'),
    ADD COLUMN version        bigint  NOT NULL DEFAULT 1 CHECK (version > 0),
    ADD COLUMN field_versions jsonb   NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(field_versions) = 'object'),
    ADD COLUMN tested_at      timestamptz,
    ADD COLUMN test_ok        boolean,
    ADD CONSTRAINT llm_providers_tested_check CHECK ((tested_at IS NULL) = (test_ok IS NULL));
COMMENT ON TABLE llm_providers IS 'Users'' accounts at LLM providers, without their keys; version counts changes, key_version replacements of the key. models are ids in order, model_facts what is known of some of them.';
