//! What happens in the fleet, told to whoever watches: a numbered list of the last changes, whoever's.
//!
//! An actor adds to it and goes on. A reader takes what is new when it gets round to it; one that is too slow
//! misses what has fallen off the list, is told so, and looks at everything anew.

use std::{
    collections::VecDeque,
    fmt,
    str::FromStr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use mosaic_model::{CellId, Timestamp, Transition};
use tokio::sync::watch;

use crate::{Fleet, world::World};

/// How many changes are kept for readers.
const KEPT: usize = 1_024;
/// The most changes that a reader is given at once.
const AT_ONCE: usize = 64;

/// A change in the fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetEvent {
    /// Its place: each change has the next number.
    pub number: u64,
    /// Whose.
    pub cell: CellId,
    /// What changed.
    pub step: Transition,
}

/// How far a reader is: in which life of the fleet, and up to which change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FleetMark {
    /// When that life began, in microseconds: numbers begin anew with it.
    life: i64,
    /// The last change that was read.
    number: u64,
}

impl fmt::Display for FleetMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.life, self.number)
    }
}

/// The text is no [`FleetMark`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a place in the fleet's events is two numbers with a hyphen between")]
pub struct ParseFleetMarkError;

impl FromStr for FleetMark {
    type Err = ParseFleetMarkError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (life, number) = text.split_once('-').ok_or(ParseFleetMarkError)?;
        let parse =
            |life: &str, number: &str| Some(Self { life: life.parse().ok()?, number: number.parse().ok()? });
        parse(life, number).ok_or(ParseFleetMarkError)
    }
}

/// The list.
#[derive(Debug)]
pub(crate) struct Journal {
    life: i64,
    last: Mutex<Recent>,
    /// The number of the last change.
    news: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Recent {
    events: VecDeque<FleetEvent>,
    /// How many there ever were.
    number: u64,
}

impl Journal {
    pub(crate) fn begin(now: Timestamp) -> Self {
        Self { life: now.timestamp_micros(), last: Mutex::default(), news: watch::Sender::new(0) }
    }

    /// Adds changes of a cell. Waits for nobody.
    pub(crate) fn tell(&self, cell: CellId, steps: Vec<Transition>) {
        if steps.is_empty() {
            return;
        }
        let mut recent = self.recent();
        for step in steps {
            recent.number += 1;
            let number = recent.number;
            recent.events.push_back(FleetEvent { number, cell, step });
        }
        let overflow = recent.events.len().saturating_sub(KEPT);
        recent.events.drain(..overflow);
        self.news.send_replace(recent.number);
    }

    /// At most [`AT_ONCE`] changes after this one; none at all if some of them are gone.
    fn after(&self, number: u64) -> Option<Vec<FleetEvent>> {
        let recent = self.recent();
        let behind = recent.number.checked_sub(number)?;
        let behind = usize::try_from(behind).ok().filter(|behind| *behind <= recent.events.len())?;
        let from = recent.events.len() - behind;
        Some(recent.events.iter().skip(from).take(AT_ONCE).cloned().collect())
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a reader hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FleetNews {
    /// These changes, in order; none was left out.
    Changed(Vec<FleetEvent>),
    /// Something was missed, or nothing is known yet: look at everything. What happens from now on is told.
    Missed,
}

/// A reader of the fleet's changes.
#[derive(Debug)]
pub struct FleetEvents {
    world: Arc<World>,
    news: watch::Receiver<u64>,
    /// The last change that was read; none where everything is to be looked at first.
    read: Option<u64>,
}

impl Fleet {
    /// Reads what happens in the fleet: from a mark on, where what followed it is still known, or else from now on,
    /// beginning with [`FleetNews::Missed`].
    pub fn events(&self, from: Option<FleetMark>) -> FleetEvents {
        let journal = &self.world.journal;
        let read = from.filter(|mark| mark.life == journal.life).map(|mark| mark.number);
        FleetEvents { news: journal.news.subscribe(), world: Arc::clone(&self.world), read }
    }
}

impl FleetEvents {
    /// Waits for news; none when the fleet closes. To be dropped while it waits loses nothing.
    pub async fn next(&mut self) -> Option<FleetNews> {
        let closing = self.world.closing.clone();
        loop {
            // Noted before the look, so that what is told in between is not waited for.
            let number = *self.news.borrow_and_update();
            let Some(read) = self.read else {
                self.read = Some(number);
                return Some(FleetNews::Missed);
            };
            match self.world.journal.after(read) {
                None => self.read = None,
                Some(events) if events.is_empty() => {
                    closing.run_until_cancelled(self.news.changed()).await?.ok()?;
                }
                Some(events) => {
                    self.read = events.last().map(|event| event.number);
                    return Some(FleetNews::Changed(events));
                }
            }
        }
    }

    /// The place of a change that it has read.
    pub fn mark_of(&self, event: &FleetEvent) -> FleetMark {
        FleetMark { life: self.world.journal.life, number: event.number }
    }

    /// How far it has read.
    pub fn mark(&self) -> FleetMark {
        FleetMark { life: self.world.journal.life, number: self.read.unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use mosaic_model::{State, StateKind, Trigger};
    use proptest::prelude::*;

    use super::*;
    use crate::tests::cell;

    fn step() -> Transition {
        Transition {
            at: Timestamp::UNIX_EPOCH,
            from: StateKind::Stopping,
            to: State::Absent,
            trigger: Trigger::Stopped,
            cause: None,
        }
    }

    proptest! {
        #[test]
        fn a_reader_gets_every_change_in_order_or_hears_that_it_missed_some(
            told in prop::collection::vec(0_usize..700, 1..12), reads in prop::collection::vec(any::<bool>(), 12),
        ) {
            let journal = Journal::begin(Timestamp::UNIX_EPOCH);
            let (mut read, mut all) = (0, 0_u64);
            for (count, reads) in told.into_iter().zip(reads) {
                journal.tell(cell(1), vec![step(); count]);
                all += u64::try_from(count).expect("small");
                while reads && read < all {
                    match journal.after(read) {
                        None => {
                            prop_assert!(all - read > 1_024, "{} behind is not too slow", all - read);
                            read = all;
                        }
                        Some(events) => {
                            prop_assert!(!events.is_empty() && events.len() <= AT_ONCE);
                            for event in events {
                                prop_assert_eq!(event.number, read + 1);
                                read = event.number;
                            }
                        }
                    }
                }
            }
            prop_assert_eq!(journal.after(all), Some(vec![]));
            prop_assert_eq!(journal.after(all + 1), None, "a change that never was");
            prop_assert!(journal.recent().events.len() <= KEPT);
        }

        #[test]
        fn a_mark_reads_back_from_its_text(life in any::<i64>(), number in any::<u64>()) {
            let mark = FleetMark { life, number };
            prop_assert_eq!(mark.to_string().parse().ok(), (life >= 0).then_some(mark));
        }

        #[test]
        fn any_text_is_a_mark_or_none(text in ".*") {
            let _ = text.parse::<FleetMark>();
        }
    }
}
