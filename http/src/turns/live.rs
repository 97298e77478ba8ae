//! A turn under way: what it has told so far, for all who watch it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use mosaic_api::{ConversationEvent, ConversationNews, TurnBody};
use mosaic_model::{ChatCursor, TokenUsage, Turn, TurnEvent, TurnFailure, TurnId, TurnState};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    bodies::{failure_body, state_body, turn_body, usage_body},
    waking::HowFar,
};

/// The most words that are told in one event to somebody who is behind. Bytes.
const DELTA_MAX_BYTES: usize = 64 * 1024;

/// A turn under way.
#[derive(Debug)]
pub(crate) struct Live {
    pub(crate) id: TurnId,
    pub(crate) number: u64,
    /// Its user wants no more of it.
    pub(crate) stop: CancellationToken,
    /// How many events there are.
    told: watch::Sender<usize>,
    log: Mutex<Log>,
}

#[derive(Debug)]
struct Log {
    turn: Turn,
    /// The events behind the first, which is the turn as it began.
    entries: Vec<Entry>,
}

/// An event. Words stand in the turn's answer; here is only which.
#[derive(Debug, Clone)]
enum Entry {
    Waking(HowFar),
    Delta { from: usize, to: usize },
    Ended,
}

impl Live {
    pub(super) fn new(turn: Turn) -> Self {
        Self {
            id: turn.id,
            number: turn.number,
            stop: CancellationToken::new(),
            told: watch::Sender::new(1),
            log: Mutex::new(Log { turn, entries: Vec::new() }),
        }
    }

    /// Notes what happened; the state it leads to, or none where it cannot happen any more.
    pub(super) fn advance(&self, event: TurnEvent) -> Option<TurnState> {
        let mut log = self.log();
        let next = log.turn.state.apply(event);
        let next = next.inspect_err(|error| tracing::warn!(%error, "a turn's event comes too late")).ok()?;
        log.turn.state = next;
        Some(next)
    }

    pub(super) fn waking(&self, how_far: HowFar) {
        self.tell(|_| Some(Entry::Waking(how_far)));
    }

    /// More words; how long the answer is now. Bytes.
    pub(super) fn add(&self, text: &str) -> usize {
        self.tell(|turn| {
            let from = turn.answer.len();
            turn.answer.push_str(text);
            (!text.is_empty()).then_some(Entry::Delta { from, to: turn.answer.len() })
        })
    }

    /// It is over, and kept as such.
    pub(super) fn end(&self, failure: Option<TurnFailure>, usage: Option<TokenUsage>, at: DateTime<Utc>) {
        self.tell(|turn| {
            turn.failure = failure;
            turn.usage = usage;
            turn.finished_at = Some(at);
            Some(Entry::Ended)
        });
    }

    fn tell(&self, event: impl FnOnce(&mut Turn) -> Option<Entry>) -> usize {
        let (count, length) = {
            let mut log = self.log();
            let entry = event(&mut log.turn);
            log.entries.extend(entry);
            (log.entries.len() + 1, log.turn.answer.len())
        };
        self.told.send_replace(count);
        length
    }

    /// What has come of the answer behind this many bytes, and the number of the last event that is in it.
    pub(super) fn answer_from(&self, bytes: usize) -> (u64, String) {
        let log = self.log();
        (log.entries.len() as u64 + 1, log.turn.answer[bytes..].to_owned())
    }

    /// Hears of more events.
    pub(super) fn watch(&self) -> watch::Receiver<usize> {
        self.told.subscribe()
    }

    /// The turn as it is now, and the cursor from which its events go on.
    pub(crate) fn now(&self) -> (TurnBody, ChatCursor) {
        let log = self.log();
        let cursor = match log.entries.last() {
            Some(Entry::Ended) => ChatCursor::ended(self.number),
            _ => ChatCursor::at(self.number, log.entries.len() as u64 + 1),
        };
        (turn_body(log.turn.clone()), cursor)
    }

    /// The events behind this many, with neighbouring words in one, and where they end.
    pub(super) fn after(&self, seen: u64) -> Vec<ConversationEvent> {
        let log = self.log();
        let mut events = Vec::new();
        if seen == 0 {
            let began = Box::new(turn_body(log.as_it_began()));
            events.push(self.event(1, ConversationNews::Turn { turn: began }));
        }
        let skipped = usize::try_from(seen.saturating_sub(1)).unwrap_or(usize::MAX);
        let mut words: Option<(usize, usize, u64)> = None;
        for (index, entry) in log.entries.iter().enumerate().skip(skipped) {
            let number = index as u64 + 2;
            if let Entry::Delta { from, to } = entry {
                match &mut words {
                    Some((start, end, last)) if *to - *start <= DELTA_MAX_BYTES => {
                        (*end, *last) = (*to, number);
                    }
                    _ => {
                        events.extend(words.take().map(|it| self.delta(&log, it)));
                        words = Some((*from, *to, number));
                    }
                }
                continue;
            }
            events.extend(words.take().map(|it| self.delta(&log, it)));
            events.push(match entry {
                // Whoever is behind need not hear of every place that it had in line.
                Entry::Waking(_) if matches!(log.entries.get(index + 1), Some(Entry::Waking(_))) => continue,
                Entry::Waking(how_far) => self.event(number, waking_news(*how_far)),
                Entry::Ended | Entry::Delta { .. } => log.ended(self.number),
            });
        }
        events.extend(words.map(|it| self.delta(&log, it)));
        events
    }

    fn delta(&self, log: &Log, (from, to, number): (usize, usize, u64)) -> ConversationEvent {
        self.event(number, ConversationNews::Delta { text: log.turn.answer[from..to].to_owned() })
    }

    fn event(&self, number: u64, news: ConversationNews) -> ConversationEvent {
        ConversationEvent { id: ChatCursor::at(self.number, number).to_string(), news }
    }

    /// Nothing that is done under it can leave it half done.
    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn waking_news(HowFar { phase, place, expected_at }: HowFar) -> ConversationNews {
    ConversationNews::Waking {
        phase,
        place: place.map(|it| it.number),
        of: place.map(|it| it.of),
        expected_at,
    }
}

impl Log {
    /// The turn without what has come of it.
    fn as_it_began(&self) -> Turn {
        Turn {
            answer: String::new(),
            state: TurnState::Queued,
            failure: None,
            usage: None,
            finished_at: None,
            ..self.turn.clone()
        }
    }

    fn ended(&self, number: u64) -> ConversationEvent {
        let turn = &self.turn;
        let news = ConversationNews::Ended {
            state: state_body(turn.state),
            failure: turn.failure.as_ref().map(failure_body),
            usage: turn.usage.map(usage_body),
            finished_at: turn.finished_at.unwrap_or(turn.created_at),
        };
        ConversationEvent { id: ChatCursor::ended(number).to_string(), news }
    }
}

#[cfg(test)]
mod tests {
    use mosaic_api::WakingPhase;
    use mosaic_model::{ChatPosition, Timestamp, WakePlace};
    use proptest::prelude::*;

    use super::*;

    fn turn() -> Turn {
        Turn {
            id: TurnId::new(Timestamp::UNIX_EPOCH, [1; 10]),
            number: 3,
            replaces: None,
            agent: None,
            session: "s".to_owned(),
            question: "Why?".to_owned(),
            answer: String::new(),
            state: TurnState::Queued,
            failure: None,
            usage: None,
            created_at: Timestamp::UNIX_EPOCH,
            finished_at: None,
        }
    }

    /// What somebody knows who has seen these events.
    #[derive(Debug, Default, PartialEq)]
    struct Seen {
        began: u32,
        answer: String,
        waking: Vec<WakingPhase>,
        ended: u32,
        cursor: u64,
    }

    impl Seen {
        fn take(&mut self, events: Vec<ConversationEvent>) {
            for event in events {
                let cursor: ChatCursor = event.id.parse().unwrap();
                assert_eq!(cursor.turn, 3);
                self.cursor = match cursor.position {
                    ChatPosition::Event(number) => {
                        assert!(number > self.cursor, "ids grow");
                        number
                    }
                    ChatPosition::End => u64::MAX,
                };
                match event.news {
                    ConversationNews::Turn { .. } => self.began += 1,
                    ConversationNews::Waking { phase, .. } => self.waking.push(phase),
                    ConversationNews::Delta { text } => self.answer.push_str(&text),
                    ConversationNews::Ended { .. } => self.ended += 1,
                    ConversationNews::Deleted => unreachable!("a turn does not tell of this"),
                }
            }
        }
    }

    fn how_far(phase: WakingPhase, place: Option<WakePlace>) -> HowFar {
        HowFar { phase, place, expected_at: None }
    }

    #[test]
    fn who_is_behind_hears_where_the_agent_is_and_not_where_it_was() {
        let live = Live::new(turn());
        live.waking(how_far(WakingPhase::Queued, Some(WakePlace { number: 2, of: 2 })));
        live.waking(how_far(WakingPhase::Queued, Some(WakePlace { number: 1, of: 2 })));
        let told = live.after(1);
        let [ConversationEvent { id, news: ConversationNews::Waking { place, of, .. } }] = &told[..] else {
            panic!("{told:?}")
        };
        assert_eq!((id.as_str(), *place, *of), ("3.3", Some(1), Some(2)));
        live.waking(how_far(WakingPhase::Starting, None));
        assert_eq!(live.after(3).len(), 1);
    }

    proptest! {
        #[test]
        fn whenever_somebody_looks_they_see_everything_once_and_in_order(
            words in prop::collection::vec("[a-zäß€ ]{0,9}", 0..40),
            looks in prop::collection::vec(any::<bool>(), 41),
        ) {
            let live = Live::new(turn());
            let (mut seen, mut whole) = (Seen::default(), String::new());
            live.waking(how_far(WakingPhase::Starting, None));
            for (word, look) in words.iter().zip(looks) {
                live.add(word);
                whole.push_str(word);
                if look {
                    seen.take(live.after(seen.cursor));
                    prop_assert_eq!(&seen.answer, &whole);
                }
            }
            live.end(None, None, Timestamp::UNIX_EPOCH);
            seen.take(live.after(seen.cursor));
            let late = { let mut late = Seen::default(); late.take(live.after(0)); late };
            prop_assert_eq!(&seen, &late);
            prop_assert_eq!((seen.began, seen.ended, seen.waking.len()), (1, 1, 1));
            prop_assert_eq!(&seen.answer, &whole);
            prop_assert_eq!(live.after(u64::MAX), vec![]);
            prop_assert_eq!(live.now().0.answer, whole);
            prop_assert_eq!(live.now().1, ChatCursor::ended(3));
        }
    }

    #[test]
    fn what_is_kept_piece_by_piece_is_the_answer() {
        let live = Live::new(turn());
        live.add("Good ");
        let (first, kept) = live.answer_from(0);
        live.add("day");
        let (second, rest) = live.answer_from(kept.len());
        assert_eq!(kept + &rest, "Good day");
        assert!(first < second);
    }

    #[test]
    fn who_is_far_behind_gets_pieces_of_a_size_that_can_be_read() {
        let live = Live::new(turn());
        for _ in 0..40 {
            live.add(&"x".repeat(10_000));
        }
        let events = live.after(1);
        assert!(events.len() > 5, "{}", events.len());
        for event in events {
            let ConversationNews::Delta { text } = event.news else { panic!("only words") };
            assert!(text.len() <= DELTA_MAX_BYTES);
        }
    }
}
