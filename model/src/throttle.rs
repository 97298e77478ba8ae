//! Patience with wrong passwords: delays that grow with each failure, and are forgotten in time.
//!
//! One [`Throttle`] counts the failures of one thing: an address, an account asked for by strangers, or
//! an account asked for by one browser that was signed in to it before. That the three are counted apart keeps
//! a stranger who guesses at an account from shutting its owner out of their own browser.

use chrono::TimeDelta;

use crate::Timestamp;

/// How failures are met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThrottlePolicy {
    /// So many failures cost nothing: people mistype.
    pub free: u32,
    /// The delay after the first failure that costs; doubles with each one more.
    pub first_delay: TimeDelta,
    /// The longest delay.
    pub longest_delay: TimeDelta,
    /// All is forgotten after this long without a failure.
    pub forget_after: TimeDelta,
}

/// What is remembered of one thing's failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Throttle {
    failures: u32,
    last: Option<Timestamp>,
}

impl ThrottlePolicy {
    /// For an account: an owner waits a minute at most, a guesser gets 1,440 tries a day at most.
    pub const ACCOUNT: Self = Self {
        free: 5,
        first_delay: TimeDelta::seconds(1),
        longest_delay: TimeDelta::seconds(60),
        forget_after: TimeDelta::hours(1),
    };
    /// For an address, from which several people may come.
    pub const ADDRESS: Self = Self {
        free: 20,
        first_delay: TimeDelta::seconds(1),
        longest_delay: TimeDelta::minutes(15),
        forget_after: TimeDelta::hours(1),
    };
}

impl Throttle {
    /// How long to wait before the next try; zero if it may be made now.
    pub fn wait(&self, policy: &ThrottlePolicy, now: Timestamp) -> TimeDelta {
        let Some(last) = self.last else { return TimeDelta::zero() };
        let costly = self.failures.saturating_sub(policy.free);
        if costly == 0 || self.is_forgotten(policy, now) {
            return TimeDelta::zero();
        }
        let doubled = policy.first_delay.checked_mul(1 << (costly - 1).min(20));
        let delay = doubled.map_or(policy.longest_delay, |delay| delay.min(policy.longest_delay));
        (last + delay - now).max(TimeDelta::zero())
    }

    /// A try failed.
    pub fn fail(&mut self, policy: &ThrottlePolicy, now: Timestamp) {
        let before = if self.is_forgotten(policy, now) { 0 } else { self.failures };
        *self = Self { failures: before.saturating_add(1), last: Some(now) };
    }

    /// A try that was counted as a failure beforehand was none.
    pub fn forgive(&mut self) {
        self.failures = self.failures.saturating_sub(1);
    }

    /// Whether there is nothing left to remember.
    pub fn is_forgotten(&self, policy: &ThrottlePolicy, now: Timestamp) -> bool {
        self.last.is_none_or(|last| now - last >= policy.forget_after)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::seconds(secs)
    }

    #[test]
    fn the_first_failures_are_free_and_then_delays_double() {
        let policy = ThrottlePolicy::ACCOUNT;
        let mut throttle = Throttle::default();
        let mut waits = Vec::new();
        for _ in 0..14 {
            throttle.fail(&policy, at(0));
            waits.push(throttle.wait(&policy, at(0)).num_seconds());
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    #[test]
    fn a_quiet_hour_forgets_everything() {
        let policy = ThrottlePolicy::ACCOUNT;
        let mut throttle = Throttle::default();
        for _ in 0..100 {
            throttle.fail(&policy, at(0));
        }
        assert_eq!(throttle.wait(&policy, at(3_600)), TimeDelta::zero());
        throttle.fail(&policy, at(3_600));
        assert_eq!(throttle.wait(&policy, at(3_600)), TimeDelta::zero());
    }

    proptest! {
        #[test]
        fn nobody_is_shut_out_for_longer_than_the_longest_delay(
            gaps in prop::collection::vec(0_i64..100, 0..200),
            later in 0_i64..10_000,
        ) {
            let policy = ThrottlePolicy::ADDRESS;
            let mut throttle = Throttle::default();
            let mut now = 0;
            for gap in gaps {
                now += gap;
                throttle.fail(&policy, at(now));
                prop_assert!(throttle.wait(&policy, at(now)) <= policy.longest_delay);
            }
            let (soon, late) = (throttle.wait(&policy, at(now)), throttle.wait(&policy, at(now + later)));
            prop_assert!(late <= soon);
            prop_assert_eq!(throttle.wait(&policy, at(now) + policy.longest_delay), TimeDelta::zero());
        }
    }
}
