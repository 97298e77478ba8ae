//! Users with something in every table.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use mosaic_model::{
    AgentDraft, AgentSlug, ApiKind, By, CellId, ModelRef, Owner, Provider, ProviderDraft, RestWishes, Secret,
    State, StateKind, Timestamp, Transition, Trigger,
};
use mosaic_storage::{IdToken, LoginMethod, NewSession, NewSystemAgent, NewToken, testing::TestDatabase};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

/// Where cells of tests get their networks from.
pub(crate) const RANGE: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(10, 213, 0, 0), 16);
/// A key that must never be seen outside the vault.
pub(crate) const API_KEY: &str = "sk-canary-0123456789abcdef";

/// A provider with two models.
pub(crate) fn provider(name: &str) -> ProviderDraft {
    ProviderDraft {
        preset: None,
        name: name.to_owned(),
        kind: ApiKind::OpenaiCompletions,
        base_url: "http://models.example/v1".to_owned(),
        models: vec!["small".into(), "large".into()],
    }
}

/// An agent on the provider's first model.
pub(crate) fn agent(slug: &str, provider: &Provider) -> AgentDraft {
    let model = ModelRef { provider: provider.id, model: "small".to_owned() };
    AgentDraft::new(AgentSlug::parse(slug).unwrap(), "Ada".to_owned(), "Dry wit.".to_owned(), model)
}

/// An API key to add a provider with.
pub(crate) fn api_key() -> Secret<String> {
    Secret::new(API_KEY.to_owned())
}

/// A browser that somebody signs in with, through a provider.
pub(crate) fn browser() -> NewSession {
    NewSession { method: LoginMethod::Oidc, device: "a browser".to_owned(), address: "::1".to_owned() }
}

/// What a provider says at a login.
pub(crate) fn id_token() -> IdToken {
    IdToken { issuer: "https://login.example.org".to_owned(), token: Secret::new("a.b.c".to_owned()) }
}

/// The owner's cell.
pub(crate) fn cell(owner: Owner) -> CellId {
    CellId::User(owner.user_id())
}

/// The cell of an agent of the fleet's own, on a provider that asks for no key.
pub(crate) async fn system_cell(db: &TestDatabase) -> CellId {
    let declared = db.store.declare_system_agent(system_agent(None), &By::host()).await.unwrap();
    CellId::System(declared.id)
}

/// An agent of the fleet's own.
pub(crate) fn system_agent(key: Option<Secret<String>>) -> NewSystemAgent {
    NewSystemAgent {
        name: "Concierge".to_owned(),
        personality: "Knows the house.".to_owned(),
        model: "small".to_owned(),
        always_on: false,
        provider: provider("The house's models"),
        key,
    }
}

/// A step that leads to this state.
pub(crate) fn step(to: State) -> Transition {
    let (cause, at) = (to.cause().cloned(), Timestamp::UNIX_EPOCH);
    Transition { at, from: StateKind::Starting, to, trigger: Trigger::Died, cause }
}

/// A connection as the login role, which sees everything.
pub(crate) async fn login(db: &TestDatabase) -> PgConnection {
    PgConnection::connect(&db.url).await.unwrap()
}

/// A user with a row in every per-user table.
pub(crate) async fn user_with_everything(db: &TestDatabase, name: &str) -> Owner {
    let owner = db.user(name).await;
    let provider =
        db.store.add_provider(owner, provider("Models"), Some(&api_key()), &By::host()).await.unwrap();
    let fallbacks = vec![ModelRef { provider: provider.id, model: "large".to_owned() }];
    let agent = AgentDraft { fallbacks, ..agent("main", &provider) };
    let agent = db.store.add_agent(owner, agent, &By::host()).await.unwrap();
    db.store.create_token(owner, NewToken::own("laptop"), &By::host()).await.unwrap();
    db.store.create_oidc_session(owner, browser(), &id_token(), &By::host()).await.unwrap();
    db.store.begin_generation(cell(owner), RANGE, &[]).await.unwrap();
    db.store.save_state(cell(owner), &step(State::Absent), &[]).await.unwrap();
    db.store.set_rest_wishes(owner, &RestWishes::default(), &By::host()).await.unwrap();
    db.store.serve_config(owner).await.unwrap();
    insert_conversation(db, owner, agent.id.as_uuid()).await;
    owner
}

/// What nothing in the store writes yet.
async fn insert_conversation(db: &TestDatabase, owner: Owner, agent: Uuid) {
    let mut connection = login(db).await;
    let statements = [
        "INSERT INTO breakglass_users (user_id, password_hash, updated_at)
         SELECT $1, 'none', now() WHERE $2 IS NOT NULL",
        "INSERT INTO local_passwords (user_id, password_hash, updated_at)
         SELECT $1, 'none', now() WHERE $2 IS NOT NULL",
        "INSERT INTO oidc_identities (user_id, issuer, subject, created_at)
         SELECT $1, 'https://login.example.org', $1::text, now() WHERE $2 IS NOT NULL",
        "INSERT INTO conversations (id, user_id, agent_id, title, created_at, updated_at)
         VALUES (gen_random_uuid(), $1, $2, 'Hello', now(), now())",
        "INSERT INTO turns (id, user_id, conversation_id, number, state, session, question, created_at)
         SELECT gen_random_uuid(), user_id, id, 1, 'queued', 's', 'Why?', now()
         FROM conversations WHERE user_id = $1 AND agent_id = $2",
        "INSERT INTO turn_events (turn_id, number, user_id, kind, payload, created_at)
         SELECT id, 1, user_id, 'delta', 'Because', now()
         FROM turns WHERE user_id = $1 AND $2 IS NOT NULL",
    ];
    for statement in statements {
        let inserted = sqlx::query(statement)
            .bind(owner.user_id().as_uuid())
            .bind(agent)
            .execute(&mut connection)
            .await
            .unwrap();
        assert_eq!(inserted.rows_affected(), 1);
    }
}
