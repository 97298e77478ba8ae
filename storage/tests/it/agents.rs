//! Providers and agents.

use mosaic_model::{By, ModelRef, ProviderCredential, Secret};
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
    assert!(matches!(db.store.delete_agent(bob, added.id, &By::host()).await, Err(StoreError::NotFound)));
    db.store.delete_agent(ann, added.id, &By::host()).await.unwrap();
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
