//! Conversations and turns.

use mosaic_model::{
    AgentId, AgentSlug, By, Conversation, ConversationId, Owner, TokenUsage, Turn, TurnFailure, TurnState,
};
use mosaic_storage::{ConversationFilter, NewTurn, StoreError, TurnEnd, testing::TestDatabase};

use crate::seed::{agent, api_key, provider};

/// Somebody with an agent and an empty conversation.
struct Setting {
    db: TestDatabase,
    ann: Owner,
    agent: (AgentId, AgentSlug),
    id: ConversationId,
}

impl Setting {
    async fn new() -> Self {
        let db = TestDatabase::create().await;
        let ann = db.user("ann").await;
        let agent = add_agent(&db, ann, "main").await;
        let id = db.store.create_conversation(ann).await.unwrap().id;
        Self { db, ann, agent, id }
    }

    fn question(&self, words: &str) -> NewTurn {
        NewTurn {
            question: words.to_owned(),
            agent: self.agent.clone(),
            idempotency_key: None,
            replaces: None,
        }
    }

    async fn ask(&self, new: NewTurn) -> mosaic_storage::BegunTurn {
        self.db.store.begin_turn(self.ann, self.id, new).await.unwrap()
    }

    async fn end(&self, turn: &Turn, state: TurnState, answer: &str) {
        self.db.store.finish_turn(self.ann, turn.id, &ended(state, answer)).await.unwrap();
    }

    async fn said(&self, question: &str, answer: &str) -> Turn {
        let turn = self.ask(self.question(question)).await.turn;
        self.end(&turn, TurnState::Done, answer).await;
        turn
    }

    async fn thread(&self) -> Vec<Turn> {
        self.db.store.turns(self.ann, self.id, None, 100).await.unwrap()
    }

    async fn found(&self, words: &str) -> Vec<Conversation> {
        let filter = ConversationFilter { words: words.to_owned(), after: None };
        self.db.store.conversations(self.ann, &filter, 10).await.unwrap()
    }
}

async fn add_agent(db: &TestDatabase, owner: Owner, slug: &str) -> (AgentId, AgentSlug) {
    let models = db.store.add_provider(owner, provider(slug), Some(&api_key()), &By::host()).await.unwrap();
    let agent = db.store.add_agent(owner, agent(slug, &models), &By::host()).await.unwrap();
    (agent.id, agent.slug)
}

fn ended(state: TurnState, answer: &str) -> TurnEnd {
    TurnEnd { state, answer: answer.to_owned(), failure: None, usage: None }
}

#[tokio::test]
async fn a_conversation_is_its_owners_alone() {
    let it = Setting::new().await;
    let turn = it.said("a secret", "kept").await;
    let (store, bob) = (&it.db.store, it.db.user("bob").await);
    let bobs = add_agent(&it.db, bob, "main").await;
    let gone =
        |result: Result<(), StoreError>| assert!(matches!(result, Err(StoreError::NotFound)), "{result:?}");
    gone(store.conversation(bob, it.id).await.map(drop));
    gone(store.rename_conversation(bob, it.id, "mine").await.map(drop));
    gone(store.turn(bob, it.id, turn.id).await.map(drop));
    gone(store.note_turn(bob, turn.id, TurnState::Waking).await);
    gone(store.append_answer(bob, turn.id, 1, "x").await);
    gone(store.finish_turn(bob, turn.id, &ended(TurnState::Done, "x")).await.map(drop));
    gone(store.open_turn(bob, turn.id).await.map(drop));
    let new = NewTurn { agent: bobs, ..it.question("me too") };
    gone(store.begin_turn(bob, it.id, new).await.map(drop));
    gone(store.delete_conversation(bob, it.id).await);
    assert_eq!(store.turns(bob, it.id, None, 10).await.unwrap(), []);
    assert_eq!(store.turns_from(bob, it.id, 0, 10).await.unwrap(), []);
    let secrets = ConversationFilter { words: "secret".to_owned(), after: None };
    assert_eq!(store.conversations(bob, &secrets, 10).await.unwrap(), []);
    assert_eq!(it.thread().await[0].answer, "kept");
}

#[tokio::test]
async fn an_answer_comes_piece_by_piece_and_is_one_at_its_end() {
    let it = Setting::new().await;
    let store = &it.db.store;
    let begun = it.ask(it.question("  Why is the sky blue?\n")).await;
    assert!(begun.is_new && begun.untold.is_empty());
    assert_eq!((begun.turn.number, begun.turn.question.as_str()), (1, "Why is the sky blue?"));
    assert_eq!(store.conversation(it.ann, it.id).await.unwrap().title, "Why is the sky blue?");
    assert!(store.conversation(it.ann, it.id).await.unwrap().is_open);
    store.note_turn(it.ann, begun.turn.id, TurnState::Waking).await.unwrap();
    for (number, words) in [(3, "Because of "), (7, "Rayleigh"), (12, " scattering.")] {
        store.append_answer(it.ann, begun.turn.id, number, words).await.unwrap();
    }
    assert_eq!(store.open_turns().await.unwrap(), [(it.ann.user_id(), begun.turn.id)]);
    let open = store.open_turn(it.ann, begun.turn.id).await.unwrap();
    assert_eq!((open.answer.as_str(), open.state), ("Because of Rayleigh scattering.", TurnState::Waking));
    let end = TurnEnd {
        failure: Some(TurnFailure { code: "agent_died".to_owned(), detail: "It ended.".to_owned() }),
        usage: Some(TokenUsage { prompt: 9, answer: 3 }),
        ..ended(TurnState::Failed, "Because of Rayleigh scattering.")
    };
    store.finish_turn(it.ann, begun.turn.id, &end).await.unwrap();
    let again = store.finish_turn(it.ann, begun.turn.id, &ended(TurnState::Done, "other")).await;
    assert!(matches!(again, Err(StoreError::NotFound)), "what has ended stays as it ended");
    let late = store.append_answer(it.ann, begun.turn.id, 13, "late").await;
    assert!(matches!(late, Err(StoreError::NotFound)));
    let turn = it.thread().await.remove(0);
    assert_eq!((turn.answer, turn.failure, turn.usage), (end.answer, end.failure, end.usage));
    assert!(turn.finished_at.is_some());
    assert_eq!(store.open_turns().await.unwrap(), []);
    assert!(!store.conversation(it.ann, it.id).await.unwrap().is_open);
}

#[tokio::test]
async fn a_request_that_is_sent_twice_is_one_turn_and_another_waits_for_its_end() {
    let it = Setting::new().await;
    let keyed = NewTurn { idempotency_key: Some("k1".to_owned()), ..it.question("one") };
    let first = it.ask(keyed.clone()).await;
    let again = it.ask(keyed.clone()).await;
    assert!(first.is_new && !again.is_new);
    assert_eq!(first.turn.id, again.turn.id);
    let other = it.db.store.begin_turn(it.ann, it.id, it.question("two")).await;
    assert!(matches!(other, Err(StoreError::Conflict(_))), "{other:?}");
    it.end(&first.turn, TurnState::Done, "1").await;
    assert!(!it.ask(keyed).await.is_new, "even after its end");
    assert_eq!(it.thread().await.len(), 1);
    assert_eq!(it.ask(it.question("two")).await.turn.number, 2);
}

#[tokio::test]
async fn a_session_is_gone_on_with_only_while_it_knows_what_the_user_sees() {
    let it = Setting::new().await;
    let first = it.said("one", "1").await;
    let second = it.ask(it.question("two")).await;
    assert_eq!((&second.turn.session, second.untold.len()), (&first.session, 0));
    it.end(&second.turn, TurnState::Stopped, "tw").await;
    // The gateway has forgotten the half of an answer: a new session is told of it.
    let third = it.ask(it.question("three")).await;
    assert_ne!(third.turn.session, second.turn.session);
    let told: Vec<&str> = third.untold.iter().map(|turn| turn.answer.as_str()).collect();
    assert_eq!(told, ["1", "tw"]);
    it.end(&third.turn, TurnState::Done, "3").await;
    let other = add_agent(&it.db, it.ann, "coder").await;
    let fourth = it.ask(NewTurn { agent: other, ..it.question("four") }).await;
    assert_eq!(fourth.untold.len(), 3, "another agent has heard nothing");
    assert_eq!(it.db.store.conversation(it.ann, it.id).await.unwrap().agent.unwrap().as_str(), "coder");
}

#[tokio::test]
async fn what_is_asked_instead_takes_the_place_of_all_that_followed() {
    let it = Setting::new().await;
    let [one, two, _three] =
        [it.said("one", "1").await, it.said("two", "2").await, it.said("three", "3").await];
    let instead = NewTurn { replaces: Some(two.id), ..it.question("two, please") };
    let edited = it.ask(instead).await;
    assert_eq!((edited.turn.number, edited.turn.replaces), (4, Some(2)));
    assert_ne!(edited.turn.session, one.session);
    assert_eq!(edited.untold.iter().map(|turn| turn.number).collect::<Vec<_>>(), [1]);
    it.end(&edited.turn, TurnState::Done, "2!").await;
    let numbers = async || it.thread().await.iter().map(|turn| turn.number).collect::<Vec<_>>();
    assert_eq!(numbers().await, [1, 4]);
    // Asked once more: whoever knew only of turn 2 must drop that one too.
    let again = it.ask(NewTurn { replaces: Some(edited.turn.id), ..it.question("two, please") }).await;
    assert_eq!(again.turn.replaces, Some(2));
    it.end(&again.turn, TurnState::Done, "2!!").await;
    assert_eq!(numbers().await, [1, 5]);
    let gone =
        it.db.store.begin_turn(it.ann, it.id, NewTurn { replaces: Some(two.id), ..it.question("x") }).await;
    assert!(matches!(gone, Err(StoreError::NotFound)), "it is no part of the thread any more");
    let before = it.db.store.turns(it.ann, it.id, Some(5), 1).await.unwrap();
    assert_eq!(before.iter().map(|turn| turn.number).collect::<Vec<_>>(), [1]);
    let from = it.db.store.turns_from(it.ann, it.id, 2, 10).await.unwrap();
    assert_eq!(from.iter().map(|turn| turn.number).collect::<Vec<_>>(), [5]);
}

#[tokio::test]
async fn conversations_are_found_by_title_and_words_and_listed_newest_first() {
    let it = Setting::new().await;
    it.said("Why is the sky blue?", "Because of Rayleigh.").await;
    let other = it.db.store.create_conversation(it.ann).await.unwrap();
    let renamed = it.db.store.rename_conversation(it.ann, other.id, " Dinner ").await.unwrap();
    assert_eq!(renamed.title, "Dinner");
    for (words, expected) in [("sky", 1), ("RAYLEIGH", 1), ("dinner", 1), ("100%_", 0), ("", 2)] {
        assert_eq!(it.found(words).await.len(), expected, "{words}");
    }
    it.db.clock.advance(std::time::Duration::from_mins(1));
    it.said("And at night?", "Black.").await;
    let newest = it.found("").await;
    assert_eq!(newest.iter().map(|it| it.id).collect::<Vec<_>>(), [it.id, other.id]);
    let after = Some((newest[0].updated_at, newest[0].id));
    let rest = ConversationFilter { words: String::new(), after };
    let rest = it.db.store.conversations(it.ann, &rest, 10).await.unwrap();
    assert_eq!(rest.iter().map(|it| it.id).collect::<Vec<_>>(), [other.id]);
    for title in ["", "two\nlines"] {
        let refused = it.db.store.rename_conversation(it.ann, other.id, title).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))));
    }
    it.db.store.delete_conversation(it.ann, it.id).await.unwrap();
    assert_eq!(it.found("sky").await, []);
    assert_eq!(it.thread().await, []);
}

#[tokio::test]
async fn a_conversation_outlives_its_agent() {
    let it = Setting::new().await;
    it.said("one", "1").await;
    it.db.store.delete_agent(it.ann, it.agent.0, None, &By::host()).await.unwrap();
    assert_eq!(it.thread().await[0].agent, None);
    assert_eq!(it.db.store.conversation(it.ann, it.id).await.unwrap().agent, None);
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_in_words() {
    let it = Setting::new().await;
    for words in ["", " \n", "a\0b", &"x".repeat(200_001)] {
        let refused = it.db.store.begin_turn(it.ann, it.id, it.question(words)).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    }
    assert_eq!(it.thread().await, []);
}
