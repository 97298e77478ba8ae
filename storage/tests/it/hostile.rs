//! Values that Postgres cannot keep are their author's fault, not Mosaic's.

use chrono::DateTime;
use mosaic_model::{AgentDraft, By, ProviderDraft};
use mosaic_storage::{NewToken, StoreError, testing::TestDatabase};

use crate::seed::{agent, api_key, provider};

fn is_invalid<T>(refused: Result<T, StoreError>) -> bool {
    matches!(refused, Err(StoreError::Invalid(_)))
}

#[tokio::test]
async fn text_with_a_nul_is_refused_as_invalid_wherever_it_comes_in() {
    let db = TestDatabase::create().await;
    let (store, by) = (&db.store, By::host());
    let ann = db.user("ann").await;
    let named = ProviderDraft { name: "a\0b".to_owned(), ..provider("a") };
    assert!(is_invalid(store.add_provider(ann, named, &api_key(), &by).await));
    let sound = store.add_provider(ann, provider("Models"), &api_key(), &by).await.unwrap();
    for draft in [
        AgentDraft { name: "a\0b".to_owned(), ..agent("main", &sound) },
        AgentDraft { personality: "a\0b".to_owned(), ..agent("main", &sound) },
    ] {
        assert!(is_invalid(store.add_agent(ann, draft, &by).await));
    }
    assert!(is_invalid(store.create_token(ann, NewToken::own("a\0b"), &by).await));
}

#[tokio::test]
async fn a_time_that_the_database_cannot_keep_is_refused_as_invalid() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    for far in [DateTime::<chrono::Utc>::MAX_UTC, DateTime::<chrono::Utc>::MIN_UTC] {
        let token = NewToken { expires_at: Some(far), ..NewToken::own("laptop") };
        let made = db.store.create_token(ann, token, &By::host()).await;
        assert!(made.is_ok() || is_invalid(made), "{far}");
    }
}
