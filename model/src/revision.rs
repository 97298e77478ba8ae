//! Revisions of a cell's configuration: which of them a container is given.
//!
//! Normally the wanted one. Where a gateway refused to start with that, the last one that a gateway was well with
//! stands in for it, once, until its owner changes something. Nothing is remembered but what became of each
//! revision; the choice is made anew whenever a container asks.

mod difference;
mod revive;

pub use difference::{Difference, DifferenceKind, difference};
pub use revive::revive;

/// What became of a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevisionFate {
    /// No gateway started with it has said yet.
    Untried,
    /// A gateway started with it, became ready and was well afterwards.
    Healthy,
    /// The gateway that was started with it last refused it.
    Refused,
}

impl RevisionFate {
    /// Its word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Untried => "untried",
            Self::Healthy => "healthy",
            Self::Refused => "refused",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Untried, Self::Healthy, Self::Refused].into_iter().find(|fate| fate.as_str() == word)
    }
}

/// A recorded revision, as far as the choice goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevisionMark {
    /// Its number among its owner's; later ones have higher numbers.
    pub number: i64,
    /// What became of it.
    pub fate: RevisionFate,
}

/// The revisions that could stand in for the wanted one, the best first: none unless that was refused.
pub fn stand_ins(wanted: i64, marks: &[RevisionMark]) -> Vec<i64> {
    let is_refused = |mark: &RevisionMark| mark.number == wanted && mark.fate == RevisionFate::Refused;
    if !marks.iter().any(is_refused) {
        return Vec::new();
    }
    let healthy = marks.iter().filter(|mark| mark.fate == RevisionFate::Healthy);
    let mut numbers: Vec<i64> = healthy.map(|mark| mark.number).filter(|number| *number != wanted).collect();
    numbers.sort_unstable_by(|one, other| other.cmp(one));
    numbers
}

/// Whether another revision may be tried at once after the one that a container was started with was refused.
/// A refused stand-in is followed by nothing: falling back happens once.
pub const fn may_fall_back(started_with: i64, wanted: i64) -> bool {
    started_with == wanted
}

#[cfg(test)]
mod tests;
