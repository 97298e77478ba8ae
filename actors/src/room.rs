//! Room in the host's memory: who has it, and who waits for it, in order of asking.
//!
//! The rules are [`mosaic_model::who_must_go`]'s; here they are put to work. A cell has room from before its container
//! is made until after it is gone.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use mosaic_model::{CellId, CellStatus, State, WakePlace, cells_that_fit, who_must_go};
use tokio::{sync::Notify, time};

use crate::{cell::CellMsg, world::World};

/// How often a cell that waits looks again whether somebody may go: one that was in use may be idle since.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// The host's memory, as it is given out at this moment: each cell is counted with its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemoryFigures {
    /// How much all cells may have together, in mebibytes; none where there is no limit.
    pub budget_mib: Option<u32>,
    /// With how much each is counted, in mebibytes.
    pub each_mib: u32,
    /// How many have room and are not frozen.
    pub awake: u64,
    /// How many are frozen: they go first when others need the room.
    pub frozen: u64,
    /// How many wait for room.
    pub waiting: u64,
}

/// Who has room, and who waits for it.
#[derive(Debug, Default)]
pub(crate) struct Room {
    book: Mutex<Book>,
    /// Somebody left, or stopped waiting.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Book {
    present: BTreeSet<CellId>,
    waiting: VecDeque<CellId>,
}

impl Room {
    /// The cell has a container, whether there is room for it or not.
    pub(crate) fn hold(&self, cell: CellId) {
        self.book().present.insert(cell);
    }

    /// The cell has none any more.
    pub(crate) fn leave(&self, cell: CellId) {
        if self.book().present.remove(&cell) {
            self.changed.notify_waiters();
        }
    }

    /// Takes the room of all others back.
    pub(crate) fn keep(&self, still_there: impl Fn(CellId) -> bool) {
        self.book().present.retain(|cell| still_there(*cell));
        self.changed.notify_waiters();
    }

    /// Whether the cell waits for room.
    pub(crate) fn has_waiting(&self, cell: CellId) -> bool {
        self.book().waiting.contains(&cell)
    }

    /// Where the cell stands among those who wait for room, if it does.
    pub(crate) fn place(&self, cell: CellId) -> Option<WakePlace> {
        let book = self.book();
        let index = book.waiting.iter().position(|waiting| *waiting == cell)?;
        Some(WakePlace { number: index as u64 + 1, of: book.waiting.len() as u64 })
    }

    /// How many wait for room.
    pub(crate) fn waiting(&self) -> u64 {
        self.book().waiting.len() as u64
    }

    /// Takes the room, if it is the cell's turn and there is some.
    fn try_enter(&self, cell: CellId, fit: usize) -> bool {
        let mut book = self.book();
        let is_next = book.waiting.front() == Some(&cell) && book.present.len() < fit;
        let may = is_next || book.present.contains(&cell);
        if may {
            book.present.insert(cell);
        }
        may
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place among those who wait; given up when dropped.
struct Place {
    world: Arc<World>,
    cell: CellId,
}

impl Place {
    fn take(world: &Arc<World>, cell: CellId) -> Self {
        world.room.book().waiting.push_back(cell);
        Self { world: Arc::clone(world), cell }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let room = &self.world.room;
        room.book().waiting.retain(|waiting| *waiting != self.cell);
        room.changed.notify_waiters();
    }
}

/// Waits until the host has memory for the cell, and has others make room meanwhile.
pub(crate) async fn enter(world: &Arc<World>, cell: CellId) {
    let place = Place::take(world, cell);
    loop {
        let mut changed = std::pin::pin!(world.room.changed.notified());
        changed.as_mut().enable();
        if world.room.try_enter(cell, cells_that_fit(&world.settings())) {
            drop(place);
            return;
        }
        make_room(world);
        let _ = time::timeout(LOOK_AGAIN, changed).await;
    }
}

/// Who has room now, and how much there is.
pub(crate) fn figures(world: &World) -> MemoryFigures {
    let settings = world.settings();
    let (present, waiting) = {
        let book = world.room.book();
        (book.present.clone(), book.waiting.len() as u64)
    };
    let is_frozen = |cell: &&CellId| {
        world.status(**cell).is_some_and(|status| matches!(status.state, State::Frozen { .. }))
    };
    let frozen = present.iter().filter(is_frozen).count() as u64;
    let is_limited = cells_that_fit(&settings) != usize::MAX;
    MemoryFigures {
        budget_mib: is_limited.then_some(settings.host_memory_mib),
        each_mib: settings.memory_limit_mib,
        awake: present.len() as u64 - frozen,
        frozen,
        waiting,
    }
}

/// Has as many go as do not fit, or are waited for.
pub(crate) fn make_room(world: &World) {
    let fit = cells_that_fit(&world.settings());
    if fit == usize::MAX {
        return;
    }
    let (present, wanted) = {
        let book = world.room.book();
        (book.present.clone(), book.waiting.iter().filter(|it| !book.present.contains(it)).count())
    };
    let statuses: Vec<CellStatus> = present.iter().filter_map(|cell| world.status(*cell)).collect();
    for cell in who_must_go(fit, wanted, &statuses) {
        if let Some(actor) = world.actor(cell) {
            let _ = actor.cast(CellMsg::Evict);
        }
    }
}
