//! Values that Postgres cannot keep are their author's fault, not Mosaic's.

use chrono::DateTime;
use mosaic_model::{AgentDraft, By, Email, ProviderDraft};
use mosaic_storage::{NewToken, StoreError, testing::TestDatabase};
use proptest::{prelude::*, test_runner::TestRunner};

use crate::seed::{agent, api_key, provider};

fn is_invalid<T>(refused: &Result<T, StoreError>) -> bool {
    matches!(refused, Err(StoreError::Invalid(_)))
}

#[tokio::test]
async fn text_with_a_nul_is_refused_as_invalid_wherever_it_comes_in() {
    let db = TestDatabase::create().await;
    let (store, by) = (&db.store, By::host());
    let ann = db.user("ann").await;
    let named = ProviderDraft { name: "a\0b".to_owned(), ..provider("a") };
    assert!(is_invalid(&store.add_provider(ann, named, Some(&api_key()), &by).await));
    let sound = store.add_provider(ann, provider("Models"), Some(&api_key()), &by).await.unwrap();
    for draft in [
        AgentDraft { name: "a\0b".to_owned(), ..agent("main", &sound) },
        AgentDraft { personality: "a\0b".to_owned(), ..agent("main", &sound) },
    ] {
        assert!(is_invalid(&store.add_agent(ann, draft, &by).await));
    }
    assert!(is_invalid(&store.create_token(ann, NewToken::own("a\0b"), &by).await));
}

#[tokio::test]
async fn a_time_that_the_database_cannot_keep_is_refused_as_invalid() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    for far in [DateTime::<chrono::Utc>::MAX_UTC, DateTime::<chrono::Utc>::MIN_UTC] {
        let token = NewToken { expires_at: Some(far), ..NewToken::own("laptop") };
        let made = db.store.create_token(ann, token, &By::host()).await;
        assert!(made.is_ok() || is_invalid(&made), "{far}");
    }
}

#[tokio::test]
async fn a_browser_is_known_by_what_it_was_given_and_by_nothing_else() {
    let db = TestDatabase::create().await;
    let kept = db.store.make_device(&Email::parse("ann@example.org").unwrap());
    let known = db.store.known_device(&kept).unwrap();
    assert_eq!(known.email, "ann@example.org");
    let texts = (any::<String>(), "[0-9a-f]{0,200}", any::<prop::sample::Index>(), "[0-9a-f]");
    let tried = TestRunner::default().run(&texts, |(text, digits, at, digit)| {
        prop_assert!(db.store.known_device(&text).is_none());
        prop_assert!(db.store.known_device(&digits).is_none());
        let at = at.index(kept.len());
        prop_assert!(db.store.known_device(&kept[..at]).is_none());
        let changed = format!("{}{digit}{}", &kept[..at], &kept[at + 1..]);
        prop_assert!(changed == kept || db.store.known_device(&changed).is_none());
        Ok(())
    });
    tried.unwrap();
}
