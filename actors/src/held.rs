//! Requests that are held until their cells can serve them: bounded in number and in bytes, and nobody takes all of
//! it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use mosaic_model::{CellId, Settings};

use crate::FleetError;

/// What part of the bytes the requests of one cell may take.
const SHARE: usize = 4;
/// When a caller over a limit should come back.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// What is held.
#[derive(Debug, Default)]
pub(crate) struct Held {
    all: Arc<Mutex<Counts>>,
}

#[derive(Debug, Default)]
struct Counts {
    requests: usize,
    bytes: usize,
    by_cell: HashMap<CellId, usize>,
}

impl Held {
    /// A place for one more request of so many bytes, as long as it waits.
    pub(crate) fn take(
        &self,
        cell: CellId,
        bytes: usize,
        settings: &Settings,
    ) -> Result<HeldPlace, FleetError> {
        let most =
            usize::try_from(settings.held_memory_mib).unwrap_or(usize::MAX).saturating_mul(1024 * 1024);
        let mut counts = self.counts();
        let own = counts.by_cell.get(&cell).copied().unwrap_or_default();
        // One request is let in however large: what a request may be is the door's to say.
        if own > 0 && own + bytes > most / SHARE {
            return Err(FleetError::TooMany { retry_after: RETRY_AFTER });
        }
        let is_full = counts.requests >= settings.held_requests as usize;
        if is_full || (counts.bytes > 0 && counts.bytes + bytes > most) {
            return Err(FleetError::Crowded { retry_after: RETRY_AFTER });
        }
        counts.requests += 1;
        counts.bytes += bytes;
        *counts.by_cell.entry(cell).or_default() += bytes;
        Ok(HeldPlace { all: Arc::clone(&self.all), cell, bytes })
    }

    /// How many requests are held.
    pub(crate) fn requests(&self) -> usize {
        self.counts().requests
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request's place among those that are held; given back when dropped.
#[derive(Debug)]
pub(crate) struct HeldPlace {
    all: Arc<Mutex<Counts>>,
    cell: CellId,
    bytes: usize,
}

impl Drop for HeldPlace {
    fn drop(&mut self) {
        let mut counts = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        counts.requests -= 1;
        counts.bytes -= self.bytes;
        if let Some(own) = counts.by_cell.get_mut(&self.cell) {
            *own -= self.bytes;
            if *own == 0 {
                counts.by_cell.remove(&self.cell);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tests::cell;

    const MIB: usize = 1024 * 1024;

    proptest! {
        #[test]
        fn what_is_held_is_bounded_and_given_back(
            requests in prop::collection::vec((0_u128..4, 0_usize..3 * MIB, any::<bool>()), 0..60),
        ) {
            let settings = Settings { held_requests: 10, held_memory_mib: 8, ..Settings::default() };
            let held = Held::default();
            let mut places = Vec::new();
            for (number, bytes, leaves) in requests {
                if leaves {
                    places.pop();
                }
                places.extend(held.take(cell(number), bytes, &settings).ok());
                let counts = held.counts();
                prop_assert!(counts.requests <= 10 && counts.bytes <= 8 * MIB);
                prop_assert!(counts.by_cell.values().all(|own| *own <= 3 * MIB));
                prop_assert_eq!(counts.requests, places.len());
            }
            places.clear();
            let counts = held.counts();
            prop_assert_eq!((counts.requests, counts.bytes, counts.by_cell.len()), (0, 0, 0));
        }
    }

    #[test]
    fn one_cell_does_not_take_all_of_it() {
        let settings = Settings { held_memory_mib: 8, ..Settings::default() };
        let held = Held::default();
        let first = held.take(cell(1), 2 * MIB, &settings).expect("there is room");
        assert!(matches!(held.take(cell(1), 1, &settings), Err(FleetError::TooMany { .. })));
        let _others: Vec<_> =
            (2..5).map(|it| held.take(cell(it), 2 * MIB, &settings).expect("room")).collect();
        assert!(matches!(held.take(cell(5), 1, &settings), Err(FleetError::Crowded { .. })));
        drop(first);
        held.take(cell(5), 1, &settings).expect("there is room again");
    }
}
