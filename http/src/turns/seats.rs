//! How many of something one user may have at a time.

use std::sync::Arc;

use dashmap::DashMap;
use mosaic_model::UserId;

/// Counts by user. Who has none takes no room.
#[derive(Debug, Default)]
pub(crate) struct Seats {
    taken: DashMap<UserId, u32>,
}

/// One of them; given back when dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    seats: Arc<Seats>,
    user: UserId,
}

impl Seats {
    /// One more for this user, if they have fewer than `limit`.
    pub(crate) fn take(self: &Arc<Self>, user: UserId, limit: u32) -> Option<Seat> {
        let mut taken = self.taken.entry(user).or_default();
        if *taken >= limit {
            return None;
        }
        *taken += 1;
        Some(Seat { seats: Arc::clone(self), user })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.taken.remove_if_mut(&self.user, |_, taken| {
            *taken = taken.saturating_sub(1);
            *taken == 0
        });
    }
}

#[cfg(test)]
mod tests {
    use mosaic_model::Timestamp;

    use super::*;

    #[test]
    fn a_seat_that_is_left_is_free_and_others_have_their_own() {
        let seats = Arc::new(Seats::default());
        let user = |seed| UserId::new(Timestamp::UNIX_EPOCH, [seed; 10]);
        let (first, second) = (seats.take(user(1), 2), seats.take(user(1), 2));
        assert!(first.is_some() && second.is_some());
        assert!(seats.take(user(1), 2).is_none());
        assert!(seats.take(user(2), 2).is_some());
        drop(first);
        assert!(seats.take(user(1), 2).is_some());
        drop(second);
        assert!(seats.taken.is_empty(), "nobody has any");
    }
}
