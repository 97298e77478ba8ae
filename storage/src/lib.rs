//! Postgres: the only crate with SQL, and the vault that seals secrets.
//!
//! [`Store`] is the door. Whatever belongs to a user takes an [`Owner`](mosaic_model::Owner) and runs in a
//! transaction that row-level security confines to that owner; every statement names the owner as well.
//! [`EmbeddedPostgres`] brings a private database along where none is given.

mod agents;
mod configs;
mod containers;
mod embedded;
mod error;
mod fence;
mod password;
mod providers;
mod random;
mod rotation;
mod store;
mod system_config;
#[cfg(feature = "testing")]
pub mod testing;
mod tokens;
mod users;
mod vault;

pub use configs::{Revision, RevisionError, Setup};
pub use containers::{CellRecord, CellSummary};
pub use embedded::{EmbeddedError, EmbeddedPostgres};
pub use error::StoreError;
pub use fence::{Fence, FenceError};
pub use store::{OpenError, Store};
pub use system_config::SetError;
pub use tokens::{Caller, TokenRecord};
pub use users::{Role, User};
pub use vault::{KeyError, KeyOwner, KeyRing, Place, VaultError};
