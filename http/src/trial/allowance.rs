//! How many tests there may be: each can cost its user money, and each makes a connection from this host.

use std::{collections::VecDeque, sync::Arc};

use chrono::TimeDelta;
use dashmap::DashMap;
use mosaic_model::{Clock, Timestamp, UserId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::failure::Failure;

/// How many tests one user may begin within [`WINDOW`].
const TESTS_MAX: usize = 12;
/// See [`TESTS_MAX`].
const WINDOW: TimeDelta = TimeDelta::minutes(1);
/// How many tests may be under way at once, of all users.
const AT_ONCE_MAX: usize = 16;
/// How many users are kept in mind before those whose window is over are forgotten.
const USERS_MAX: usize = 10_000;

/// Who began tests lately.
#[derive(Debug)]
pub(super) struct Allowance {
    begun: DashMap<UserId, VecDeque<Timestamp>>,
    at_once: Arc<Semaphore>,
    clock: Arc<dyn Clock>,
}

impl Allowance {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { begun: DashMap::new(), at_once: Arc::new(Semaphore::new(AT_ONCE_MAX)), clock }
    }

    /// Begins a test, which is over when the permit is dropped; or says how long to wait.
    pub(super) fn begin(&self, user: UserId) -> Result<OwnedSemaphorePermit, Failure> {
        let now = self.clock.now();
        if self.begun.len() >= USERS_MAX {
            self.begun.retain(|_, begun| begun.back().is_some_and(|last| now - *last < WINDOW));
        }
        let busy =
            |_| Failure::wait(TimeDelta::seconds(5), "Many providers are being tested. Try again shortly.");
        let permit = Arc::clone(&self.at_once).try_acquire_owned().map_err(busy)?;
        let mut begun = self.begun.entry(user).or_default();
        begun.retain(|at| now - *at < WINDOW);
        match begun.front() {
            Some(first) if begun.len() >= TESTS_MAX => {
                let wait = *first + WINDOW - now;
                let detail = format!(
                    "You have tested {TESTS_MAX} times within a minute. Try again in {} s.",
                    wait.num_seconds() + 1
                );
                Err(Failure::wait(wait, detail))
            }
            _ => {
                begun.push_back(now);
                Ok(permit)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Debug, Default)]
    struct Hand(Mutex<i64>);

    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH + TimeDelta::seconds(*self.0.lock().unwrap())
        }
    }

    fn user(seed: u8) -> UserId {
        UserId::new(Timestamp::UNIX_EPOCH, [seed; 10])
    }

    #[test]
    fn a_user_tests_so_many_times_a_minute_and_keeps_nobody_else_from_it() {
        let clock = Arc::new(Hand::default());
        let allowance = Allowance::new(Arc::clone(&clock) as Arc<dyn Clock>);
        for _ in 0..TESTS_MAX {
            assert!(allowance.begin(user(1)).is_ok());
        }
        assert!(allowance.begin(user(1)).is_err());
        assert!(allowance.begin(user(2)).is_ok());
        *clock.0.lock().unwrap() = 60;
        assert!(allowance.begin(user(1)).is_ok());
    }

    #[test]
    fn so_many_are_under_way_at_once_and_one_that_ends_makes_room() {
        let allowance = Allowance::new(Arc::new(Hand::default()));
        let seeds = 0..u8::try_from(AT_ONCE_MAX).unwrap();
        let mut under_way: Vec<_> = seeds.map(|seed| allowance.begin(user(seed)).unwrap()).collect();
        assert!(allowance.begin(user(99)).is_err());
        under_way.pop();
        assert!(allowance.begin(user(99)).is_ok());
    }
}
