//! One conversation as the page knows it: a reducer, without a clock, a network or a screen.

use std::rc::Rc;

use yew::Reducible;

use crate::client::News;
use crate::remote::Failure;

/// A conversation and where its latest turn stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Chat {
    /// The id under which the server remembers it.
    pub(crate) conversation: String,
    pub(crate) messages: Vec<Rc<Message>>,
    pub(crate) phase: Phase,
    /// Counts the questions; news of any other turn than the latest is late and ignored.
    turn: u32,
}

/// Where the latest turn stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing is asked.
    Idle,
    /// Asked; nothing of the answer is here yet. The agent may still be starting.
    Waking,
    /// The answer arrives.
    Answering,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Message {
    pub(crate) author: Author,
    pub(crate) text: String,
    pub(crate) end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    You,
    Agent,
}

/// How a message ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum End {
    Open,
    Complete,
    Stopped,
    Failed(Failure),
}

/// What happens to a conversation.
#[derive(Debug)]
pub(crate) enum Action {
    Asked {
        turn: u32,
        text: String,
    },
    Heard {
        turn: u32,
        news: News,
    },
    Ended {
        turn: u32,
        end: End,
    },
    /// Leave this conversation and begin another.
    Restarted {
        turn: u32,
        conversation: String,
    },
}

impl Chat {
    pub(crate) fn new(conversation: String) -> Self {
        Self { conversation, messages: Vec::new(), phase: Phase::Idle, turn: 0 }
    }

    fn last_mut(&mut self) -> Option<&mut Message> {
        self.messages.last_mut().map(Rc::make_mut)
    }

    fn apply(&mut self, action: Action) {
        match action {
            Action::Asked { turn, text } => {
                self.turn = turn;
                self.phase = Phase::Waking;
                self.messages.push(Rc::new(Message { author: Author::You, text, end: End::Complete }));
                let answer = Message { author: Author::Agent, text: String::new(), end: End::Open };
                self.messages.push(Rc::new(answer));
            }
            Action::Heard { turn, news: News::Text(text) } if turn == self.turn => {
                self.phase = Phase::Answering;
                if let Some(answer) = self.last_mut() {
                    answer.text.push_str(&text);
                }
            }
            Action::Ended { turn, end } if turn == self.turn => {
                self.phase = Phase::Idle;
                if let Some(answer) = self.last_mut() {
                    answer.end = end;
                }
            }
            Action::Restarted { turn, conversation } => *self = Self { turn, ..Self::new(conversation) },
            // A heartbeat changes nothing that is shown, and news of an older turn is late.
            Action::Heard { .. } | Action::Ended { .. } => {}
        }
    }
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
mod tests {
    use super::*;

    fn after(actions: Vec<Action>) -> Chat {
        let mut chat = Chat::new("one".to_owned());
        for action in actions {
            chat.apply(action);
        }
        chat
    }

    fn asked(turn: u32) -> Action {
        Action::Asked { turn, text: "Hello?".to_owned() }
    }

    fn text(turn: u32, words: &str) -> Action {
        Action::Heard { turn, news: News::Text(words.to_owned()) }
    }

    #[test]
    fn an_answer_grows_and_completes() {
        let chat = after(vec![
            asked(1),
            Action::Heard { turn: 1, news: News::Heartbeat },
            text(1, "Good "),
            text(1, "day"),
            Action::Ended { turn: 1, end: End::Complete },
        ]);
        assert_eq!(chat.messages.len(), 2);
        assert_eq!(chat.messages[1].text, "Good day");
        assert_eq!((chat.messages[1].end.clone(), chat.phase), (End::Complete, Phase::Idle));
    }

    #[test]
    fn a_heartbeat_leaves_the_agent_waking() {
        let chat = after(vec![asked(1), Action::Heard { turn: 1, news: News::Heartbeat }]);
        assert_eq!(chat.phase, Phase::Waking);
    }

    #[test]
    fn what_was_said_before_a_failure_stays() {
        let failure = End::Failed(Failure::new("Your agent stopped."));
        let chat = after(vec![asked(1), text(1, "Half"), Action::Ended { turn: 1, end: failure.clone() }]);
        assert_eq!((chat.messages[1].text.as_str(), &chat.messages[1].end), ("Half", &failure));
    }

    #[test]
    fn late_news_of_an_older_turn_touches_nothing() {
        let restarted = Action::Restarted { turn: 2, conversation: "two".to_owned() };
        let late = Action::Ended { turn: 1, end: End::Stopped };
        let chat = after(vec![asked(1), restarted, text(1, "late"), late]);
        assert_eq!((chat.conversation.as_str(), chat.messages.len(), chat.phase), ("two", 0, Phase::Idle));
    }
}
