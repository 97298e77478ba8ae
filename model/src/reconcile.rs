//! Three views of one cell held against each other: what the ledger expects, what the engine has, and, where
//! there is one, what the cell's actor believes. The first two are judged here; the third is fed the verdict
//! as an event and answers with its lifecycle.

use crate::{Generation, Nonce};

/// What tells one container of a cell from every other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    /// Which container of the cell.
    pub generation: Generation,
    /// 128 random bits, written on it when it was made: the image and the hardening are vouched for with it,
    /// since nobody else can have made a container that wears it.
    pub nonce: Nonce,
}

/// What the ledger says of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The marks of its present, or last, container.
    pub marks: Marks,
    /// Whether that container should be there.
    pub has_container: bool,
}

/// What comes of holding the ledger and the engine against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    /// No container, and none is expected.
    Nothing,
    /// The container that was made last for this cell: it is adopted.
    Ours,
    /// A container of a cell that has no owner: it is stopped, and its volume kept.
    Orphan,
    /// A container from before the last one was made, left by a start that was cut short: it is removed.
    Leftover,
    /// It wears the cell's labels and is not what the ledger says was made: it is never dialled, and removed.
    Imposter,
    /// One is expected, and there is none.
    Lost,
}

impl Finding {
    /// Every finding, in the order in which they are told.
    pub const ALL: [Self; 6] =
        [Self::Nothing, Self::Ours, Self::Orphan, Self::Leftover, Self::Imposter, Self::Lost];

    /// Its name in logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Ours => "ours",
            Self::Orphan => "orphan",
            Self::Leftover => "leftover",
            Self::Imposter => "imposter",
            Self::Lost => "lost",
        }
    }

    /// Whether a container was found that must go.
    pub const fn is_to_be_removed(self) -> bool {
        matches!(self, Self::Orphan | Self::Leftover | Self::Imposter)
    }
}

/// Holds the two views of a cell against each other.
pub fn judge(expected: Option<&Expected>, found: Option<&Marks>) -> Finding {
    match (expected, found) {
        (Some(expected), Some(found)) if expected.marks == *found => Finding::Ours,
        (Some(expected), Some(found)) if found.generation < expected.marks.generation => Finding::Leftover,
        (Some(_), Some(_)) => Finding::Imposter,
        (None, Some(_)) => Finding::Orphan,
        (Some(expected), None) if expected.has_container => Finding::Lost,
        (Some(_) | None, None) => Finding::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marks() -> impl Strategy<Value = Marks> {
        (0_u64..4, 0_u8..3).prop_map(|(generation, nonce)| Marks {
            generation: Generation(generation),
            nonce: Nonce::from_random([nonce; 16]),
        })
    }

    fn expected() -> impl Strategy<Value = Expected> {
        (marks(), any::<bool>()).prop_map(|(marks, has_container)| Expected { marks, has_container })
    }

    proptest! {
        #[test]
        fn only_the_very_container_that_was_made_last_is_adopted(
            expected in proptest::option::of(expected()),
            found in proptest::option::of(marks()),
        ) {
            let is_the_last = expected.as_ref().map(|it| &it.marks) == found.as_ref() && found.is_some();
            prop_assert_eq!(judge(expected.as_ref(), found.as_ref()) == Finding::Ours, is_the_last);
        }

        #[test]
        fn whatever_is_there_and_not_ours_goes(
            expected in proptest::option::of(expected()),
            found in proptest::option::of(marks()),
        ) {
            let finding = judge(expected.as_ref(), found.as_ref());
            prop_assert_eq!(finding.is_to_be_removed(), found.is_some() && finding != Finding::Ours);
        }

        /// One round leads to where a second finds nothing to do: what is to be removed is gone, and what was
        /// lost is written down as gone.
        #[test]
        fn a_second_look_finds_nothing_left_to_do(
            expected in proptest::option::of(expected()),
            found in proptest::option::of(marks()),
        ) {
            let finding = judge(expected.as_ref(), found.as_ref());
            let found = found.filter(|_| !finding.is_to_be_removed());
            let expected = expected.map(|it| Expected { has_container: found.is_some(), ..it });
            let again = judge(expected.as_ref(), found.as_ref());
            prop_assert!(matches!(again, Finding::Nothing | Finding::Ours), "{finding:?} then {again:?}");
        }
    }
}
