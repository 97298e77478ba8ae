//! Proof of ownership.

use crate::UserId;

/// Proof that the code holding it acts for this user.
///
/// Every read and write of a user's things takes an `Owner`, not a [`UserId`]: an id can come out of
/// a URL, an `Owner` only from [`Owner::vouch`], which lints allow in the few places that have just
/// authenticated the caller (or are that user's own actor).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner(UserId);

impl Owner {
    /// States that the caller is this user, or acts for this user alone.
    pub const fn vouch(user: UserId) -> Self {
        Self(user)
    }

    /// Who the owner is.
    pub const fn user_id(self) -> UserId {
        self.0
    }
}
