//! Provider accounts: versions, switches, keys and removal.

use mosaic_model::{
    Agent, By, InputKind, ModelFacts, Owner, ProviderCredential, ProviderId, ProviderModel, ProviderPatch,
    ProviderTested, Secret,
};
use mosaic_storage::{Removal, Setup, StoreError, testing::TestDatabase};

use crate::seed::{API_KEY, agent, api_key, login, provider};

fn renamed(name: &str) -> ProviderPatch {
    ProviderPatch { name: Some(name.to_owned()), ..ProviderPatch::default() }
}

fn switched(enabled: bool) -> ProviderPatch {
    ProviderPatch { enabled: Some(enabled), ..ProviderPatch::default() }
}

async fn key_of(db: &TestDatabase, owner: Owner, id: ProviderId) -> Option<Secret<String>> {
    db.store.provider_with_key(owner, id).await.unwrap().1
}

async fn audited(db: &TestDatabase) -> Vec<String> {
    sqlx::query_scalar("SELECT trim(action || ' ' || detail) FROM audit_log ORDER BY number OFFSET 1")
        .fetch_all(&mut login(db).await)
        .await
        .unwrap()
}

#[tokio::test]
async fn of_two_who_change_the_same_version_one_is_told_what_changed() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    let by = By::host();
    let added = db.store.add_provider(ann, provider("Models"), Some(&api_key()), &by).await.unwrap();
    let change = |expected, patch| db.store.change_provider(ann, added.id, expected, patch, None, &by);
    let (one, two) = tokio::join!(change(Some(1), renamed("One")), change(Some(1), renamed("Two")));
    assert_ne!(one.is_ok(), two.is_ok());
    let (Err(refused), Ok(changed)) = (if one.is_ok() { (two, one) } else { (one, two) }) else {
        panic!("one and only one")
    };
    assert!(
        matches!(refused, StoreError::Stale { version: 2, ref changed } if changed == &["name"]),
        "{refused:?}"
    );
    assert_eq!(changed.version, 2);
    assert_eq!(db.store.provider(ann, added.id).await.unwrap(), changed);

    // Only what changed after the version that the caller saw is named.
    let other_path =
        ProviderPatch { base_url: Some("http://models.example/v2".to_owned()), ..ProviderPatch::default() };
    change(Some(2), other_path).await.unwrap();
    let refused = change(Some(2), renamed("Three")).await;
    assert!(matches!(refused, Err(StoreError::Stale { version: 3, changed }) if changed == ["base_url"]));
    let removal = Removal { expected: Some(2), cascade: true };
    let refused = db.store.remove_provider(ann, added.id, removal, &by).await;
    assert!(matches!(refused, Err(StoreError::Stale { .. })), "{refused:?}");

    // What changes nothing is no change, and nobody is told of it.
    assert_eq!(change(None, renamed(" Two ")).await.unwrap().name, "Two");
    let before = db.store.provider(ann, added.id).await.unwrap().version;
    change(Some(before), renamed("Two")).await.unwrap();
    assert_eq!(db.store.provider(ann, added.id).await.unwrap().version, before);
}

#[tokio::test]
async fn a_provider_in_use_is_not_switched_off_and_a_switched_off_one_gets_no_agents() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    let by = By::host();
    let models = db.store.add_provider(ann, provider("Models"), Some(&api_key()), &by).await.unwrap();
    let main = db.store.add_agent(ann, agent("main", &models), &by).await.unwrap();
    let change = |patch| db.store.change_provider(ann, models.id, None, patch, None, &by);
    let refused = change(switched(false)).await;
    assert!(matches!(refused, Err(StoreError::InUse { agents }) if agents == ["main"]));
    let fewer = ProviderPatch { models: Some(vec!["large".into()]), ..ProviderPatch::default() };
    let refused = change(fewer).await;
    assert!(
        matches!(refused, Err(StoreError::ModelInUse { model, agents }) if model == "small" && agents == ["main"])
    );

    db.store.delete_agent(ann, main.id, None, &by).await.unwrap();
    assert!(!change(switched(false)).await.unwrap().enabled);
    assert_eq!(db.store.has_agent_and_provider(ann).await.unwrap(), Setup::NoProvider);
    let refused = db.store.add_agent(ann, agent("main", &models), &by).await;
    assert!(matches!(refused, Err(StoreError::Invalid(why)) if why.contains("switched off")));
    assert!(change(switched(true)).await.unwrap().enabled);
    db.store.add_agent(ann, agent("main", &models), &by).await.unwrap();
    assert_eq!(
        audited(&db).await,
        [
            "provider.added",
            "agent.added",
            "agent.removed",
            "provider.changed enabled",
            "provider.changed enabled",
            "agent.added"
        ]
    );
}

#[tokio::test]
async fn a_cascade_takes_the_agents_along_and_says_so() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    let by = By::host();
    let models = db.store.add_provider(ann, provider("Models"), Some(&api_key()), &by).await.unwrap();
    let kept = db.store.add_provider(ann, provider("Kept"), Some(&api_key()), &by).await.unwrap();
    let main = db.store.add_agent(ann, agent("main", &models), &by).await.unwrap();
    let other = db.store.add_agent(ann, agent("other", &kept), &by).await.unwrap();
    let refused = db.store.remove_provider(ann, models.id, Removal::default(), &by).await;
    assert!(matches!(refused, Err(StoreError::InUse { agents }) if agents == ["main"]));
    let cascade = Removal { cascade: true, ..Removal::default() };
    assert_eq!(db.store.remove_provider(ann, models.id, cascade, &by).await.unwrap(), [main.id]);
    let passed_on = Agent { is_default: true, version: 2, ..other };
    assert_eq!(db.store.agents(ann).await.unwrap(), [passed_on], "the default went, and was passed on");
    assert_eq!(db.store.providers(ann).await.unwrap(), [kept]);
    assert_eq!(audited(&db).await[4..], ["agent.removed with its provider", "provider.removed"]);
}

#[tokio::test]
async fn a_key_is_for_the_server_it_was_given_for() {
    let db = TestDatabase::create().await;
    let (ann, bob) = (db.user("ann").await, db.user("bob").await);
    let by = By::host();
    let added = db.store.add_provider(ann, provider("Models"), Some(&api_key()), &by).await.unwrap();
    let away =
        || ProviderPatch { base_url: Some("https://evil.example/v1".to_owned()), ..ProviderPatch::default() };
    let refused = db.store.change_provider(ann, added.id, None, away(), None, &by).await;
    assert!(matches!(refused, Err(StoreError::Invalid(why)) if why.contains("api_key")));
    assert_eq!(key_of(&db, ann, added.id).await.unwrap().expose(), API_KEY);
    assert!(matches!(db.store.provider_with_key(bob, added.id).await, Err(StoreError::NotFound)));
    let key = Secret::new("sk-for-the-other-server-99".to_owned());
    let moved = db.store.change_provider(ann, added.id, None, away(), Some(&key), &by).await.unwrap();
    assert_eq!((moved.key_hint.as_str(), moved.key_set_at), ("r-99", Some(moved.created_at)));
    assert_eq!(key_of(&db, ann, added.id).await.unwrap().expose(), key.expose());
}

#[tokio::test]
async fn a_provider_without_a_key_can_be_given_one() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    let by = By::host();
    let mut draft = provider("Local");
    draft.preset = Some("mistral".to_owned());
    let refused = db.store.add_provider(ann, draft.clone(), None, &by).await;
    assert!(matches!(refused, Err(StoreError::Invalid(why)) if why.contains("Mistral needs an API key")));
    draft.preset = Some("ollama".to_owned());
    let local = db.store.add_provider(ann, draft, None, &by).await.unwrap();
    assert_eq!(db.store.provider(ann, local.id).await.unwrap(), local);
    assert!(key_of(&db, ann, local.id).await.is_none());
    let input = db.store.assembly_input(ann).await.unwrap();
    assert!(matches!(input.providers[0].1, ProviderCredential::None));
    db.store.replace_provider_key(ann, local.id, &api_key(), &by).await.unwrap();
    let input = db.store.assembly_input(ann).await.unwrap();
    assert!(matches!(&input.providers[0].1, ProviderCredential::Key(key) if key.expose() == API_KEY));
}

#[tokio::test]
async fn an_address_out_of_bounds_is_not_saved_unless_an_admin_allows_it() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    let by = By::host();
    let at = |url: &str| {
        let mut draft = provider(url.trim_start_matches("http://").split('/').next().unwrap());
        draft.base_url = url.to_owned();
        draft
    };
    for url in
        ["http://10.0.0.7:11434/v1", "http://host.mosaic.internal:11434/v1", "http://169.254.169.254/v1"]
    {
        let refused = db.store.add_provider(ann, at(url), None, &by).await;
        assert!(
            matches!(refused, Err(StoreError::Invalid(why)) if why.contains("to allowed_egress")),
            "{url}"
        );
    }
    db.store.set_setting("allowed_egress", "10.0.0.7:11434,host.mosaic.internal:11434", &by).await.unwrap();
    let lan = db.store.add_provider(ann, at("http://10.0.0.7:11434/v1"), None, &by).await.unwrap();
    db.store.add_provider(ann, at("http://host.mosaic.internal:11434/v1"), None, &by).await.unwrap();
    let other_port =
        ProviderPatch { base_url: Some("http://10.0.0.7:22/v1".to_owned()), ..ProviderPatch::default() };
    let refused = db.store.change_provider(ann, lan.id, None, other_port, None, &by).await;
    assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
}

#[tokio::test]
async fn what_is_known_of_models_and_of_the_last_test_is_kept_as_long_as_it_holds() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    let by = By::host();
    let added = db.store.add_provider(ann, provider("Models"), Some(&api_key()), &by).await.unwrap();
    let facts = ModelFacts {
        name: Some("Small".to_owned()),
        context_window: Some(32_000),
        max_tokens: None,
        input: vec![InputKind::Text, InputKind::Image],
    };
    let models = vec!["large".into(), ProviderModel { id: "small".to_owned(), facts }];
    let patch = ProviderPatch { models: Some(models.clone()), ..ProviderPatch::default() };
    db.store.change_provider(ann, added.id, None, patch, None, &by).await.unwrap();
    assert_eq!(db.store.provider(ann, added.id).await.unwrap().models, models);

    let tested = async || db.store.provider(ann, added.id).await.unwrap().tested;
    db.store.note_provider_test(ann, added.id, 1, true).await.unwrap();
    assert_eq!(tested().await, None, "the test was of an older version");
    db.store.note_provider_test(ann, added.id, 2, true).await.unwrap();
    assert_eq!(tested().await, Some(ProviderTested { at: added.created_at, ok: true }));
    db.store.change_provider(ann, added.id, None, renamed("Other"), None, &by).await.unwrap();
    assert!(tested().await.is_some(), "a name changes no connection");
    db.store.replace_provider_key(ann, added.id, &api_key(), &by).await.unwrap();
    assert_eq!(tested().await, None);
}
