//! Proof of ownership.

use crate::{CellId, UserId};

/// Proof that the code holding it acts for this user, or for this agent of the fleet's own.
///
/// Every read and write of a user's things takes an `Owner`, not a [`UserId`]: an id can come out of
/// a URL, an `Owner` only from [`Owner::vouch`], which lints allow in the few places that have just
/// authenticated the caller (or are that user's own actor).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner(CellId);

impl Owner {
    /// States that the caller is this user, or acts for this user alone.
    pub const fn vouch(user: UserId) -> Self {
        Self(CellId::User(user))
    }

    /// States that the caller acts for this cell alone: its user, the gateway in it, or an admin who looks after an
    /// agent of the fleet's own.
    pub const fn vouch_cell(cell: CellId) -> Self {
        Self(cell)
    }

    /// The id that the owner's things are kept under. An agent of the fleet's own has one as users do; no user ever
    /// has the same.
    pub const fn user_id(self) -> UserId {
        match self.0 {
            CellId::User(user) => user,
            CellId::System(system) => UserId::from_uuid(system.as_uuid()),
        }
    }

    /// The owner's cell.
    pub const fn cell(self) -> CellId {
        self.0
    }
}
