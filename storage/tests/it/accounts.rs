//! Passwords and sessions.

use std::time::Duration;

use mosaic_model::{AuditAction, By, Clock, Email, Secret};
use mosaic_storage::{LoginMethod, NewSession, PasswordCheck, Role, StoreError, testing::TestDatabase};

use crate::seed::login;

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn browser() -> NewSession {
    NewSession { method: LoginMethod::Local, device: "x".repeat(500), address: "192.0.2.7".to_owned() }
}

#[tokio::test]
async fn a_breakglass_password_opens_whatever_the_settings_say() {
    let db = TestDatabase::create().await;
    let email = Email::parse("root@example.org").unwrap();
    let admin =
        db.store.create_breakglass(&email, &secret("correct horse battery"), &By::host()).await.unwrap();
    db.store.set_setting("local_accounts", "false", &By::host()).await.unwrap();
    let check = db.store.check_password(&email, &secret("correct horse battery")).await.unwrap();
    assert_eq!(check, PasswordCheck::Accepted { user: admin.clone(), method: LoginMethod::Breakglass });
    let check = db.store.check_password(&email, &secret("correct horse batterz")).await.unwrap();
    assert_eq!(check, PasswordCheck::Refused { account: Some(admin.id) });
    let nobody = Email::parse("nobody@example.org").unwrap();
    let check = db.store.check_password(&nobody, &secret("correct horse battery")).await.unwrap();
    assert_eq!(check, PasswordCheck::Refused { account: None });
}

#[tokio::test]
async fn a_disabled_admin_is_refused_like_a_wrong_password() {
    let db = TestDatabase::create().await;
    let email = Email::parse("root@example.org").unwrap();
    let admin =
        db.store.create_breakglass(&email, &secret("correct horse battery"), &By::host()).await.unwrap();
    sqlx::query("UPDATE users SET disabled = true").execute(&mut login(&db).await).await.unwrap();
    let check = db.store.check_password(&email, &secret("correct horse battery")).await.unwrap();
    assert_eq!(check, PasswordCheck::Refused { account: Some(admin.id) });
}

#[tokio::test]
async fn another_password_ends_every_session_but_the_one_that_changed_it() {
    let db = TestDatabase::create().await;
    let email = Email::parse("root@example.org").unwrap();
    let admin =
        db.store.create_breakglass(&email, &secret("correct horse battery"), &By::host()).await.unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test acts for whom it made")]
    let owner = mosaic_model::Owner::vouch(admin.id);
    let (kept, kept_token) = db.store.create_session(owner, browser(), &By::host()).await.unwrap();
    let (_, other_token) = db.store.create_session(owner, browser(), &By::host()).await.unwrap();
    let new = secret("another horse battery");
    db.store.set_password(owner, &new, Some(kept), AuditAction::PasswordChanged, &By::host()).await.unwrap();
    assert!(db.store.authenticate_session(&kept_token.hash()).await.unwrap().is_some());
    assert!(db.store.authenticate_session(&other_token.hash()).await.unwrap().is_none());
    assert!(db.store.is_own_password(owner, &new).await.unwrap());
    db.store.reset_password(admin.id, &secret("third horse battery"), &By::host()).await.unwrap();
    assert!(db.store.authenticate_session(&kept_token.hash()).await.unwrap().is_none());

    let ann = db.user("ann").await;
    let refused = db.store.reset_password(ann.user_id(), &new, &By::host()).await;
    assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
}

#[tokio::test]
async fn a_session_speaks_for_its_owner_until_it_is_ended() {
    let db = TestDatabase::create().await;
    let (ann, bob) = (db.user("ann").await, db.user("bob").await);
    let (id, token) = db.store.create_session(ann, browser(), &By::host()).await.unwrap();
    let caller = db.store.authenticate_session(&token.hash()).await.unwrap().unwrap();
    assert_eq!((caller.user, caller.role, caller.session), (ann.user_id(), Role::User, id));
    let listed = db.store.sessions(ann).await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].device.len(), 200);
    assert!(db.store.sessions(bob).await.unwrap().is_empty());
    assert!(db.store.user(ann).await.unwrap().last_login_at.is_some());

    let ended = db.store.end_session(bob, id, AuditAction::SessionEnded, &By::host()).await;
    assert!(matches!(ended, Err(StoreError::NotFound)));
    db.store.end_session(ann, id, AuditAction::Logout, &By::host()).await.unwrap();
    assert_eq!(db.store.authenticate_session(&token.hash()).await.unwrap(), None);
}

#[tokio::test]
async fn an_unused_session_ends_and_a_used_one_ends_later() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    db.store.set_setting("session_idle_timeout_secs", "600", &By::host()).await.unwrap();
    db.store.set_setting("session_lifetime_secs", "1000", &By::host()).await.unwrap();
    let (id, token) = db.store.create_session(ann, browser(), &By::host()).await.unwrap();
    db.clock.advance(Duration::from_secs(599));
    let caller = db.store.authenticate_session(&token.hash()).await.unwrap().unwrap();
    assert_eq!((caller.ends_at - db.clock.now()).num_seconds(), 1);
    db.store.touch_session(ann, id).await.unwrap();
    db.clock.advance(Duration::from_secs(400));
    assert!(db.store.authenticate_session(&token.hash()).await.unwrap().is_some());
    db.clock.advance(Duration::from_secs(1));
    assert!(db.store.authenticate_session(&token.hash()).await.unwrap().is_none(), "its life is over");

    let (_, token) = db.store.create_session(ann, browser(), &By::host()).await.unwrap();
    db.clock.advance(Duration::from_mins(10));
    assert!(db.store.authenticate_session(&token.hash()).await.unwrap().is_none(), "it was not used");
}

#[tokio::test]
async fn the_session_used_least_recently_makes_room() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    let (_, first) = db.store.create_session(ann, browser(), &By::host()).await.unwrap();
    for _ in 0..100 {
        db.clock.advance(Duration::from_secs(1));
        db.store.create_session(ann, browser(), &By::host()).await.unwrap();
    }
    assert_eq!(db.store.sessions(ann).await.unwrap().len(), 100);
    assert!(db.store.authenticate_session(&first.hash()).await.unwrap().is_none());
    assert_eq!(db.store.end_sessions(ann, None, &By::host()).await.unwrap(), 100);
}
