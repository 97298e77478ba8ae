//! Personal API tokens.

use std::time::Duration;

use mosaic_model::{By, Clock, PersonalToken, Scopes};
use mosaic_storage::{Caller, NewToken, Role, StoreError, testing::TestDatabase};

use crate::seed::login;

#[tokio::test]
async fn a_token_speaks_for_its_owner_until_it_is_revoked() {
    let db = TestDatabase::create().await;
    let (ann, bob) = (db.user("ann").await, db.user("bob").await);
    let (id, token) = db.store.create_token(ann, NewToken::own(" laptop "), &By::host()).await.unwrap();
    let caller = db.store.authenticate(&token.hash()).await.unwrap();
    let expected = Caller {
        user: ann.user_id(),
        role: Role::User,
        token: id,
        scopes: Scopes::OWN,
        expires_at: None,
        last_used_at: None,
    };
    assert_eq!(caller, Some(expected));

    assert!(matches!(db.store.revoke_token(bob, id, &By::host()).await, Err(StoreError::NotFound)));
    assert!(matches!(db.store.touch_token(bob, id).await, Err(StoreError::NotFound)));
    db.store.touch_token(ann, id).await.unwrap();
    db.store.revoke_token(ann, id, &By::host()).await.unwrap();
    assert!(matches!(db.store.revoke_token(ann, id, &By::host()).await, Err(StoreError::NotFound)));
    assert_eq!(db.store.authenticate(&token.hash()).await.unwrap(), None);

    assert_eq!(db.store.tokens(bob).await.unwrap(), []);
    let tokens = db.store.tokens(ann).await.unwrap();
    assert_eq!(tokens.len(), 1);
    assert_eq!(tokens[0].name, "laptop");
    assert!(tokens[0].last_used_at.is_some() && tokens[0].revoked_at.is_some());
}

#[tokio::test]
async fn an_expired_token_is_nobodys() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    let expires_at = Some(db.clock.now() + Duration::from_mins(1));
    let (_, token) = db
        .store
        .create_token(ann, NewToken { expires_at, ..NewToken::own("short") }, &By::host())
        .await
        .unwrap();
    assert_eq!(db.store.authenticate(&token.hash()).await.unwrap().unwrap().expires_at, expires_at);
    db.clock.advance(Duration::from_mins(1));
    assert_eq!(db.store.authenticate(&token.hash()).await.unwrap(), None);
}

#[tokio::test]
async fn a_disabled_users_token_is_nobodys() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    let (_, token) = db.store.create_token(ann, NewToken::own("laptop"), &By::host()).await.unwrap();
    sqlx::query("UPDATE users SET disabled = true").execute(&mut login(&db).await).await.unwrap();
    assert_eq!(db.store.authenticate(&token.hash()).await.unwrap(), None);
}

#[tokio::test]
async fn an_unknown_token_is_nobodys_and_a_nameless_one_is_not_made() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    let unknown = PersonalToken::from_random([7; 32]);
    assert_eq!(db.store.authenticate(&unknown.hash()).await.unwrap(), None);
    let nameless = db.store.create_token(ann, NewToken::own("  "), &By::host()).await;
    assert!(matches!(nameless, Err(StoreError::Invalid(_))));
}
