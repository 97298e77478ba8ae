//! Invitations: made, looked at, accepted once, and over.

use std::time::Duration;

use mosaic_model::{AccessChange, By, Clock, Email, InvitationToken, Owner, Role, Secret};
use mosaic_storage::{
    LoginMethod, NewInvitation, NewSession, PasswordCheck, StoreError, testing::TestDatabase,
};

use crate::seed::login;

const PASSWORD: &str = "correct horse battery";

fn new(name: &str) -> NewInvitation {
    NewInvitation {
        email: Email::parse(&format!("{name}@example.org")).unwrap(),
        role: Role::User,
        invited_by: None,
        valid_secs: Some(600),
    }
}

fn browser() -> NewSession {
    NewSession { method: LoginMethod::Local, device: "a browser".to_owned(), address: "192.0.2.7".to_owned() }
}

fn secret(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

async fn invited(db: &TestDatabase, name: &str) -> InvitationToken {
    db.store.invite(new(name), &By::host()).await.unwrap().1
}

async fn is_over(db: &TestDatabase, token: &InvitationToken) -> bool {
    let looked = db.store.open_invitation(&token.hash()).await;
    let accepted = db.store.accept_invitation(token, &secret(PASSWORD), browser(), &By::host()).await;
    matches!((looked, accepted), (Err(StoreError::NotFound), Err(StoreError::NotFound)))
}

#[tokio::test]
async fn an_accepted_invitation_is_an_account_that_signs_in_with_its_password() {
    let db = TestDatabase::create().await;
    let root = db.user("root").await.user_id();
    let draft = NewInvitation { role: Role::Admin, invited_by: Some(root), ..new("ann") };
    let (made, token) = db.store.invite(draft, &By::host()).await.unwrap();
    assert_eq!(db.store.open_invitation(&token.hash()).await.unwrap(), made);
    let (ann, session) =
        db.store.accept_invitation(&token, &secret(PASSWORD), browser(), &By::host()).await.unwrap();
    assert_eq!((ann.email.as_str(), ann.role), ("ann@example.org", Role::Admin));
    let caller = db.store.authenticate_session(&session.hash()).await.unwrap().unwrap();
    assert_eq!((caller.user, caller.role), (ann.id, Role::Admin));
    let check = db.store.check_password(&ann.email, &secret(PASSWORD)).await.unwrap();
    assert!(matches!(check, PasswordCheck::Accepted { method: LoginMethod::Local, .. }), "{check:?}");
    assert!(is_over(&db, &token).await);
    let listed = db.store.invitations().await.unwrap();
    assert_eq!((listed.len(), listed[0].accepted_at.is_some()), (1, true));
}

#[tokio::test]
async fn of_many_who_accept_at_once_one_wins_and_there_is_one_account() {
    let db = TestDatabase::create().await;
    let token = invited(&db, "ann").await;
    let passwords: Vec<_> = (0..6).map(|number| secret(&format!("{PASSWORD} {number}"))).collect();
    let by = By::host();
    let accepts = passwords.iter().map(|word| db.store.accept_invitation(&token, word, browser(), &by));
    let outcomes = futures_util::future::join_all(accepts).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for outcome in outcomes.iter().filter(|outcome| outcome.is_err()) {
        assert!(matches!(outcome, Err(StoreError::NotFound)), "{outcome:?}");
    }
    assert_eq!(db.store.users().await.unwrap().len(), 1);
    let winner = outcomes.iter().position(Result::is_ok).unwrap();
    let email = Email::parse("ann@example.org").unwrap();
    let check = db.store.check_password(&email, &passwords[winner]).await.unwrap();
    assert!(matches!(check, PasswordCheck::Accepted { .. }), "the winner's password is the account's");
}

#[tokio::test]
async fn an_invitation_that_is_over_opens_nothing() {
    let db = TestDatabase::create().await;
    let unknown = InvitationToken::from_random([3; 32]);
    assert!(is_over(&db, &unknown).await);

    let (made, revoked) = db.store.invite(new("ann"), &By::host()).await.unwrap();
    db.store.revoke_invitation(made.id, &By::host()).await.unwrap();
    assert!(is_over(&db, &revoked).await);
    let again = db.store.revoke_invitation(made.id, &By::host()).await;
    assert!(matches!(again, Err(StoreError::NotFound)), "{again:?}");

    let replaced = invited(&db, "bob").await;
    let second = invited(&db, "bob").await;
    assert!(is_over(&db, &replaced).await, "a newer link takes its place");
    db.clock.advance(Duration::from_secs(599));
    assert!(db.store.open_invitation(&second.hash()).await.unwrap().expires_at > db.clock.now());
    db.clock.advance(Duration::from_secs(1));
    assert!(is_over(&db, &second).await, "it has expired");
    assert!(db.store.users().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_bad_password_or_a_taken_address_leaves_the_invitation_open() {
    let db = TestDatabase::create().await;
    let token = invited(&db, "ann").await;
    let short = db.store.accept_invitation(&token, &secret("hunter2"), browser(), &By::host()).await;
    assert!(matches!(short, Err(StoreError::Invalid(_))), "{short:?}");
    let ann = db.user("ann").await;
    let taken = db.store.accept_invitation(&token, &secret(PASSWORD), browser(), &By::host()).await;
    assert!(matches!(taken, Err(StoreError::Conflict(_))), "{taken:?}");
    assert!(db.store.open_invitation(&token.hash()).await.is_ok());
    let again = db.store.invite(new("ann"), &By::host()).await;
    assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");

    // Erasing her erases what names her.
    db.store.change_access(ann.user_id(), AccessChange::Delete, &By::host()).await.unwrap();
    db.store.finish_deleting(ann.user_id(), &By::host()).await.unwrap();
    assert!(db.store.invitations().await.unwrap().is_empty());
}

#[tokio::test]
async fn while_local_accounts_are_switched_off_nobody_is_invited_and_nobody_accepts() {
    let db = TestDatabase::create().await;
    let token = invited(&db, "ann").await;
    db.store.set_setting("local_accounts", "false", &By::host()).await.unwrap();
    let accepted = db.store.accept_invitation(&token, &secret(PASSWORD), browser(), &By::host()).await;
    assert!(matches!(accepted, Err(StoreError::Off(_))), "{accepted:?}");
    assert!(matches!(db.store.invite(new("bob"), &By::host()).await, Err(StoreError::Off(_))));
    db.store.set_setting("local_accounts", "true", &By::host()).await.unwrap();
    assert!(db.store.accept_invitation(&token, &secret(PASSWORD), browser(), &By::host()).await.is_ok());
}

#[tokio::test]
async fn the_code_is_nowhere_in_the_database_and_the_log_names_no_address() {
    let db = TestDatabase::create().await;
    let token = invited(&db, "ann").await;
    let (ann, _) =
        db.store.accept_invitation(&token, &secret(PASSWORD), browser(), &By::host()).await.unwrap();
    let mut all = login(&db).await;
    let row: String =
        sqlx::query_scalar("SELECT invitations::text FROM invitations").fetch_one(&mut all).await.unwrap();
    assert!(!row.contains(token.expose()) && !row.contains(&token.expose()["mosaic_inv_".len()..]), "{row}");
    let log: Vec<String> =
        sqlx::query_scalar("SELECT audit_log::text FROM audit_log").fetch_all(&mut all).await.unwrap();
    assert!(log.iter().all(|entry| !entry.contains("ann@")), "{log:?}");
    assert!(log.iter().any(|entry| entry.contains("invitation.accepted")), "{log:?}");
    #[expect(clippy::disallowed_methods, reason = "a test acts for whom it made")]
    let owner = Owner::vouch(ann.id);
    assert_eq!(db.store.sessions(owner).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_invitation_holds_for_a_time_that_makes_sense() {
    let db = TestDatabase::create().await;
    for valid_secs in [0, 59, 90 * 24 * 3_600 + 1, u32::MAX] {
        let draft = NewInvitation { valid_secs: Some(valid_secs), ..new("ann") };
        assert!(matches!(db.store.invite(draft, &By::host()).await, Err(StoreError::Invalid(_))));
    }
    let draft = NewInvitation { valid_secs: None, ..new("ann") };
    let (made, _) = db.store.invite(draft, &By::host()).await.unwrap();
    assert_eq!((made.expires_at - made.created_at).num_days(), 7);
}
