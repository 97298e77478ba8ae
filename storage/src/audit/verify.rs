//! Checking the log, and an export against it.

use std::collections::HashMap;

use mosaic_model::{AuditBreak, AuditEnd, AuditHash, AuditRecord};

use super::record::{RecordRow, parse_hash};
use crate::{Store, StoreError};

/// How many entries are read at once while the chain is checked.
const VERIFY_PAGE: i64 = 1_000;

/// What a check of the chain found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditCheck {
    /// Nothing was changed, left out or cut off.
    Sound {
        /// How many entries there are.
        entries: u64,
    },
    /// The chain does not hold.
    Broken(AuditBreak),
    /// The chain holds as far as it goes, but its last entry is not the one that was written: from some entry on
    /// the log was written anew.
    Rewritten {
        /// The last entry's number.
        number: u64,
    },
    /// The chain holds as far as it goes, but does not end where the sealed head says.
    CutOff {
        /// The last entry that is there.
        found: u64,
        /// The last entry that was written.
        written: u64,
    },
    /// What says where the log ends is gone, or was changed: nothing tells whether the log is whole.
    NoEnd,
}

/// What came of holding an export against the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditComparison {
    /// The log has these entries, as they are.
    Same,
    /// The log has another entry of this number.
    Differs {
        /// Which.
        number: u64,
    },
    /// The log does not have it.
    Missing {
        /// Which.
        number: u64,
    },
}

impl Store {
    /// Walks the whole chain and compares its end with the sealed head.
    pub async fn verify_audit(&self) -> Result<AuditCheck, StoreError> {
        let written = match self.audit_head().await {
            Ok(Some(head)) => head,
            Ok(None) | Err(StoreError::Corrupt(_) | StoreError::Vault(_)) => return Ok(AuditCheck::NoEnd),
            Err(error) => return Err(error),
        };
        let mut last = AuditEnd::GENESIS;
        loop {
            let page = self.records_after(last.number).await?;
            if page.is_empty() {
                break;
            }
            for row in page {
                let (record, hash): (AuditRecord, AuditHash) = row.try_into()?;
                last = match last.follow(&record, &hash) {
                    Ok(end) => end,
                    Err(broken) => return Ok(AuditCheck::Broken(broken)),
                };
                // What was added since the head was read is checked next time.
                if last.number == written.number && last.hash != written.hash {
                    return Ok(AuditCheck::Rewritten { number: last.number });
                }
            }
        }
        Ok(if last.number < written.number {
            AuditCheck::CutOff { found: last.number, written: written.number }
        } else {
            AuditCheck::Sound { entries: last.number }
        })
    }

    /// Whether the log has these entries, by their numbers and hashes.
    pub async fn compare_with_audit(
        &self,
        entries: &[(u64, AuditHash)],
    ) -> Result<AuditComparison, StoreError> {
        let numbers: Vec<i64> = entries.iter().map(|(number, _)| number.cast_signed()).collect();
        let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT number, hash
             FROM audit_log
             WHERE number = ANY($1)",
        )
        .bind(numbers)
        .fetch_all(self.fleet())
        .await?;
        let mut known = HashMap::new();
        for (number, hash) in rows {
            known.insert(number.cast_unsigned(), parse_hash(&hash)?);
        }
        for (number, hash) in entries {
            match known.get(number) {
                Some(stored) if stored == hash => {}
                Some(_) => return Ok(AuditComparison::Differs { number: *number }),
                None => return Ok(AuditComparison::Missing { number: *number }),
            }
        }
        Ok(AuditComparison::Same)
    }

    async fn records_after(&self, number: u64) -> Result<Vec<RecordRow>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT number, at, actor, actor_id, action, target, outcome, detail, address, request_id, hash
             FROM audit_log
             WHERE number > $1
             ORDER BY number
             LIMIT $2",
        )
        .bind(number.cast_signed())
        .bind(VERIFY_PAGE)
        .fetch_all(self.fleet())
        .await?;
        Ok(rows)
    }
}
