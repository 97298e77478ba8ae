//! Providers and agents.

use mosaic_model::{
    AgentDraft, AgentPatch, By, Emoji, ModelRef, Owner, Provider, ProviderCredential, ProviderPatch, Secret,
    SkillName, ToolName, ToolPolicy,
};
use mosaic_storage::{Removal, StoreError, testing::TestDatabase};

use crate::seed::{API_KEY, agent, api_key, provider};

#[tokio::test]
async fn a_provider_is_its_owners_alone() {
    let db = TestDatabase::create().await;
    let (ann, bob) = (db.user("ann").await, db.user("bob").await);
    let added =
        db.store.add_provider(ann, provider(" Models "), Some(&api_key()), &By::host()).await.unwrap();
    assert_eq!(added.name, "Models");
    assert_eq!(added.key_hint, &API_KEY[API_KEY.len() - 4..]);
    assert_eq!(db.store.providers(ann).await.unwrap(), std::slice::from_ref(&added));
    assert_eq!(db.store.providers(bob).await.unwrap(), []);
    assert!(matches!(
        db.store.remove_provider(bob, added.id, Removal::default(), &By::host()).await,
        Err(StoreError::NotFound)
    ));
    let replaced = db.store.replace_provider_key(bob, added.id, &api_key(), &By::host()).await;
    assert!(matches!(replaced, Err(StoreError::NotFound)));
    db.store.remove_provider(ann, added.id, Removal::default(), &By::host()).await.unwrap();
    assert_eq!(db.store.providers(ann).await.unwrap(), []);
}

#[tokio::test]
async fn what_is_wrong_with_a_provider_is_said() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    let nameless = db.store.add_provider(ann, provider(" "), Some(&api_key()), &By::host()).await;
    assert!(matches!(nameless, Err(StoreError::Invalid(_))), "{nameless:?}");
    for key in ["", " ", "two words", "line\nbreak"] {
        let refused = db
            .store
            .add_provider(ann, provider("Models"), Some(&Secret::new(key.to_owned())), &By::host())
            .await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{key:?}");
    }
    db.store
        .add_provider(ann, provider("Models"), Some(&Secret::new("short\n".to_owned())), &By::host())
        .await
        .unwrap();
    let twice = db.store.add_provider(ann, provider("Models"), Some(&api_key()), &By::host()).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");
    assert_eq!(db.store.providers(ann).await.unwrap()[0].key_hint, "", "a short key shows nothing of itself");
}

#[tokio::test]
async fn an_agent_has_a_model_of_its_owners() {
    let db = TestDatabase::create().await;
    let (ann, bob) = (db.user("ann").await, db.user("bob").await);
    let models = db.store.add_provider(ann, provider("Models"), Some(&api_key()), &By::host()).await.unwrap();
    let unknown = ModelRef { provider: models.id, model: "huge".to_owned() };
    let mut draft = agent("main", &models);
    draft.model = unknown;
    let refused = db.store.add_agent(ann, draft, &By::host()).await;
    assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    let foreign = db.store.add_agent(bob, agent("main", &models), &By::host()).await;
    assert!(matches!(foreign, Err(StoreError::Invalid(_))), "{foreign:?}");

    let added = db.store.add_agent(ann, agent("main", &models), &By::host()).await.unwrap();
    assert_eq!(db.store.agents(ann).await.unwrap(), std::slice::from_ref(&added));
    assert_eq!(db.store.agents(bob).await.unwrap(), []);
    let twice = db.store.add_agent(ann, agent("main", &models), &By::host()).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "{twice:?}");

    let used = db.store.remove_provider(ann, models.id, Removal::default(), &By::host()).await;
    assert!(matches!(used, Err(StoreError::InUse { agents }) if agents == ["main"]));
    assert!(matches!(
        db.store.delete_agent(bob, added.id, None, &By::host()).await,
        Err(StoreError::NotFound)
    ));
    db.store.delete_agent(ann, added.id, None, &By::host()).await.unwrap();
    db.store.remove_provider(ann, models.id, Removal::default(), &By::host()).await.unwrap();
}

#[tokio::test]
async fn the_assembly_holds_the_owners_keys_and_nobody_elses() {
    let db = TestDatabase::create().await;
    let (ann, bob) = (db.user("ann").await, db.user("bob").await);
    let models = db.store.add_provider(ann, provider("Models"), Some(&api_key()), &By::host()).await.unwrap();
    db.store.add_agent(ann, agent("main", &models), &By::host()).await.unwrap();
    let input = db.store.assembly_input(ann).await.unwrap();
    let [(provider, ProviderCredential::Key(key))] = &input.providers[..] else {
        panic!("one provider with its key: {input:?}");
    };
    assert_eq!((provider, key.expose().as_str()), (&models, API_KEY));
    assert_eq!(input.agents.len(), 1);
    let bobs = db.store.assembly_input(bob).await.unwrap();
    assert!(bobs.providers.is_empty() && bobs.agents.is_empty());
}

/// The short names of the owner's default agents: one, or none where there are no agents.
async fn defaults(db: &TestDatabase, owner: Owner) -> Vec<String> {
    let agents = db.store.agents(owner).await.unwrap();
    agents.into_iter().filter(|agent| agent.is_default).map(|agent| agent.slug.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_an_owners_agents_is_the_default_whatever_is_done_at_once() {
    let db = TestDatabase::create().await;
    let (ann, by) = (db.user("ann").await, By::host());
    let models = db.store.add_provider(ann, provider("Models"), Some(&api_key()), &by).await.unwrap();
    let add = |slug: &'static str| db.store.add_agent(ann, agent(slug, &models), &by);
    let (one, two, three) = tokio::join!(add("one"), add("two"), add("three"));
    let added = [one.unwrap(), two.unwrap(), three.unwrap()];
    assert_eq!(defaults(&db, ann).await.len(), 1);

    let to = || AgentPatch { is_default: Some(true), ..AgentPatch::default() };
    let make = |id| db.store.change_agent(ann, id, None, to(), &by);
    let (one, two, three) = tokio::join!(make(added[0].id), make(added[1].id), make(added[2].id));
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!(defaults(&db, ann).await.len(), 1);
    make(added[2].id).await.unwrap();
    assert_eq!(defaults(&db, ann).await, ["three"]);
    let not = AgentPatch { is_default: Some(false), ..AgentPatch::default() };
    let refused = db.store.change_agent(ann, added[2].id, None, not, &by).await;
    assert!(matches!(refused, Err(StoreError::Invalid(words)) if words.contains("another one the default")));

    let oldest = db.store.agents(ann).await.unwrap().remove(0);
    db.store.delete_agent(ann, added[2].id, None, &by).await.unwrap();
    let expected =
        if oldest.id == added[2].id { defaults(&db, ann).await } else { vec![oldest.slug.to_string()] };
    assert_eq!(defaults(&db, ann).await, expected, "the oldest of the others has it");
    let first = AgentDraft { is_default: true, ..agent("first", &models) };
    db.store.add_agent(ann, first, &by).await.unwrap();
    assert_eq!(defaults(&db, ann).await, ["first"]);
}

#[tokio::test]
async fn a_change_to_an_agent_is_refused_to_who_saw_an_older_one_and_says_what_changed() {
    let db = TestDatabase::create().await;
    let (ann, bob, by) = (db.user("ann").await, db.user("bob").await, By::host());
    let models = db.store.add_provider(ann, provider("Models"), Some(&api_key()), &by).await.unwrap();
    let main = db.store.add_agent(ann, agent("main", &models), &by).await.unwrap();
    let patch = AgentPatch {
        name: Some("Grace".to_owned()),
        emoji: Some(Some(Emoji::parse("🧩").unwrap())),
        tools: Some(ToolPolicy { deny: vec![ToolName::parse("exec").unwrap()], ..ToolPolicy::default() }),
        skills: Some(vec![SkillName::parse("weather").unwrap()]),
        ..AgentPatch::default()
    };
    let changed = db.store.change_agent(ann, main.id, Some(1), patch.clone(), &by).await.unwrap();
    assert_eq!(changed.version, 2);
    assert_eq!(db.store.agent(ann, main.id).await.unwrap(), changed, "it reads back as it was written");
    let same = db.store.change_agent(ann, main.id, Some(2), patch.clone(), &by).await.unwrap();
    assert_eq!(same.version, 2, "a change to what it is already is none");

    let stale = db.store.change_agent(ann, main.id, Some(1), patch.clone(), &by).await;
    let expected = ["name", "emoji", "tools", "skills"];
    assert!(matches!(stale, Err(StoreError::Stale { version: 2, changed }) if changed == expected));
    let stale = db.store.delete_agent(ann, main.id, Some(1), &by).await;
    assert!(matches!(stale, Err(StoreError::Stale { .. })), "{stale:?}");
    let foreign = db.store.change_agent(bob, main.id, None, patch, &by).await;
    assert!(matches!(foreign, Err(StoreError::NotFound)), "{foreign:?}");
    assert!(matches!(db.store.agent(bob, main.id).await, Err(StoreError::NotFound)));
}

#[tokio::test]
async fn a_model_that_stands_in_is_the_owners_and_stays_while_it_does() {
    let db = TestDatabase::create().await;
    let (ann, bob, by) = (db.user("ann").await, db.user("bob").await, By::host());
    let models = db.store.add_provider(ann, provider("Models"), Some(&api_key()), &by).await.unwrap();
    let spare = db.store.add_provider(ann, provider("Spare"), Some(&api_key()), &by).await.unwrap();
    let bobs = db.store.add_provider(bob, provider("Models"), Some(&api_key()), &by).await.unwrap();
    let at = |provider: &Provider, model: &str| ModelRef { provider: provider.id, model: model.to_owned() };
    let to = |fallbacks| AgentPatch { fallbacks: Some(fallbacks), ..AgentPatch::default() };
    let main = db.store.add_agent(ann, agent("main", &models), &by).await.unwrap();
    for wrong in [at(&bobs, "small"), at(&spare, "huge"), at(&models, "small")] {
        let refused = db.store.change_agent(ann, main.id, None, to(vec![wrong]), &by).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    }
    let both = vec![at(&spare, "large"), at(&models, "large"), at(&spare, "small")];
    let changed = db.store.change_agent(ann, main.id, None, to(both.clone()), &by).await.unwrap();
    assert_eq!(changed.fallbacks, both);
    assert_eq!(db.store.agent(ann, main.id).await.unwrap().fallbacks, both, "in their order");

    let off = ProviderPatch { enabled: Some(false), ..ProviderPatch::default() };
    let used = db.store.change_provider(ann, spare.id, None, off, None, &by).await;
    assert!(matches!(used, Err(StoreError::InUse { agents }) if agents == ["main"]));
    let fewer = ProviderPatch { models: Some(vec!["small".into()]), ..ProviderPatch::default() };
    let used = db.store.change_provider(ann, spare.id, None, fewer, None, &by).await;
    assert!(matches!(used, Err(StoreError::ModelInUse { model, .. }) if model == "large"));
    let used = db.store.remove_provider(ann, spare.id, Removal::default(), &by).await;
    assert!(matches!(used, Err(StoreError::InUse { agents }) if agents == ["main"]));

    let cascade = Removal { cascade: true, ..Removal::default() };
    let removed = db.store.remove_provider(ann, spare.id, cascade, &by).await.unwrap();
    assert_eq!(removed, [], "an agent with a model elsewhere stays");
    let left = db.store.agent(ann, main.id).await.unwrap();
    assert_eq!((left.fallbacks, left.version), (vec![at(&models, "large")], changed.version + 1));
}
