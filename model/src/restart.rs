//! How often, and how soon, a container that died is tried again.

use std::time::Duration;

use chrono::TimeDelta;

use crate::Timestamp;

/// The limits of patience with a cell that keeps dying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RestartPolicy {
    /// How many deaths within [`window`](Self::window) are answered by another try.
    pub attempts: u32,
    /// Deaths older than this are forgotten.
    pub window: Duration,
    /// The wait before the second try of a series; the first is at once. Doubles with each further one.
    pub base_delay: Duration,
    /// The longest wait.
    pub max_delay: Duration,
}

impl Default for RestartPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            window: Duration::from_mins(10),
            base_delay: Duration::from_secs(1),
            max_delay: Duration::from_mins(1),
        }
    }
}

/// What to do about a death.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Try again after this long (zero: at once).
    RetryAfter(Duration),
    /// Stop trying until somebody changes something.
    GiveUp,
}

/// A cell's recent deaths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RestartBudget {
    deaths: Vec<Timestamp>,
}

impl RestartBudget {
    /// Takes up a history that was stored, oldest first.
    pub const fn from_deaths(deaths: Vec<Timestamp>) -> Self {
        Self { deaths }
    }

    /// The deaths still remembered, oldest first.
    pub fn deaths(&self) -> &[Timestamp] {
        &self.deaths
    }

    /// What one more death now would call for. `jitter` is a random number from 0 to 1; it shortens the
    /// delay by up to a half, so that cells that died together do not start together.
    pub fn verdict(&self, policy: &RestartPolicy, now: Timestamp, jitter: f64) -> Verdict {
        let recent = self.recent(policy, now);
        if recent >= policy.attempts {
            return Verdict::GiveUp;
        }
        let Some(doublings) = recent.checked_sub(1) else {
            return Verdict::RetryAfter(Duration::ZERO);
        };
        let full = policy.base_delay.saturating_mul(2_u32.saturating_pow(doublings)).min(policy.max_delay);
        Verdict::RetryAfter(full.mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0))
    }

    /// How many more deaths would be answered by another try now.
    pub fn left(&self, policy: &RestartPolicy, now: Timestamp) -> u32 {
        policy.attempts.saturating_sub(self.recent(policy, now))
    }

    /// Counts a death, and forgets those that have left the window.
    pub fn record(&mut self, policy: &RestartPolicy, now: Timestamp) {
        self.deaths.retain(|death| within(policy, *death, now));
        self.deaths.push(now);
    }

    /// Forgets every death: somebody changed something.
    pub fn clear(&mut self) {
        self.deaths.clear();
    }

    fn recent(&self, policy: &RestartPolicy, now: Timestamp) -> u32 {
        let recent = self.deaths.iter().filter(|death| within(policy, **death, now)).count();
        u32::try_from(recent).unwrap_or(u32::MAX)
    }
}

fn within(policy: &RestartPolicy, death: Timestamp, now: Timestamp) -> bool {
    now - death < TimeDelta::from_std(policy.window).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_timestamp(secs, 0).expect("in range")
    }

    #[test]
    fn the_first_death_is_answered_at_once_and_later_ones_ever_more_slowly() {
        let policy = RestartPolicy { attempts: 4, ..RestartPolicy::default() };
        let mut budget = RestartBudget::default();
        let mut delays = Vec::new();
        while let Verdict::RetryAfter(delay) = budget.verdict(&policy, at(0), 0.0) {
            delays.push(delay.as_secs());
            budget.record(&policy, at(0));
        }
        assert_eq!(delays, [0, 1, 2, 4]);
    }

    #[test]
    fn old_deaths_are_forgotten() {
        let policy = RestartPolicy::default();
        let mut budget = RestartBudget::from_deaths(vec![at(0), at(1), at(2)]);
        assert_eq!(budget.verdict(&policy, at(3), 0.5), Verdict::GiveUp);
        assert_eq!(budget.verdict(&policy, at(700), 0.5), Verdict::RetryAfter(Duration::ZERO));
        budget.record(&policy, at(700));
        assert_eq!(budget.deaths(), [at(700)]);
    }

    proptest! {
        /// Each death of a series doubles the wait, up to the longest; jitter takes at most half of it.
        #[test]
        fn waits_double_up_to_the_longest_and_are_spread(deaths in 1_u8..40, jitter in 0.0..=1.0_f64) {
            let policy = RestartPolicy { attempts: 100, ..RestartPolicy::default() };
            let budget = RestartBudget::from_deaths(vec![at(0); usize::from(deaths)]);
            let full = policy.base_delay.as_secs_f64() * 2_f64.powi(i32::from(deaths) - 1);
            let full = full.min(policy.max_delay.as_secs_f64());
            let Verdict::RetryAfter(delay) = budget.verdict(&policy, at(1), jitter) else {
                return Err(TestCaseError::fail("given up within the budget"));
            };
            let spread = full * (1.0 - jitter / 2.0);
            prop_assert!((delay.as_secs_f64() - spread).abs() < 1e-6, "{delay:?}");
        }

        #[test]
        fn tries_within_a_window_never_exceed_the_budget(
            attempts in 0_u32..8, gaps in prop::collection::vec(0_i64..200, 0..100), jitter in 0.0..1.0_f64,
        ) {
            let policy = RestartPolicy { attempts, ..RestartPolicy::default() };
            let mut budget = RestartBudget::default();
            let mut now = 0;
            let mut tries: Vec<i64> = Vec::new();
            for gap in gaps {
                now += gap;
                if let Verdict::RetryAfter(delay) = budget.verdict(&policy, at(now), jitter) {
                    prop_assert!(delay <= policy.max_delay);
                    budget.record(&policy, at(now));
                    tries.push(now);
                }
                let recent = tries.iter().filter(|tried| now - **tried < 600).count();
                prop_assert!(recent <= attempts as usize);
            }
        }
    }
}
