//! The same statements for the two kinds of cells, each on its own tables.

use mosaic_model::CellId;
use uuid::Uuid;

/// The statements of one kind of cells. `$1` is the cell's key in all of them.
pub(super) struct Statements {
    pub(super) select_record: &'static str,
    pub(super) select_token: &'static str,
    /// `$2` nonce, `$3` now.
    pub(super) next_generation: &'static str,
    /// `$2` sealed token, `$3` now.
    pub(super) put_token: &'static str,
    /// `$2` network.
    pub(super) put_subnet: &'static str,
    pub(super) release_subnet: &'static str,
    /// `$2` state, `$3` standard error, `$4` deaths, `$5` now.
    pub(super) save_state: &'static str,
    pub(super) select_images: &'static str,
    pub(super) lock_images: &'static str,
    /// `$2` images.
    pub(super) save_images: &'static str,
    /// `$2` state, `$3` when, `$4` from which state, `$5` trigger, `$6` cause, `$7` standard error.
    pub(super) add_transition: &'static str,
    /// `$2` how many newer ones are kept.
    pub(super) trim_transitions: &'static str,
}

impl Statements {
    /// The statements for this cell.
    pub(super) const fn of(cell: CellId) -> &'static Self {
        match cell {
            CellId::User(_) => &USER,
            CellId::System(_) => &SYSTEM,
        }
    }
}

/// The cell's key in its tables.
pub(super) const fn key(cell: CellId) -> Uuid {
    match cell {
        CellId::User(user) => user.as_uuid(),
        CellId::System(system) => system.as_uuid(),
    }
}

const USER: Statements = Statements {
    select_record: "SELECT generation, nonce, subnet::text AS subnet, state, stderr, deaths, images, sealed,
             coalesce(keep_awake, false) AS keep_awake, idle_timeout_secs
         FROM user_containers
         JOIN user_container_tokens USING (user_id)
         LEFT JOIN cell_subnets USING (user_id)
         LEFT JOIN cell_wishes USING (user_id)
         WHERE user_containers.user_id = $1",
    // The cell of somebody who is shut out is nobody.
    select_token: "SELECT sealed
         FROM user_container_tokens
         JOIN users ON users.id = user_container_tokens.user_id
         WHERE user_id = $1 AND NOT disabled",
    next_generation: "INSERT INTO user_containers
            (user_id, generation, nonce, state, stderr, deaths, updated_at)
         VALUES ($1, 1, $2, '{\"state\": \"absent\"}', '{}', '{}', $3)
         ON CONFLICT (user_id) DO UPDATE
         SET generation = user_containers.generation + 1, nonce = EXCLUDED.nonce, updated_at = EXCLUDED.updated_at
         WHERE user_containers.user_id = $1
         RETURNING generation",
    put_token: "INSERT INTO user_container_tokens (user_id, sealed, updated_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE
         SET sealed = EXCLUDED.sealed, updated_at = EXCLUDED.updated_at
         WHERE user_container_tokens.user_id = $1",
    put_subnet: "INSERT INTO cell_subnets (user_id, subnet)
         VALUES ($1, $2::cidr)
         ON CONFLICT (user_id) DO UPDATE
         SET subnet = EXCLUDED.subnet
         WHERE cell_subnets.user_id = $1",
    release_subnet: "DELETE FROM cell_subnets
         WHERE user_id = $1",
    save_state: "INSERT INTO user_containers
            (user_id, generation, nonce, state, stderr, deaths, updated_at)
         VALUES ($1, 0, '', $2, $3, $4, $5)
         ON CONFLICT (user_id) DO UPDATE
         SET state = EXCLUDED.state, stderr = EXCLUDED.stderr, deaths = EXCLUDED.deaths,
             updated_at = EXCLUDED.updated_at
         WHERE user_containers.user_id = $1",
    select_images: "SELECT images
         FROM user_containers
         WHERE user_id = $1",
    lock_images: "SELECT images
         FROM user_containers
         WHERE user_id = $1
         FOR UPDATE",
    save_images: "UPDATE user_containers
         SET images = $2
         WHERE user_id = $1",
    add_transition: "INSERT INTO cell_transitions
            (user_id, generation, state, at, from_state, trigger, cause, stderr)
         SELECT user_id, generation, $2, $3, $4, $5, $6, $7
         FROM user_containers
         WHERE user_id = $1",
    trim_transitions: "DELETE FROM cell_transitions
         WHERE user_id = $1
           AND id < (
               SELECT id
               FROM cell_transitions
               WHERE user_id = $1
               ORDER BY id DESC
               OFFSET $2
               LIMIT 1
           )",
};

const SYSTEM: Statements = Statements {
    select_record: "SELECT generation, nonce, subnet::text AS subnet, state, stderr, deaths, images, sealed,
             coalesce(always_on AND NOT held, false) AS keep_awake, NULL::integer AS idle_timeout_secs
         FROM system_containers
         JOIN system_container_tokens USING (id)
         LEFT JOIN system_agents USING (id)
         LEFT JOIN cell_subnets ON system_id = system_containers.id
         WHERE system_containers.id = $1",
    select_token: "SELECT sealed
         FROM system_container_tokens
         JOIN system_agents USING (id)
         WHERE id = $1 AND deleting_at IS NULL",
    next_generation: "INSERT INTO system_containers
            (id, generation, nonce, state, stderr, deaths, updated_at)
         VALUES ($1, 1, $2, '{\"state\": \"absent\"}', '{}', '{}', $3)
         ON CONFLICT (id) DO UPDATE
         SET generation = system_containers.generation + 1, nonce = EXCLUDED.nonce, updated_at = EXCLUDED.updated_at
         RETURNING generation",
    put_token: "INSERT INTO system_container_tokens (id, sealed, updated_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (id) DO UPDATE
         SET sealed = EXCLUDED.sealed, updated_at = EXCLUDED.updated_at",
    put_subnet: "INSERT INTO cell_subnets (system_id, subnet)
         VALUES ($1, $2::cidr)
         ON CONFLICT (system_id) DO UPDATE
         SET subnet = EXCLUDED.subnet",
    release_subnet: "DELETE FROM cell_subnets
         WHERE system_id = $1",
    save_state: "INSERT INTO system_containers
            (id, generation, nonce, state, stderr, deaths, updated_at)
         VALUES ($1, 0, '', $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE
         SET state = EXCLUDED.state, stderr = EXCLUDED.stderr, deaths = EXCLUDED.deaths,
             updated_at = EXCLUDED.updated_at",
    select_images: "SELECT images
         FROM system_containers
         WHERE id = $1",
    lock_images: "SELECT images
         FROM system_containers
         WHERE id = $1
         FOR UPDATE",
    save_images: "UPDATE system_containers
         SET images = $2
         WHERE id = $1",
    add_transition: "INSERT INTO cell_transitions
            (system_id, generation, state, at, from_state, trigger, cause, stderr)
         SELECT id, generation, $2, $3, $4, $5, $6, $7
         FROM system_containers
         WHERE id = $1",
    trim_transitions: "DELETE FROM cell_transitions
         WHERE system_id = $1
           AND id < (
               SELECT id
               FROM cell_transitions
               WHERE system_id = $1
               ORDER BY id DESC
               OFFSET $2
               LIMIT 1
           )",
};
