//! A look at the server before anything is written to it.

use sqlx::PgConnection;

use super::OpenError;
use crate::StoreError;

/// The oldest server Mosaic works with.
const OLDEST_MAJOR: i32 = 15;

/// What there is to know of the server and of our rights on it.
pub(super) struct Login {
    /// Who we are logged in as.
    pub(super) name: String,
    /// Whether Mosaic has been here before.
    pub(super) schema_exists: bool,
}

#[derive(sqlx::FromRow)]
struct LoginRow {
    name: String,
    version: i32,
    roles_possible: bool,
    vector: String,
    schema_exists: bool,
}

/// Looks, and refuses what could not work, with the words that tell how to mend it.
pub(super) async fn look(connection: &mut PgConnection) -> Result<Login, OpenError> {
    let row: LoginRow = sqlx::query_as(
        "SELECT
            current_user::text AS name,
            current_setting('server_version_num')::integer AS version,
            rolsuper
                OR rolcreaterole
                OR (SELECT count(*) FROM pg_roles WHERE rolname IN ('mosaic_app', 'mosaic_fleet')) = 2
                AS roles_possible,
            CASE
                WHEN EXISTS (SELECT FROM pg_extension WHERE extname = 'vector') THEN 'installed'
                WHEN NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'vector') THEN 'missing'
                WHEN rolsuper THEN 'possible'
                WHEN has_database_privilege(current_database(), 'CREATE')
                    AND EXISTS (
                        SELECT FROM pg_available_extension_versions
                        WHERE name = 'vector' AND (trusted OR NOT superuser)
                    ) THEN 'possible'
                ELSE 'forbidden'
            END AS vector,
            to_regclass('public.system_config') IS NOT NULL AS schema_exists
         FROM pg_roles
         WHERE rolname = current_user",
    )
    .fetch_one(connection)
    .await
    .map_err(StoreError::from)?;

    let major = row.version / 10_000;
    if major < OLDEST_MAJOR {
        return Err(OpenError::TooOld { found: major });
    }
    match row.vector.as_str() {
        "missing" => return Err(OpenError::NoVector),
        "forbidden" => return Err(OpenError::VectorNotAllowed { login: row.name }),
        _ => {}
    }
    if !row.roles_possible {
        return Err(OpenError::RolesNotAllowed { login: row.name });
    }
    Ok(Login { name: row.name, schema_exists: row.schema_exists })
}
