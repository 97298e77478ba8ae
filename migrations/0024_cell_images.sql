-- Which image each cell's container is made of, and which one it was last well with: what a rollout goes back to.

ALTER TABLE user_containers ADD COLUMN images jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN user_containers.images IS 'The image of the last container, the last healthy one, and the one that failed; nothing that a container itself said.';
ALTER TABLE system_containers ADD COLUMN images jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN system_containers.images IS 'As user_containers.images.';
