//! Whether a running gateway still lives, from what came of its last health checks.

use std::collections::VecDeque;

/// How many of the last checks must fail before a gateway counts as hung.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HealthPolicy {
    /// So many failed checks make it hung.
    pub misses: usize,
    /// Of so many last ones: one good check among bad ones proves nothing, many good ones do.
    pub window: usize,
}

impl Default for HealthPolicy {
    fn default() -> Self {
        Self { misses: 3, window: 5 }
    }
}

/// What came of a gateway's last health checks.
#[derive(Debug, Clone, Default)]
pub struct Pulse {
    recent: VecDeque<bool>,
}

impl Pulse {
    /// Takes in whether a check was answered.
    pub fn note(&mut self, policy: HealthPolicy, answered: bool) {
        self.recent.push_back(answered);
        while self.recent.len() > policy.window {
            self.recent.pop_front();
        }
    }

    /// How many of the last checks failed.
    pub fn missed(&self) -> usize {
        self.recent.iter().filter(|answered| !**answered).count()
    }

    /// Whether the gateway counts as hung.
    pub fn is_lost(&self, policy: HealthPolicy) -> bool {
        self.missed() >= policy.misses
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POLICY: HealthPolicy = HealthPolicy { misses: 3, window: 5 };

    fn lost_after(checks: &[bool]) -> Option<usize> {
        let mut pulse = Pulse::default();
        checks.iter().position(|answered| {
            pulse.note(POLICY, *answered);
            pulse.is_lost(POLICY)
        })
    }

    #[test]
    fn one_slow_answer_is_no_death_and_one_good_answer_no_recovery() {
        assert_eq!(lost_after(&[false, false, true, true, true, false, false]), None);
        assert_eq!(lost_after(&[false, false, false]), Some(2));
        assert_eq!(lost_after(&[true, false, true, false, false]), Some(4));
    }

    proptest! {
        /// Lost exactly when the last checks say so, whatever was before them.
        #[test]
        fn only_the_last_checks_count(checks in prop::collection::vec(any::<bool>(), 0..40)) {
            let mut pulse = Pulse::default();
            for (index, answered) in checks.iter().enumerate() {
                pulse.note(POLICY, *answered);
                let last = &checks[(index + 1).saturating_sub(POLICY.window)..=index];
                let missed = last.iter().filter(|answered| !**answered).count();
                prop_assert_eq!(pulse.missed(), missed);
                prop_assert_eq!(pulse.is_lost(POLICY), missed >= POLICY.misses);
            }
        }
    }
}
