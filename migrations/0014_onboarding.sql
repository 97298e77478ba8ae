-- How far the first set-up is, in one row that is always there: whoever takes a step locks it.

INSERT INTO system_config (key, value, updated_at)
VALUES ('onboarding', '{"state": "new"}', now());

-- An installation that was set up before stays so.
UPDATE system_config
SET value = '{"state": "complete"}'
WHERE key = 'onboarding'
  AND EXISTS (SELECT FROM system_config WHERE key = 'onboarding.completed' AND value = 'true');

DELETE FROM system_config
WHERE key = 'onboarding.completed';
