//! How long a start takes, learned from those that were: an average in which the last ones count most.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How much the last start counts against all before it.
const WEIGHT: f64 = 0.2;

/// What was learned of the two parts of a start.
#[derive(Debug, Default)]
pub(crate) struct Estimate {
    inner: Mutex<Learned>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Learned {
    /// From its turn to a container. Seconds.
    creating: Option<f64>,
    /// From a container to a gateway that is ready. Seconds.
    starting: Option<f64>,
}

impl Estimate {
    /// A container was made.
    pub(crate) fn created(&self, took: Duration) {
        learn(&mut self.inner().creating, took);
    }

    /// A gateway became ready.
    pub(crate) fn became_ready(&self, took: Duration) {
        learn(&mut self.inner().starting, took);
    }

    /// How long is left of a start whose turn has come so long ago, and whose container is not there yet.
    pub(crate) fn left_of_creating(&self, since: Duration) -> Option<Duration> {
        let Learned { creating, starting } = *self.inner();
        Some(left(creating?, since) + seconds(starting?))
    }

    /// How long is left until a gateway is ready whose container has been there for so long.
    pub(crate) fn left_of_starting(&self, since: Duration) -> Option<Duration> {
        Some(left(self.inner().starting?, since))
    }

    /// How long it takes until a cell is ready that is to be called after so many others, where so many start at
    /// the same time.
    pub(crate) fn left_in_line(&self, number: u64, at_once: usize) -> Option<Duration> {
        let Learned { creating, starting } = *self.inner();
        let whole = creating? + starting?;
        let at_once = u32::try_from(at_once.max(1)).unwrap_or(u32::MAX);
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        Some(seconds(whole * (f64::from(number) / f64::from(at_once) + 1.0)))
    }

    fn inner(&self) -> MutexGuard<'_, Learned> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn learn(average: &mut Option<f64>, took: Duration) {
    let took = took.as_secs_f64();
    *average = Some(average.map_or(took, |before| before + WEIGHT * (took - before)));
}

fn left(usual: f64, since: Duration) -> Duration {
    seconds((usual - since.as_secs_f64()).max(0.0))
}

fn seconds(secs: f64) -> Duration {
    Duration::try_from_secs_f64(secs).unwrap_or(Duration::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    #[test]
    fn nothing_is_foretold_before_anything_was_learned() {
        let estimate = Estimate::default();
        assert_eq!(estimate.left_in_line(3, 4), None);
        estimate.created(secs(2));
        assert_eq!(estimate.left_of_creating(secs(0)), None, "nothing became ready yet");
    }

    #[test]
    fn what_was_learned_is_foretold_and_the_last_starts_count_most() {
        let estimate = Estimate::default();
        estimate.created(secs(30));
        estimate.became_ready(secs(100));
        assert_eq!(estimate.left_of_creating(secs(5)), Some(secs(125)));
        for _ in 0..100 {
            estimate.created(secs(2));
            estimate.became_ready(secs(8));
        }
        let near = |left: Option<Duration>, wanted: f64| {
            let left = left.expect("it was learned").as_secs_f64();
            assert!((left - wanted).abs() < 0.01, "{left} is not {wanted}");
        };
        near(estimate.left_of_creating(secs(1)), 9.0);
        near(estimate.left_of_starting(secs(3)), 5.0);
        near(estimate.left_of_starting(secs(30)), 0.0);
        near(estimate.left_in_line(4, 4), 20.0);
        near(estimate.left_in_line(1, 4), 12.5);
    }
}
