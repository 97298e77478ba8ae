//! Postgres: the only crate with SQL, and the vault that seals secrets.
//!
//! [`Store`] is the door. Whatever belongs to a user takes an [`Owner`](mosaic_model::Owner) and runs in a
//! transaction that row-level security confines to that owner; every statement names the owner as well.
//! [`EmbeddedPostgres`] brings a private database along where none is given.

mod agents;
mod audit;
mod configs;
mod containers;
mod conversations;
mod devices;
mod embedded;
mod error;
mod fence;
mod invitations;
mod news;
mod oidc;
mod onboarding;
mod passwords;
mod providers;
mod random;
mod rotation;
mod sealed_columns;
mod sessions;
mod settings;
mod store;
mod system_agents;
mod system_config;
#[cfg(feature = "testing")]
pub mod testing;
mod tokens;
mod users;
mod vault;
mod versions;
mod wishes;

pub use audit::{AuditCheck, AuditComparison, AuditFilter, AuditListed};
pub use configs::{CellConfig, ConfigStanding, Fallback, GivenConfig, RevisionError, Setup};
pub use containers::{
    CellEvent, CellRecord, CellSummary, FIGURE_PARTS, FigurePart, FleetEntry, FleetFigures, FleetFilter,
    FleetOwner, FleetPlace, FleetSort, WakeFigures,
};
pub use conversations::{BegunTurn, ConversationFilter, NewTurn, OpenTurn, TurnEnd};
pub use devices::KnownDevice;
pub use embedded::{EmbeddedError, EmbeddedPostgres};
pub use error::StoreError;
pub use fence::{Fence, FenceError};
pub use invitations::{Invitation, NewInvitation};
pub use mosaic_model::Role;
pub use news::News;
pub use oidc::{IdToken, OidcRecord, OidcRefusal, OidcSignIn, SecretChange};
pub use onboarding::OnboardError;
pub use passwords::PasswordCheck;
pub use providers::Removal;
pub use rotation::RotationError;
pub use sealed_columns::KeyUse;
pub use sessions::{LoginMethod, NewSession, SessionCaller, SessionRecord};
pub use settings::{SetError, VersionedSettings};
pub use store::{OpenError, Store};
pub use system_agents::{NewSystemAgent, SYSTEM_AGENTS_MAX, SystemAgent, SystemAgentChange};
pub use tokens::{Caller, NewToken, TokenRecord};
pub use users::{ShutOut, User, UserEntry, UserFilter};
pub use vault::{KeyError, KeyOwner, KeyRing, Place, VaultError};
