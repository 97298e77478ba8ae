//! One conversation as the page knows it: a reducer, without a clock, a network or a screen.
//!
//! What is shown is what the server says. The one thing that it does not know yet is a question on its way to it.

use std::rc::Rc;

use chrono::{DateTime, Utc};
use mosaic_api::{
    ConversationEvent, ConversationNews, ConversationThread, TurnBody, TurnStateBody, WakingPhase,
};
use yew::Reducible;

use crate::remote::Failure;
use crate::words::HowFar;

/// A conversation and where its latest turn stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Chat {
    /// Its id; empty while nothing has been asked in it.
    pub(crate) conversation: String,
    pub(crate) turns: Vec<Rc<TurnBody>>,
    /// Whether there are turns before the first one here.
    pub(crate) has_earlier: bool,
    /// A question that the server has not taken yet.
    pub(crate) sending: Option<Rc<str>>,
    /// Where the agent is on its way to the answer under way.
    pub(crate) waking: Option<Waking>,
    pub(crate) phase: Phase,
    pub(crate) line: Line,
    /// Why the latest try to open it or to ask something did not work.
    pub(crate) failure: Option<Failure>,
    /// Counts how often another conversation was opened, or a question given back to be sent again.
    sheet: u32,
}

/// Where the latest turn stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing is asked.
    #[default]
    Idle,
    /// Asked; nothing of the answer is here yet. The agent may still be starting.
    Waking,
    /// The answer arrives.
    Answering,
}

/// How the page hears of the conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Line {
    /// There is nothing to hear of.
    #[default]
    None,
    /// It is being opened.
    Opening,
    /// What happens is shown as it happens.
    Live,
    /// The connection was lost; it is picked up again.
    Lost,
}

/// How far a waking agent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waking {
    pub(crate) phase: WakingPhase,
    /// Its place in line and how many wait, while it waits.
    pub(crate) place: Option<(u64, u64)>,
    pub(crate) expected_at: Option<DateTime<Utc>>,
}

impl Waking {
    /// How far it is at this moment.
    pub(crate) fn how_far(self, now: DateTime<Utc>) -> HowFar {
        let left_secs = self.expected_at.map(|at| ((at - now).num_milliseconds() + 999).div_euclid(1_000));
        HowFar { phase: self.phase, place: self.place, left_secs }
    }
}

/// What happens to the conversation of this id. Of another one it is late, and ignored.
#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) of: String,
    pub(crate) what: What,
}

#[derive(Debug)]
pub(crate) enum What {
    /// It is looked at, instead of the one before.
    Opened,
    /// The conversation that had no id yet has this one.
    Named(String),
    /// What the server knows of it.
    Loaded(Box<ConversationThread>),
    /// Turns before those that are here.
    Earlier(Box<ConversationThread>),
    Heard(ConversationEvent),
    LineLost,
    LineBack,
    Asking(Rc<str>),
    Asked(Box<TurnBody>),
    Refused(Failure),
}

impl Chat {
    /// The turn under way, if there is one.
    pub(crate) fn open_turn(&self) -> Option<&Rc<TurnBody>> {
        self.turns.last().filter(|turn| !turn.state.is_over())
    }

    /// Names what one writes on: with another one the draft stands in the composer again. A conversation that gets
    /// its id goes on with the same.
    pub(crate) fn sheet(&self) -> String {
        self.sheet.to_string()
    }

    /// Whether there is nothing to see yet, and nothing on its way.
    pub(crate) fn is_empty(&self) -> bool {
        self.turns.is_empty() && self.sending.is_none() && self.line != Line::Opening
    }

    fn apply(&mut self, action: Action) {
        let Action { of, what } = action;
        if let What::Opened = what {
            let line = if of.is_empty() { Line::None } else { Line::Opening };
            *self = Self { conversation: of, line, sheet: self.sheet + 1, ..Self::default() };
            return;
        }
        if of != self.conversation {
            return;
        }
        match what {
            What::Opened => {}
            What::Named(id) => self.conversation = id,
            What::Loaded(thread) => {
                self.has_earlier = thread.has_earlier;
                self.turns = thread.turns.into_iter().map(Rc::new).collect();
                self.settle();
            }
            What::Earlier(thread) => {
                self.has_earlier = thread.has_earlier;
                let first = self.turns.first().map_or(u64::MAX, |turn| turn.number);
                let earlier = thread.turns.into_iter().filter(|turn| turn.number < first).map(Rc::new);
                self.turns.splice(0..0, earlier);
            }
            What::Heard(event) => self.hear(event),
            What::LineLost => self.line = Line::Lost,
            What::LineBack => self.line = Line::Live,
            What::Asking(text) => {
                self.failure = None;
                self.sending = Some(text);
            }
            What::Asked(turn) => {
                // The stream may have been faster, and knows more.
                if self.turns.iter().all(|known| known.number != turn.number) {
                    self.put(*turn);
                }
                self.settle();
            }
            What::Refused(failure) => {
                self.sending = None;
                self.failure = Some(failure);
                self.sheet += 1;
            }
        }
        self.phase = self.phase_now();
    }

    fn hear(&mut self, event: ConversationEvent) {
        let number = event.id.split('.').next().and_then(|number| number.parse().ok()).unwrap_or(0);
        let turn = self.turns.iter_mut().find(|turn| turn.number == number).map(Rc::make_mut);
        match (event.news, turn) {
            (ConversationNews::Turn { turn }, _) => {
                self.put(*turn);
                self.settle();
            }
            (ConversationNews::Waking { phase, place, of, expected_at }, Some(_)) => {
                self.waking = Some(Waking { phase, place: place.zip(of), expected_at });
            }
            (ConversationNews::Delta { text }, Some(turn)) => {
                turn.state = TurnStateBody::Streaming;
                turn.answer.push_str(&text);
            }
            (ConversationNews::Ended { state, failure, usage, finished_at }, Some(turn)) => {
                (turn.state, turn.failure, turn.usage) = (state, failure, usage);
                turn.finished_at = Some(finished_at);
                self.waking = None;
            }
            (ConversationNews::Deleted, _) => {
                *self = Self { failure: Some(gone()), sheet: self.sheet + 1, ..Self::default() };
            }
            // Of a turn that is not shown here.
            (_, None) => {}
        }
    }

    /// Puts a turn in its place, instead of what was known of it and of those that it replaces.
    fn put(&mut self, turn: TurnBody) {
        let from = turn.replaces.unwrap_or(turn.number);
        self.turns.retain(|known| !(from..=turn.number).contains(&known.number));
        let place = self.turns.partition_point(|known| known.number < turn.number);
        if !turn.state.is_over() {
            self.waking = None;
        }
        self.turns.insert(place, Rc::new(turn));
    }

    /// The question on its way has arrived: it is among the turns.
    fn settle(&mut self) {
        let arrived = |sent: &mut Rc<str>| self.turns.last().is_some_and(|turn| *turn.question == **sent);
        self.sending.take_if(arrived);
    }

    fn phase_now(&self) -> Phase {
        match self.open_turn() {
            Some(turn) if turn.answer.is_empty() => Phase::Waking,
            Some(_) => Phase::Answering,
            None if self.sending.is_some() => Phase::Waking,
            None => Phase::Idle,
        }
    }
}

/// What is said of a conversation that is not there any more.
pub(crate) fn gone() -> Failure {
    Failure::new("This conversation is not there any more. It may have been deleted in another tab.")
}

impl Reducible for Chat {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        next.apply(action);
        Rc::new(next)
    }
}

#[cfg(test)]
mod tests;
