//! Changing the master key: sealing again, with the ring's first key, what an older one sealed.
//!
//! With `new,old` in the ring everything opens, before and after. Each transaction is small and locks the rows it
//! seals again, so others read and write beside it; what is done is done, so a rotation that was cut short is
//! simply run again. It ends with a count: when no value needs another key, `new` alone is enough.

mod guard;
mod reseal;

use mosaic_model::{AuditAction, AuditEntry, AuditTarget, By};

use crate::{KeyUse, Store, StoreError, sealed_columns};

/// How often all tables are gone through. What others seal meanwhile they seal with their own first key, so one
/// pass is enough where that is ours.
const PASSES_MAX: u32 = 5;

/// Why a rotation did not end as it should. Nothing is lost: everything still opens with the whole ring.
#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// The Mosaic that runs on this database could not read what is sealed anew.
    #[error(
        "the Mosaic that runs on this database does not have the first key of your MOSAIC_SECRET_KEY and could not \
         read what is sealed with it; nothing was changed. Restart it with the same ring `new,old`, then rotate"
    )]
    ManagerLacksKey,
    /// Some values still need another key.
    #[error(
        "{left} sealed values still need another key than the first ({unreadable} of them do not open at all: see \
         the log). Keep the whole ring, make sure that every Mosaic on this database has it, and rotate again"
    )]
    StillNeeded {
        /// How many.
        left: u64,
        /// How many of them were changed, or moved to where they do not belong.
        unreadable: u64,
    },
    /// The database did not do its part.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Which keys the sealed values need.
    pub async fn key_uses(&self) -> Result<Vec<KeyUse>, StoreError> {
        let mut connection = self.fleet().acquire().await?;
        let needed = sealed_columns::needed_keys(&mut connection).await?;
        Ok(sealed_columns::uses_of(self.keys(), needed))
    }

    /// Seals every secret again that was not sealed with the ring's first key, and makes sure that none is left;
    /// gives how many there were. Safe while others read and write, and to run again after it was cut short.
    pub async fn rotate_keys(&self, by: &By) -> Result<u64, RotationError> {
        if !self.manager_can_read_ours().await? {
            return Err(RotationError::ManagerLacksKey);
        }
        let mut resealed = 0;
        for _ in 0..PASSES_MAX {
            let pass = self.reseal_once().await?;
            resealed += pass.resealed;
            let left = self.values_of_other_keys().await?;
            if left == 0 {
                let entry = AuditEntry::done(by, AuditAction::KeysRotated, AuditTarget::None);
                self.audit(&entry.detailed(format!("{resealed} sealed anew"))).await?;
                return Ok(resealed);
            }
            if left == pass.unreadable {
                return Err(RotationError::StillNeeded { left, unreadable: left });
            }
        }
        let left = self.values_of_other_keys().await?;
        Err(RotationError::StillNeeded { left, unreadable: 0 })
    }

    async fn values_of_other_keys(&self) -> Result<u64, StoreError> {
        let uses = self.key_uses().await?;
        Ok(uses.iter().filter(|it| it.position != Some(1)).map(|it| it.values).sum())
    }
}
