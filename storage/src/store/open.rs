//! Opening the store: look first, recognise the key, and only then write.

mod check;
mod preflight;

use std::sync::Arc;

use mosaic_model::Clock;
use sqlx::{
    Connection,
    migrate::{MigrateError, Migrator},
};

use super::{Inner, Store, connect};
use crate::{KeyRing, StoreError, passwords::Hashers, settings::Board};

/// The schema, as the files in `migrations/` make it.
pub(crate) static MIGRATOR: Migrator = sqlx::migrate!("../migrations");

/// Why the store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The text is no database URL. It is not shown: it may hold a password.
    #[error("DATABASE_URL is not of the form postgres://user:password@host:5432/database")]
    Url(#[source] sqlx::Error),
    /// The database does not answer, or does not let us in.
    #[error("the database of DATABASE_URL cannot be reached")]
    Unreachable(#[source] sqlx::Error),
    /// The server is too old.
    #[error("the database server is version {found}; Mosaic needs PostgreSQL 15 or newer")]
    TooOld {
        /// Its major version.
        found: i32,
    },
    /// The server does not have pgvector.
    #[error(
        "the database server has no extension `vector`; install pgvector on it (for example the image pgvector/pgvector)"
    )]
    NoVector,
    /// The login role may not create the extension.
    #[error(
        "the role {login:?} may not create the extension `vector`; run once as a superuser, in this database: CREATE EXTENSION vector"
    )]
    VectorNotAllowed {
        /// Who we are logged in as.
        login: String,
    },
    /// The login role may neither create nor become the roles that Mosaic works as.
    #[error(
        "the role {login:?} may not make or become the roles that Mosaic works as; run as a superuser either \
         ALTER ROLE \"{login}\" CREATEROLE, or: CREATE ROLE mosaic_app NOLOGIN; CREATE ROLE mosaic_fleet NOLOGIN; \
         GRANT mosaic_app, mosaic_fleet TO \"{login}\""
    )]
    RolesNotAllowed {
        /// Who we are logged in as.
        login: String,
    },
    /// The secrets in this database were sealed with another key.
    #[error(
        "MOSAIC_SECRET_KEY is not the key that this database's secrets were sealed with; nothing was changed. \
         Give the key it was first opened with, or `new,old` to change keys"
    )]
    WrongKey,
    /// A key was dropped from the ring while something still needs it.
    #[error(
        "{values} sealed values need a key that MOSAIC_SECRET_KEY does not hold (named {}); nothing was changed. \
         Add that key behind the others (`new,old`), run `mosaic keys rotate`, and drop it once `mosaic keys status` \
         says that nothing needs it",
        .keys.join(", ")
    )]
    MissingKey {
        /// How many.
        values: u64,
        /// The names of the keys.
        keys: Vec<String>,
    },
    /// A newer Mosaic has been here.
    #[error("the database was migrated by a newer version of Mosaic; run that version, or a newer one")]
    NewerDatabase,
    /// A migration failed.
    #[error("the database could not be migrated")]
    Migration(#[source] MigrateError),
    /// Something else.
    #[error("the database could not be opened")]
    Store(#[from] StoreError),
}

impl Store {
    /// Opens the database: checks the server and the key before anything is written, migrates, connects.
    ///
    /// On a database it has not met before it makes the installation's id and the key's check value.
    pub async fn open(database_url: &str, keys: KeyRing, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let options = connect::options(database_url).map_err(OpenError::Url)?;
        let mut connection = connect::connect(database_url).await.map_err(OpenError::Unreachable)?;
        let login = preflight::look(&mut connection).await?;
        if login.schema_exists {
            check::recognise(&mut connection, &keys).await?;
        }
        MIGRATOR.run(&mut connection).await.map_err(|error| migration_error(error, login.name.clone()))?;
        // Only now, where this is the version that set the keys' names apart.
        check::refuse_missing_keys(&mut connection, &keys).await?;
        connection.close().await.map_err(StoreError::from)?;

        let refused = |error| role_error(error, login.name.clone());
        let app = connect::app_pool(options.clone()).await.map_err(refused)?;
        let fleet = connect::fleet_pool(options).await.map_err(refused)?;
        let instance = check::establish(&app, &keys, clock.now()).await?;
        let store = Self {
            inner: Arc::new(Inner {
                app,
                fleet,
                keys,
                clock,
                instance,
                board: Board::default(),
                hashers: Hashers::default(),
            }),
        };
        store.reload_settings().await?;
        Ok(store)
    }
}

fn migration_error(error: MigrateError, login: String) -> OpenError {
    match &error {
        MigrateError::VersionMissing(_) => OpenError::NewerDatabase,
        MigrateError::ExecuteMigration(cause, _) if is_refusal(cause) => OpenError::RolesNotAllowed { login },
        _ => OpenError::Migration(error),
    }
}

fn role_error(error: sqlx::Error, login: String) -> OpenError {
    if is_refusal(&error) { OpenError::RolesNotAllowed { login } } else { OpenError::Unreachable(error) }
}

/// Whether the server said that we have not the right.
fn is_refusal(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|refusal| refusal.code().as_deref() == Some("42501"))
}
