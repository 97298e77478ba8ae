//! Who waits to start, in which order: the rule of the queue, without a queue's waiting.
//!
//! Each cell stands in line once, however many requests it has, so that nobody gets ahead by asking more. There are two
//! lanes, in each the order is that of asking: cells that start, and those that are tried again after a death. A
//! cell that keeps dying does not hold up others' first starts, and others' first starts do not hold it up for ever.

use std::collections::{HashMap, VecDeque};

use mosaic_model::{CellId, WakePlace};

/// How many first starts may go ahead of one that waits to be tried again.
const FIRST_IN_A_ROW: u64 = 4;

/// In which lane a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lane {
    /// It has not died lately.
    First,
    /// It has.
    Again,
}

/// The line. `T` is what a cell that stands in it left there.
#[derive(Debug)]
pub(crate) struct Line<T> {
    first: VecDeque<Standing<T>>,
    again: VecDeque<Standing<T>>,
    /// Where each cell stands: it is asked for often, in long lines.
    by_cell: HashMap<CellId, (Lane, u64)>,
    /// How many first starts went ahead of the one that waits to be tried again.
    in_a_row: u64,
    tickets: u64,
}

#[derive(Debug)]
struct Standing<T> {
    ticket: u64,
    cell: CellId,
    left: T,
}

impl<T> Default for Line<T> {
    fn default() -> Self {
        Self {
            first: VecDeque::new(),
            again: VecDeque::new(),
            by_cell: HashMap::new(),
            in_a_row: 0,
            tickets: 0,
        }
    }
}

impl<T> Line<T> {
    /// Stands at the end of a lane; gives the ticket to leave with.
    pub(crate) fn join(&mut self, lane: Lane, cell: CellId, left: T) -> u64 {
        self.tickets += 1;
        let ticket = self.tickets;
        self.lane(lane).push_back(Standing { ticket, cell, left });
        self.by_cell.insert(cell, (lane, ticket));
        ticket
    }

    /// Whoever is next leaves the line.
    pub(crate) fn next(&mut self) -> Option<T> {
        let again = self.first.is_empty() || (!self.again.is_empty() && self.in_a_row >= FIRST_IN_A_ROW);
        let next = if again { self.again.pop_front() } else { self.first.pop_front() };
        self.in_a_row = if again || self.again.is_empty() { 0 } else { self.in_a_row + 1 };
        let next = next?;
        self.forget(next.cell, next.ticket);
        Some(next.left)
    }

    /// Leaves the line before its turn; nothing if the turn has come.
    pub(crate) fn leave(&mut self, lane: Lane, ticket: u64) {
        let lane = self.lane(lane);
        if let Some(index) = index_in(lane, ticket)
            && let Some(Standing { cell, .. }) = lane.remove(index)
        {
            self.forget(cell, ticket);
        }
        if self.again.is_empty() {
            self.in_a_row = 0;
        }
    }

    /// Everybody leaves.
    pub(crate) fn clear(&mut self) {
        *self = Self { tickets: self.tickets, ..Self::default() };
    }

    /// Where a cell stands, if it does: as many go before it as would if nobody else came.
    pub(crate) fn place(&self, cell: CellId) -> Option<WakePlace> {
        let (lane, ticket) = *self.by_cell.get(&cell)?;
        let (first, again) = (self.first.len() as u64, self.again.len() as u64);
        let before = match lane {
            Lane::First => {
                let index = index_in(&self.first, ticket)? as u64;
                index + again.min((self.in_a_row + index) / FIRST_IN_A_ROW)
            }
            Lane::Again => {
                let index = index_in(&self.again, ticket)? as u64;
                index + first.min((index + 1) * FIRST_IN_A_ROW - self.in_a_row)
            }
        };
        Some(WakePlace { number: before + 1, of: first + again })
    }

    /// How many stand in line.
    pub(crate) fn len(&self) -> usize {
        self.first.len() + self.again.len()
    }

    /// A cell that has come again since then stands where it stands now.
    fn forget(&mut self, cell: CellId, ticket: u64) {
        if self.by_cell.get(&cell).is_some_and(|(_, latest)| *latest == ticket) {
            self.by_cell.remove(&cell);
        }
    }

    const fn lane(&mut self, lane: Lane) -> &mut VecDeque<Standing<T>> {
        match lane {
            Lane::First => &mut self.first,
            Lane::Again => &mut self.again,
        }
    }
}

/// Tickets rise along a lane.
fn index_in<T>(lane: &VecDeque<Standing<T>>, ticket: u64) -> Option<usize> {
    lane.binary_search_by_key(&ticket, |standing| standing.ticket).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tests::cell;

    #[derive(Debug, Clone, Copy)]
    enum Step {
        Join(Lane),
        Next,
        Leave(prop::sample::Index),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => Just(Step::Join(Lane::First)),
            2 => Just(Step::Join(Lane::Again)),
            3 => Just(Step::Next),
            1 => any::<prop::sample::Index>().prop_map(Step::Leave),
        ];
        prop::collection::vec(step, 0..60)
    }

    proptest! {
        #[test]
        fn the_place_that_is_shown_is_the_place_in_which_a_cell_is_called(steps in steps()) {
            let mut line = Line::default();
            let mut standing: Vec<(Lane, u64, CellId)> = Vec::new();
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Join(lane) => {
                        let cell = cell(number as u128);
                        standing.push((lane, line.join(lane, cell, cell), cell));
                    }
                    Step::Next => {
                        let next = line.next();
                        standing.retain(|(.., cell)| Some(*cell) != next);
                    }
                    Step::Leave(index) if !standing.is_empty() => {
                        let (lane, ticket, _) = standing.remove(index.index(standing.len()));
                        line.leave(lane, ticket);
                    }
                    Step::Leave(_) => {}
                }
                prop_assert_eq!(line.len(), standing.len());
            }
            let shown: Vec<(CellId, WakePlace)> =
                standing.iter().map(|(.., cell)| (*cell, line.place(*cell).expect("it stands there"))).collect();
            let called: Vec<CellId> = std::iter::from_fn(|| line.next()).collect();
            prop_assert_eq!(called.len(), shown.len());
            for (cell, place) in shown {
                let number = called.iter().position(|it| *it == cell).expect("everybody is called") as u64 + 1;
                prop_assert_eq!(place, WakePlace { number, of: called.len() as u64 });
            }
        }

        #[test]
        fn nobody_waits_for_more_than_their_share_whatever_others_do(
            ahead in 0_u64..20, flood in prop::collection::vec(any::<bool>(), 200), is_again in any::<bool>(),
        ) {
            let lane = if is_again { Lane::Again } else { Lane::First };
            let mut line = Line::default();
            for number in 0..ahead {
                line.join(lane, cell(u128::from(number)), false);
            }
            line.join(lane, cell(1_000), true);
            let mut calls = 0;
            for (number, first) in flood.into_iter().enumerate() {
                // Others come faster than anybody is called.
                for more in 0..2 {
                    let lane = if first { Lane::First } else { Lane::Again };
                    line.join(lane, cell(10_000 + 2 * number as u128 + more), false);
                }
                calls += 1;
                if line.next() == Some(true) {
                    break;
                }
            }
            let most = if is_again { (ahead + 1) * (FIRST_IN_A_ROW + 1) } else { (ahead + 1) * 2 };
            prop_assert!(calls <= most, "called after {calls} with {ahead} ahead");
        }
    }

    #[test]
    fn within_a_lane_the_order_is_that_of_asking_and_first_starts_go_ahead() {
        let mut line = Line::default();
        for name in ["a1", "a2"] {
            line.join(Lane::Again, cell(1), name);
        }
        for name in ["f1", "f2", "f3", "f4", "f5", "f6"] {
            line.join(Lane::First, cell(2), name);
        }
        let called: Vec<&str> = std::iter::from_fn(|| line.next()).collect();
        assert_eq!(called, ["f1", "f2", "f3", "f4", "a1", "f5", "f6", "a2"]);
    }
}
