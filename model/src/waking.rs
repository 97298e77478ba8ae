//! How far a cell is on its way up.

use std::{fmt, time::Duration};

/// How far a cell is on its way up, and how long the rest will take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waking {
    /// What is being done.
    pub phase: WakePhase,
    /// How long it will take until it is ready, by what starts took before; none where nothing is known yet, and
    /// while it waits for memory: nobody knows when others leave.
    pub left: Option<Duration>,
}

/// What is being done to get a cell up, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WakePhase {
    /// It waits until the host has memory for it.
    WaitingForMemory(WakePlace),
    /// It waits for its turn.
    Queued(WakePlace),
    /// Its container is being made.
    Creating,
    /// Its gateway is getting ready.
    Starting,
}

/// A place among all cells that wait to start, for memory or for their turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WakePlace {
    /// Counted from 1.
    pub number: u64,
    /// How many wait.
    pub of: u64,
}

impl WakePhase {
    /// Its place, while it waits.
    pub const fn place(self) -> Option<WakePlace> {
        match self {
            Self::WaitingForMemory(place) | Self::Queued(place) => Some(place),
            Self::Creating | Self::Starting => None,
        }
    }
}

impl fmt::Display for WakePhase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WaitingForMemory(WakePlace { number, of }) => {
                write!(f, "waiting for memory, {number} of {of}")
            }
            Self::Queued(WakePlace { number, of }) => write!(f, "queued {number} of {of}"),
            Self::Creating => f.write_str("creating"),
            Self::Starting => f.write_str("starting"),
        }
    }
}

impl fmt::Display for Waking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.left {
            Some(left) => write!(f, "{}, about {} s left", self.phase, left.as_secs_f64().ceil()),
            None => self.phase.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wake_says_how_far_it_is_and_how_long_it_takes() {
        let left = Some(Duration::from_millis(11_200));
        let place = WakePlace { number: 3, of: 7 };
        for (phase, left, says) in [
            (WakePhase::WaitingForMemory(place), None, "waiting for memory, 3 of 7"),
            (WakePhase::Queued(place), left, "queued 3 of 7, about 12 s left"),
            (WakePhase::Creating, None, "creating"),
            (WakePhase::Starting, Some(Duration::ZERO), "starting, about 0 s left"),
        ] {
            assert_eq!(Waking { phase, left }.to_string(), says);
        }
    }
}
