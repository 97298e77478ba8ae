//! What can go wrong with the store, by what the caller can do about it.

use mosaic_model::AccessRefused;
use sqlx::error::ErrorKind;

use crate::VaultError;

/// Why the store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such thing, or it is somebody else's.
    #[error("there is no such thing")]
    NotFound,
    /// It is there already.
    #[error("there is already {0}")]
    Conflict(&'static str),
    /// It cannot go while others use it.
    #[error("it is used by the agents {}", .agents.join(", "))]
    InUse {
        /// The short names of the agents that use it.
        agents: Vec<String>,
    },
    /// A model cannot go while agents use it.
    #[error("the model {model:?} is used by the agents {}: give them another first", .agents.join(", "))]
    ModelInUse {
        /// The model's id.
        model: String,
        /// The short names of the agents that use it.
        agents: Vec<String>,
    },
    /// It was changed after the caller looked at it.
    #[error("it was changed since: {} (it is at version {version} now)", .changed.join(", "))]
    Stale {
        /// Its version now.
        version: i64,
        /// The fields that have another value than the caller saw.
        changed: Vec<&'static str>,
    },
    /// The value cannot be taken; the text says why, in words for its author.
    #[error("{0}")]
    Invalid(String),
    /// It would take from somebody what they must keep.
    #[error(transparent)]
    Refused(#[from] AccessRefused),
    /// An admin has switched it off.
    #[error("{0} are switched off")]
    Off(&'static str),
    /// Every network of the configured range is taken.
    #[error("no /28 network is left in the range for cells; widen cell_range")]
    NoSubnetLeft,
    /// So many ask for the same scarce thing that waiting would not help.
    #[error("too many sign-ins are being checked at the moment")]
    Busy,
    /// The database did not answer, or not now: trying again may help.
    #[error("the database is not available")]
    Unavailable(#[source] sqlx::Error),
    /// A row holds what no version of Mosaic writes.
    #[error("the database holds an unreadable value: {0}")]
    Corrupt(String),
    /// A sealed value does not open.
    #[error("a secret could not be opened")]
    Vault(#[from] VaultError),
    /// The database refused a statement: a defect of Mosaic's.
    #[error("the database refused a statement")]
    Defect(#[source] sqlx::Error),
}

impl StoreError {
    /// Whether the same call may succeed a moment later.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Busy)
    }
}

/// What a unique constraint protects, in words that follow "there is already".
const CONFLICTS: [(&str, &str); 6] = [
    ("users_email_key", "a user with this e-mail address"),
    ("llm_providers_name_key", "a provider with this name"),
    ("user_agent_config_slug_key", "an agent with this short name"),
    ("config_revisions_number_key", "a newer configuration"),
    ("invitations_open_key", "an invitation for this e-mail address"),
    ("turns_open_key", "an answer under way in this conversation: wait for it, or stop it"),
];

/// What Postgres says of values that it cannot keep, in words for their author. Whatever checks a value before
/// it comes here says it better; these are the ones that nothing else asks about.
const UNKEEPABLE: [(&str, &str); 3] = [
    ("22021", "text must not contain the character U+0000"),
    ("22P05", "text must not contain the character U+0000"),
    ("22008", "this time is too far away"),
];

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        if is_transient(&error) {
            return Self::Unavailable(error);
        }
        match &error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt(error.to_string()),
            sqlx::Error::Database(refusal) => {
                let code = refusal.code().unwrap_or_default();
                if let Some((_, what)) = UNKEEPABLE.iter().find(|(known, _)| *known == code) {
                    return Self::Invalid((*what).to_owned());
                }
                let constraint = refusal.constraint().unwrap_or_default();
                match refusal.kind() {
                    ErrorKind::UniqueViolation => {
                        let known = CONFLICTS.iter().find(|(name, _)| *name == constraint);
                        known.map_or(Self::Defect(error), |(_, what)| Self::Conflict(what))
                    }
                    // The user was deleted a moment ago.
                    ErrorKind::ForeignKeyViolation if constraint.ends_with("_user_id_fkey") => Self::NotFound,
                    _ => Self::Defect(error),
                }
            }
            _ => Self::Defect(error),
        }
    }
}

/// Whether the error is the connection's, the server's or another transaction's doing.
pub(crate) fn is_transient(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(refusal) => {
            let code = refusal.code().unwrap_or_default();
            // Connection trouble, too few resources, an operator's doing, lost races.
            ["08", "53", "57", "40", "55P03"].iter().any(|class| code.starts_with(class))
        }
        _ => false,
    }
}

/// Whether the error is a unique constraint's, and which.
pub(crate) fn broken_unique(error: &sqlx::Error) -> Option<&str> {
    let refusal = error.as_database_error()?;
    if refusal.is_unique_violation() { refusal.constraint() } else { None }
}
