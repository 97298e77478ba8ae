//! The vault: seals secrets with AES-256-GCM so that they open only where they belong.
//!
//! Every user has a key of their own, derived from the master key, and every sealed value is bound to its
//! table, row, owner and field. A row that is moved to another user, column or table does not open. The
//! vault holds keys and nothing else: it never reads or writes the database.

mod error;
mod place;
mod ring;
mod sealed;

pub use error::{KeyError, VaultError};
pub use place::{KeyOwner, Place};
pub use ring::KeyRing;
