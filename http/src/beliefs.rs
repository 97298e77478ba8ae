//! What the database said a moment ago: the hot path is not the database's.
//!
//! An answer is believed for [`BELIEF`] and renewed behind the caller's back before that is over, so a busy
//! token never waits for the database. Whatever changes what somebody may do drops it at once.

use std::{
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use dashmap::DashMap;
use tokio::time::Instant;

/// How long an answer is believed.
const BELIEF: Duration = Duration::from_secs(5);
/// From this age on the next one who asks has it renewed.
const RENEWAL: Duration = Duration::from_secs(3);
/// How many answers of a kind are remembered; beyond it all are forgotten and asked for anew.
const REMEMBERED_MAX: usize = 50_000;

/// Answers of one kind.
#[derive(Debug)]
pub(crate) struct Beliefs<K: Eq + Hash, V> {
    known: DashMap<K, Belief<V>>,
    /// Counts how often something was dropped.
    drops: AtomicU64,
}

/// A question on its way to the database. Its answer counts for nothing if something was dropped meanwhile: it may
/// be from before that.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    drops: u64,
}

#[derive(Debug, Clone)]
struct Belief<V> {
    value: V,
    since: Instant,
    /// Whether somebody renews it already.
    renewing: Arc<AtomicBool>,
}

/// What is remembered of a key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Recall<V> {
    /// Nothing that may be believed.
    Nothing,
    /// An answer.
    Fresh(V),
    /// An answer that still holds; the caller, and no other, is to renew it.
    Aging(V),
}

impl<K: Eq + Hash, V> Default for Beliefs<K, V> {
    fn default() -> Self {
        Self { known: DashMap::new(), drops: AtomicU64::new(0) }
    }
}

impl<K: Eq + Hash, V: Clone> Beliefs<K, V> {
    /// Says that the database is about to be asked.
    pub(crate) fn ask(&self) -> Question {
        Question { drops: self.drops.load(Ordering::Acquire) }
    }

    pub(crate) fn recall(&self, key: &K) -> Recall<V> {
        let Some(belief) = self.known.get(key).map(|entry| entry.value().clone()) else {
            return Recall::Nothing;
        };
        match belief.since.elapsed() {
            age if age >= BELIEF => Recall::Nothing,
            age if age >= RENEWAL && !belief.renewing.swap(true, Ordering::AcqRel) => {
                Recall::Aging(belief.value)
            }
            _ => Recall::Fresh(belief.value),
        }
    }

    /// Believes the answer to a question, from now on.
    pub(crate) fn remember(&self, question: Question, key: K, value: V) {
        if self.known.len() >= REMEMBERED_MAX {
            self.known.clear();
        }
        let belief = Belief { value, since: Instant::now(), renewing: Arc::default() };
        // Looked at under the entry's lock, which whoever drops it takes after having counted.
        let entry = self.known.entry(key);
        if self.drops.load(Ordering::Acquire) == question.drops {
            entry.insert(belief);
        }
    }

    pub(crate) fn forget(&self, key: &K) {
        self.drops.fetch_add(1, Ordering::AcqRel);
        self.known.remove(key);
    }

    /// Drops every answer of which this is true.
    pub(crate) fn forget_where(&self, is_stale: impl Fn(&V) -> bool) {
        self.drops.fetch_add(1, Ordering::AcqRel);
        self.known.retain(|_, belief| !is_stale(&belief.value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_renewed_by_one_and_believed_by_all_until_it_is_old() {
        let beliefs = Beliefs::default();
        assert_eq!(beliefs.recall(&1), Recall::Nothing);
        beliefs.remember(beliefs.ask(), 1, "a");
        assert_eq!(beliefs.recall(&1), Recall::Fresh("a"));
        tokio::time::advance(RENEWAL).await;
        assert_eq!(beliefs.recall(&1), Recall::Aging("a"));
        assert_eq!(beliefs.recall(&1), Recall::Fresh("a"));
        beliefs.remember(beliefs.ask(), 1, "b");
        tokio::time::advance(RENEWAL).await;
        assert_eq!(beliefs.recall(&1), Recall::Aging("b"));
        tokio::time::advance(BELIEF).await;
        assert_eq!(beliefs.recall(&1), Recall::Nothing);
    }

    #[test]
    fn what_was_revoked_is_not_revived_by_an_answer_on_its_way() {
        let beliefs = Beliefs::default();
        beliefs.remember(beliefs.ask(), 2, "b");
        let before = beliefs.ask();
        beliefs.forget_where(|value| *value == "a");
        beliefs.remember(before, 1, "a");
        assert_eq!(beliefs.recall(&1), Recall::Nothing);
        assert_eq!(beliefs.recall(&2), Recall::Fresh("b"));
        let before = beliefs.ask();
        beliefs.forget(&2);
        beliefs.remember(before, 2, "b");
        assert_eq!(beliefs.recall(&2), Recall::Nothing);
    }
}
