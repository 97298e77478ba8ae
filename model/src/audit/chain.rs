//! Following the chain: from the first entry on, or through the entries of an export.

use super::{AUDIT_GENESIS, AuditHash, AuditRecord};

/// How far a chain was followed: its last entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditEnd {
    /// The last entry's number; 0 before the first.
    pub number: u64,
    /// Its hash.
    pub hash: AuditHash,
}

/// Where a chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AuditBreak {
    /// The entry, or its hash, is not as it was written.
    #[error("entry {number} is not as it was written: it, or its hash, was changed afterwards")]
    Changed {
        /// Which.
        number: u64,
    },
    /// The entry is not there, and later ones are.
    #[error("entry {number} is missing: it was taken out of the log")]
    Missing {
        /// Which.
        number: u64,
    },
    /// The entry stands behind one that came later, or stands there twice.
    #[error("entry {number} stands behind a later one, or twice")]
    Disordered {
        /// Which.
        number: u64,
    },
}

impl AuditEnd {
    /// Before the first entry.
    pub const GENESIS: Self = Self { number: 0, hash: AUDIT_GENESIS };

    /// The end after one more entry, which must be the very next one.
    pub fn follow(self, record: &AuditRecord, hash: &AuditHash) -> Result<Self, AuditBreak> {
        let next = self.number + 1;
        if record.number < next {
            return Err(AuditBreak::Disordered { number: record.number });
        }
        if record.number > next {
            return Err(AuditBreak::Missing { number: next });
        }
        if record.hash(&self.hash) != *hash {
            return Err(AuditBreak::Changed { number: next });
        }
        Ok(Self { number: next, hash: *hash })
    }
}

/// An export as far as it was read. It may leave entries out: each brings the hash before it along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuditExcerpt {
    /// How many entries there were.
    pub entries: u64,
    /// The first one's number.
    pub first: u64,
    /// The last one's number.
    pub last: u64,
    /// In how many places entries are left out between the first and the last.
    pub gaps: u64,
    last_hash: AuditHash,
}

impl AuditExcerpt {
    /// Takes one more entry, with the hash that stood before it and its own.
    pub fn follow(
        &mut self,
        record: &AuditRecord,
        previous: &AuditHash,
        hash: &AuditHash,
    ) -> Result<(), AuditBreak> {
        let number = record.number;
        if number <= self.last {
            return Err(AuditBreak::Disordered { number });
        }
        let is_next = number == self.last + 1;
        // Before the first entry the last hash is the genesis, which is all zeros as well.
        if (is_next && *previous != self.last_hash) || record.hash(previous) != *hash {
            return Err(AuditBreak::Changed { number });
        }
        if self.entries == 0 {
            self.first = number;
        } else if !is_next {
            self.gaps += 1;
        }
        self.entries += 1;
        self.last = number;
        self.last_hash = *hash;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{AuditAction, AuditEntry, AuditTarget, By, Timestamp};

    /// A sound chain: each record with the hash before it and its own.
    fn chain(length: u64) -> Vec<(AuditRecord, AuditHash, AuditHash)> {
        let mut previous = AUDIT_GENESIS;
        let links = (1..=length).map(|number| {
            let entry = AuditEntry::done(&By::host(), AuditAction::Login, AuditTarget::None);
            let record = AuditRecord::new(number, Timestamp::UNIX_EPOCH, &entry.detailed(number.to_string()));
            let hash = record.hash(&previous);
            let link = (record, previous, hash);
            previous = hash;
            link
        });
        links.collect()
    }

    fn follow(links: &[(AuditRecord, AuditHash, AuditHash)]) -> Result<AuditEnd, AuditBreak> {
        links.iter().try_fold(AuditEnd::GENESIS, |end, (record, _, hash)| end.follow(record, hash))
    }

    fn read(links: &[(AuditRecord, AuditHash, AuditHash)]) -> Result<AuditExcerpt, AuditBreak> {
        let mut excerpt = AuditExcerpt::default();
        for (record, previous, hash) in links {
            excerpt.follow(record, previous, hash)?;
        }
        Ok(excerpt)
    }

    proptest! {
        #[test]
        fn a_sound_chain_is_followed_to_its_end(length in 0_u64..20) {
            let links = chain(length);
            prop_assert_eq!(follow(&links).map(|end| end.number), Ok(length));
            let excerpt = read(&links).expect("sound");
            prop_assert_eq!((excerpt.entries, excerpt.last, excerpt.gaps), (length, length, 0));
        }

        #[test]
        fn an_entry_that_was_changed_is_named(length in 1_u64..20, which: prop::sample::Index) {
            let mut links = chain(length);
            let place = which.index(links.len());
            links[place].0.detail.push('x');
            let broken = AuditBreak::Changed { number: place as u64 + 1 };
            prop_assert_eq!(follow(&links), Err(broken));
            prop_assert_eq!(read(&links), Err(broken));
            // Even with a hash that belongs to the new words: the next entry, or nothing, gives it away.
            links[place].2 = links[place].0.hash(&links[place].1);
            prop_assert_eq!(follow(&links).is_err(), place + 1 < links.len());
            prop_assert_eq!(read(&links).is_err(), place + 1 < links.len());
        }

        #[test]
        fn an_entry_that_was_taken_out_breaks_the_log_and_is_a_gap_in_an_export(
            length in 3_u64..20,
            which: prop::sample::Index,
        ) {
            let mut links = chain(length);
            let place = which.index(links.len() - 2) + 1;
            links.remove(place);
            prop_assert_eq!(follow(&links), Err(AuditBreak::Missing { number: place as u64 + 1 }));
            prop_assert_eq!(read(&links).map(|it| (it.entries, it.gaps)), Ok((length - 1, 1)));
        }

        #[test]
        fn entries_that_changed_places_are_found(length in 2_u64..20, which: prop::sample::Index) {
            let mut links = chain(length);
            let place = which.index(links.len() - 1);
            links.swap(place, place + 1);
            prop_assert!(follow(&links).is_err());
            prop_assert!(read(&links).is_err());
        }
    }
}
