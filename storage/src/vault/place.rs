//! Where a secret belongs.

use mosaic_model::UserId;
use uuid::Uuid;

/// Whose key seals a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOwner {
    /// A user's own key.
    User(UserId),
    /// The installation's.
    System,
}

impl KeyOwner {
    /// Names the owner in key derivation and in the authenticated data. Never changes: sealed values depend on it.
    pub(super) fn label(self) -> String {
        match self {
            Self::User(user) => format!("mosaic/user/{user}"),
            Self::System => "mosaic/system".to_owned(),
        }
    }
}

/// Where a secret belongs: sealed for one place, it opens in no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The table.
    pub table: &'static str,
    /// The row's identifier.
    pub row: Uuid,
    /// Whose secret it is.
    pub owner: KeyOwner,
    /// The column, or what is in it.
    pub field: &'a str,
}

impl Place<'_> {
    /// The place in bytes, each part behind its length, so that no two places look alike.
    pub(super) fn associated_data(&self, header: &[u8]) -> Vec<u8> {
        let owner = self.owner.label();
        let parts: [&[u8]; 5] =
            [header, self.table.as_bytes(), self.row.as_bytes(), owner.as_bytes(), self.field.as_bytes()];
        let mut bytes = Vec::with_capacity(192);
        for part in parts {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }
}
