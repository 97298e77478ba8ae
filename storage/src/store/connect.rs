//! Connections: how many, for how long, and as whom.

use std::{str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

/// Connections for users' own work. A statement takes about a millisecond, so few serve many.
const APP_CONNECTIONS_MAX: u32 = 16;
/// Connections for authentication and the fleet's own reads.
const FLEET_CONNECTIONS_MAX: u32 = 4;
/// How long a caller waits for a free connection before the database counts as unavailable.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// An unused connection is closed after this long.
const IDLE_TIMEOUT: Duration = Duration::from_mins(10);

/// What every connection of the app pool begins with. No statement of ours takes long, and none waits for a person.
const APP_SESSION: &str = "
    SET ROLE mosaic_app;
    SET statement_timeout = '15s';
    SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '30s';
    SET TIME ZONE 'UTC'";

/// What every connection of the fleet pool begins with.
const FLEET_SESSION: &str = "
    SET ROLE mosaic_fleet;
    SET default_transaction_read_only = on;
    SET statement_timeout = '15s';
    SET idle_in_transaction_session_timeout = '30s';
    SET TIME ZONE 'UTC'";

/// Reads a database URL.
pub(crate) fn options(database_url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    let options = PgConnectOptions::from_str(database_url)?;
    Ok(options.application_name("mosaic").disable_statement_logging())
}

/// Opens one connection as the login role.
pub(crate) async fn connect(database_url: &str) -> Result<PgConnection, sqlx::Error> {
    options(database_url)?.connect().await
}

/// Opens the pool that works as `mosaic_app`.
pub(super) async fn app_pool(options: PgConnectOptions) -> Result<PgPool, sqlx::Error> {
    pool(options, APP_CONNECTIONS_MAX, APP_SESSION).await
}

/// Opens the pool that works as `mosaic_fleet`.
pub(super) async fn fleet_pool(options: PgConnectOptions) -> Result<PgPool, sqlx::Error> {
    pool(options, FLEET_CONNECTIONS_MAX, FLEET_SESSION).await
}

async fn pool(
    options: PgConnectOptions,
    connections_max: u32,
    session: &'static str,
) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .max_connections(connections_max)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(IDLE_TIMEOUT)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                sqlx::raw_sql(session).execute(connection).await?;
                Ok(())
            })
        })
        .connect_with(options)
        .await
}
