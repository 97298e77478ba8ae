//! What becomes of a conversation on the page.

use chrono::TimeDelta;
use mosaic_api::{Code, ConversationBody};

use super::*;

fn turn(number: u64, state: TurnStateBody, answer: &str) -> TurnBody {
    TurnBody {
        id: format!("t{number}"),
        number,
        replaces: None,
        agent: Some("main".to_owned()),
        question: format!("question {number}"),
        answer: answer.to_owned(),
        state,
        failure: None,
        usage: None,
        created_at: DateTime::UNIX_EPOCH,
        finished_at: None,
    }
}

fn thread(turns: Vec<TurnBody>) -> What {
    let conversation = ConversationBody {
        id: "c".to_owned(),
        title: "T".to_owned(),
        agent: None,
        open: false,
        created_at: DateTime::UNIX_EPOCH,
        updated_at: DateTime::UNIX_EPOCH,
    };
    What::Loaded(Box::new(ConversationThread {
        conversation,
        turns,
        has_earlier: false,
        cursor: String::new(),
    }))
}

fn heard(id: &str, news: ConversationNews) -> What {
    What::Heard(ConversationEvent { id: id.to_owned(), news })
}

fn delta(id: &str, text: &str) -> What {
    heard(id, ConversationNews::Delta { text: text.to_owned() })
}

fn ended(id: &str, state: TurnStateBody) -> What {
    let finished_at = DateTime::UNIX_EPOCH;
    heard(id, ConversationNews::Ended { state, failure: None, usage: None, finished_at })
}

fn told(turn: TurnBody) -> What {
    heard(&format!("{}.1", turn.number), ConversationNews::Turn { turn: Box::new(turn) })
}

fn after(all: Vec<What>) -> Chat {
    let mut chat = Chat::default();
    chat.apply(Action { of: "c".to_owned(), what: What::Opened });
    for what in all {
        chat.apply(Action { of: "c".to_owned(), what });
    }
    chat
}

fn numbers(chat: &Chat) -> Vec<u64> {
    chat.turns.iter().map(|turn| turn.number).collect()
}

#[test]
fn an_answer_grows_and_completes() {
    let expected_at = Some(DateTime::UNIX_EPOCH);
    let waking =
        ConversationNews::Waking { phase: WakingPhase::Starting, place: Some(2), of: Some(5), expected_at };
    let mut chat = after(vec![told(turn(1, TurnStateBody::Queued, "")), heard("1.2", waking)]);
    let how_far =
        |before| chat.waking.map(|it| it.how_far(DateTime::UNIX_EPOCH - TimeDelta::milliseconds(before)));
    let (phase, place) = (WakingPhase::Starting, Some((2, 5)));
    for (before, left) in [(8_001, 9), (1, 1), (0, 0), (-999, 0), (-1_000, -1)] {
        assert_eq!(how_far(before), Some(HowFar { phase, place, left_secs: Some(left) }));
    }
    assert_eq!(chat.phase, Phase::Waking);
    for what in [delta("1.3", "Good "), delta("1.4", "day")] {
        chat.apply(Action { of: "c".to_owned(), what });
        assert_eq!(chat.phase, Phase::Answering);
    }
    chat.apply(Action { of: "c".to_owned(), what: ended("1.end", TurnStateBody::Done) });
    assert_eq!((chat.turns[0].answer.as_str(), chat.phase, chat.waking), ("Good day", Phase::Idle, None));
}

#[test]
fn what_is_asked_instead_takes_the_place_of_what_followed() {
    let done = |number| turn(number, TurnStateBody::Done, "x");
    let instead = TurnBody { replaces: Some(2), ..turn(4, TurnStateBody::Queued, "") };
    let chat = after(vec![thread(vec![done(1), done(2), done(3)]), told(instead.clone()), told(instead)]);
    assert_eq!(numbers(&chat), [1, 4]);
}

#[test]
fn a_question_on_its_way_is_shown_once() {
    let mut chat = after(vec![What::Asking("question 1".into())]);
    assert_eq!((chat.sending.as_deref(), chat.phase), (Some("question 1"), Phase::Waking));
    // The stream and the answer to the request may come in either order.
    let asked = || What::Asked(Box::new(turn(1, TurnStateBody::Queued, "")));
    for what in [told(turn(1, TurnStateBody::Queued, "")), delta("1.2", "Hi"), asked()] {
        chat.apply(Action { of: "c".to_owned(), what });
    }
    assert_eq!((chat.sending, chat.turns.len(), chat.turns[0].answer.as_str()), (None, 1, "Hi"));
}

#[test]
fn a_turn_that_ended_meanwhile_comes_as_a_whole() {
    let mut chat = after(vec![told(turn(1, TurnStateBody::Queued, "")), delta("1.2", "Ha")]);
    chat.apply(Action { of: "c".to_owned(), what: What::LineLost });
    assert_eq!(chat.line, Line::Lost);
    let whole = turn(1, TurnStateBody::Done, "Half and whole");
    chat.apply(Action { of: "c".to_owned(), what: told(whole) });
    assert_eq!((chat.turns.len(), chat.turns[0].answer.as_str()), (1, "Half and whole"));
}

#[test]
fn news_of_another_conversation_touches_nothing() {
    let mut chat = after(vec![thread(vec![turn(1, TurnStateBody::Done, "x")])]);
    chat.apply(Action { of: "d".to_owned(), what: What::Opened });
    chat.apply(Action { of: "c".to_owned(), what: delta("1.2", "late") });
    assert_eq!((chat.conversation.as_str(), chat.turns.len()), ("d", 0));
}

#[test]
fn a_refused_question_is_given_back_with_the_reason() {
    let failure = Failure { code: Some(Code::NoAgent), ..Failure::new("No agent.") };
    let chat = after(vec![What::Asking("x".into())]);
    let sheet = chat.sheet();
    let mut chat = Chat { conversation: String::new(), ..chat };
    chat.apply(Action { of: String::new(), what: What::Named("c".to_owned()) });
    assert_eq!(chat.sheet(), sheet, "what is being typed stays");
    chat.apply(Action { of: "c".to_owned(), what: What::Refused(failure.clone()) });
    assert_ne!(chat.sheet(), sheet);
    assert_eq!((chat.sending, chat.failure, chat.phase), (None, Some(failure), Phase::Idle));
}

#[test]
fn earlier_turns_come_before_and_a_deleted_conversation_is_gone() {
    let mut chat = after(vec![thread(vec![turn(3, TurnStateBody::Done, "x")])]);
    let What::Loaded(earlier) =
        thread(vec![turn(2, TurnStateBody::Done, "x"), turn(3, TurnStateBody::Done, "y")])
    else {
        unreachable!("made above")
    };
    chat.apply(Action { of: "c".to_owned(), what: What::Earlier(earlier) });
    assert_eq!(numbers(&chat), [2, 3]);
    chat.apply(Action { of: "c".to_owned(), what: heard("3.end", ConversationNews::Deleted) });
    assert_eq!((chat.turns.len(), chat.failure), (0, Some(gone())));
}
