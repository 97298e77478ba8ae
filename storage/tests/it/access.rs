//! What is done to somebody's access, and erasing them.

use mosaic_model::{AccessChange, AccessRefused, AuditActor, By, Email, Owner, Role, Secret, UserId};
use mosaic_storage::{
    AuditCheck, LoginMethod, NewSession, NewToken, ShutOut, StoreError, User, UserEntry, UserFilter,
    testing::TestDatabase,
};
use sqlx::{AssertSqlSafe, PgConnection};

use crate::seed::{cell, login, user_with_everything};

fn browser() -> NewSession {
    NewSession { method: LoginMethod::Local, device: "a browser".to_owned(), address: "192.0.2.7".to_owned() }
}

async fn admin(db: &TestDatabase, name: &str) -> User {
    let email = Email::parse(&format!("{name}@example.org")).unwrap();
    let password = Secret::new("correct horse battery".to_owned());
    db.store.create_breakglass(&email, &password, &By::host()).await.unwrap()
}

fn by(user: UserId) -> By {
    By { actor: AuditActor::User(user), address: None, request_id: String::new() }
}

/// What the audit log says of acts on users, each as `action outcome detail`.
async fn acts(connection: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT action || ' ' || outcome || ' ' || detail
         FROM audit_log
         WHERE action LIKE 'user.%' AND action <> 'user.created'
         ORDER BY number",
    )
    .fetch_all(connection)
    .await
    .unwrap()
}

#[tokio::test]
async fn two_admins_who_put_each_other_out_at_once_leave_one() {
    let db = TestDatabase::create().await;
    for round in 0..10 {
        let (ann, bob) = (admin(&db, &format!("ann{round}")).await, admin(&db, &format!("bob{round}")).await);
        // Whoever stayed from the round before is not there to save it.
        for old in db.store.users().await.unwrap() {
            if old.role == Role::Admin && !old.disabled && ![ann.id, bob.id].contains(&old.id) {
                db.store.change_access(old.id, AccessChange::Disable, &By::host()).await.unwrap();
            }
        }
        let changes = [AccessChange::Disable, AccessChange::Role(Role::User), AccessChange::Delete];
        let (first, second) = (changes[round % 3], changes[(round + 1) % 3]);
        let (by_ann, by_bob) = (by(ann.id), by(bob.id));
        let (one, other) = tokio::join!(
            db.store.change_access(bob.id, first, &by_ann),
            db.store.change_access(ann.id, second, &by_bob),
        );
        assert_ne!(one.is_ok(), other.is_ok(), "{one:?} {other:?}");
        let refused = one.and(other).unwrap_err();
        assert!(matches!(refused, StoreError::Refused(AccessRefused::LastAdmin)), "{refused:?}");
        let left = db.store.users().await.unwrap();
        assert_eq!(left.iter().filter(|user| user.role == Role::Admin && !user.disabled).count(), 1);
    }
}

#[tokio::test]
async fn an_admin_who_cannot_sign_in_does_not_count_as_the_one_who_stays() {
    let db = TestDatabase::create().await;
    let root = admin(&db, "root").await;
    let ann = db.user("ann").await.user_id();
    db.store.change_access(ann, AccessChange::Role(Role::Admin), &By::host()).await.unwrap();
    let refused = db.store.change_access(root.id, AccessChange::Disable, &by(ann)).await;
    assert!(matches!(refused, Err(StoreError::Refused(AccessRefused::LastAdmin))), "{refused:?}");

    // With a local password she can, for as long as the setting lets her.
    let mut all = login(&db).await;
    sqlx::query("INSERT INTO local_passwords VALUES ($1, 'none', now())")
        .bind(ann.as_uuid())
        .execute(&mut all)
        .await
        .unwrap();
    db.store.set_setting("local_accounts", "false", &By::host()).await.unwrap();
    assert!(db.store.change_access(root.id, AccessChange::Disable, &by(ann)).await.is_err());
    db.store.set_setting("local_accounts", "true", &By::host()).await.unwrap();
    db.store.change_access(root.id, AccessChange::Disable, &by(ann)).await.unwrap();
}

#[tokio::test]
async fn a_refusal_changes_nothing_and_is_noted() {
    let db = TestDatabase::create().await;
    let root = admin(&db, "root").await;
    #[expect(clippy::disallowed_methods, reason = "a test acts for whom it made")]
    let owner = Owner::vouch(root.id);
    let (_, session) = db.store.create_session(owner, browser(), &By::host()).await.unwrap();
    for change in [AccessChange::Disable, AccessChange::Delete, AccessChange::Role(Role::User)] {
        let refused = db.store.change_access(root.id, change, &by(root.id)).await;
        assert!(matches!(refused, Err(StoreError::Refused(AccessRefused::Oneself))), "{refused:?}");
    }
    assert!(db.store.authenticate_session(&session.hash()).await.unwrap().is_some());
    let acts = acts(&mut login(&db).await).await;
    assert_eq!(acts.len(), 3);
    assert!(acts.iter().all(|act| act.contains(" refused ")), "{acts:?}");
    assert!(matches!(db.store.verify_audit().await.unwrap(), AuditCheck::Sound { .. }));
}

#[tokio::test]
async fn whoever_is_disabled_has_no_session_no_token_and_no_cell_until_let_in_again() {
    let db = TestDatabase::create().await;
    let (ann, bob) = (user_with_everything(&db, "ann").await, user_with_everything(&db, "bob").await);
    let (_, session) = db.store.create_session(ann, browser(), &By::host()).await.unwrap();
    let (_, token) = db.store.create_token(ann, NewToken::own("laptop"), &By::host()).await.unwrap();
    let user = ann.user_id();
    db.store.change_access(user, AccessChange::Disable, &By::host()).await.unwrap();
    db.store.change_access(user, AccessChange::Disable, &By::host()).await.unwrap();
    assert!(db.store.authenticate_session(&session.hash()).await.unwrap().is_none());
    assert!(db.store.authenticate(&token.hash()).await.unwrap().is_none());
    assert!(db.store.gateway_token(cell(ann)).await.unwrap().is_none());
    assert!(db.store.gateway_token(cell(bob)).await.unwrap().is_some());
    assert_eq!(db.store.shut_out().await.unwrap(), [ShutOut { user, is_deleting: false }]);

    db.store.change_access(user, AccessChange::Enable, &By::host()).await.unwrap();
    assert!(db.store.authenticate_session(&session.hash()).await.unwrap().is_none(), "it was ended for good");
    assert!(db.store.authenticate(&token.hash()).await.unwrap().is_some());
    assert!(db.store.gateway_token(cell(ann)).await.unwrap().is_some());
    assert_eq!(db.store.shut_out().await.unwrap(), []);
    assert_eq!(db.store.let_in_among(&[user, bob.user_id()]).await.unwrap().len(), 2);
    assert_eq!(acts(&mut login(&db).await).await, ["user.disabled done ", "user.enabled done "]);
}

#[tokio::test]
async fn another_role_ends_the_sessions_that_had_the_old_one() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await;
    let (_, session) = db.store.create_session(ann, browser(), &By::host()).await.unwrap();
    db.store.change_access(ann.user_id(), AccessChange::Role(Role::User), &By::host()).await.unwrap();
    assert!(db.store.authenticate_session(&session.hash()).await.unwrap().is_some(), "it is so already");
    db.store.change_access(ann.user_id(), AccessChange::Role(Role::Admin), &By::host()).await.unwrap();
    assert!(db.store.authenticate_session(&session.hash()).await.unwrap().is_none());
    assert_eq!(db.store.user(ann).await.unwrap().role, Role::Admin);

    let (_, session) = db.store.create_session(ann, browser(), &By::host()).await.unwrap();
    assert_eq!(db.store.sign_out_user(ann.user_id(), &By::host()).await.unwrap(), 1);
    assert!(db.store.authenticate_session(&session.hash()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_deletion_is_marked_first_and_takes_everything_when_it_is_finished() {
    let db = TestDatabase::create().await;
    let (ann, bob) = (user_with_everything(&db, "ann").await, user_with_everything(&db, "bob").await);
    let user = ann.user_id();
    let finished = db.store.finish_deleting(user, &By::host()).await;
    assert!(matches!(finished, Err(StoreError::NotFound)), "not marked: {finished:?}");
    for _ in 0..2 {
        db.store.change_access(user, AccessChange::Delete, &By::host()).await.unwrap();
    }
    assert_eq!(db.store.shut_out().await.unwrap(), [ShutOut { user, is_deleting: true }]);
    let back = db.store.change_access(user, AccessChange::Enable, &By::host()).await;
    assert!(matches!(back, Err(StoreError::Invalid(_))), "{back:?}");

    db.store.finish_deleting(user, &By::mosaic()).await.unwrap();
    let again = db.store.finish_deleting(user, &By::mosaic()).await;
    assert!(matches!(again, Err(StoreError::NotFound)), "{again:?}");
    let gone = db.store.change_access(user, AccessChange::Disable, &By::host()).await;
    assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
    assert!(db.store.let_in_among(&[user]).await.unwrap().is_empty());
    let mut all = login(&db).await;
    for table in ["users", "api_tokens", "sessions", "llm_providers", "user_containers", "cell_subnets"] {
        let column = if table == "users" { "id" } else { "user_id" };
        let count = |user: UserId| format!("SELECT count(*) FROM {table} WHERE {column} = '{user}'");
        let left: i64 = sqlx::query_scalar(AssertSqlSafe(count(user))).fetch_one(&mut all).await.unwrap();
        let bobs: i64 =
            sqlx::query_scalar(AssertSqlSafe(count(bob.user_id()))).fetch_one(&mut all).await.unwrap();
        assert!(left == 0 && bobs > 0, "{table}: {left} {bobs}");
    }
    assert_eq!(acts(&mut all).await, ["user.disabled done to be deleted", "user.deleted done "]);
}

#[tokio::test]
async fn the_directory_says_who_there_is_and_how_they_sign_in_page_by_page() {
    let db = TestDatabase::create().await;
    let root = admin(&db, "root").await;
    let (ann, bob) = (db.user("ann").await, db.user("bob").await);
    db.clock.advance(std::time::Duration::from_secs(1));
    let (cem, dan) = (db.user("cem").await, db.user("dan").await);
    let oidc = NewSession { method: LoginMethod::Oidc, ..browser() };
    db.store.create_session(ann, oidc, &By::host()).await.unwrap();
    db.store.change_access(bob.user_id(), AccessChange::Disable, &By::host()).await.unwrap();
    let names = |entries: &[UserEntry]| -> Vec<String> {
        entries.iter().map(|entry| entry.user.email.as_str().replace("@example.org", "")).collect()
    };
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = db.store.directory(&UserFilter::default(), after, 2).await.unwrap();
        assert!(page.len() <= 2);
        let Some(last) = page.last() else { break };
        after = Some(last.user.id);
        seen.extend(names(&page));
    }
    seen.sort();
    assert_eq!(seen, ["ann", "bob", "cem", "dan", "root"]);

    let filtered = async |filter: UserFilter| names(&db.store.directory(&filter, None, 9).await.unwrap());
    let by_email = |part: &str| UserFilter { email: part.to_owned(), ..UserFilter::default() };
    assert_eq!(filtered(by_email("NN@")).await, ["ann"]);
    assert_eq!(filtered(by_email("%")).await, [""; 0]);
    assert_eq!(filtered(UserFilter { role: Some(Role::Admin), ..UserFilter::default() }).await, ["root"]);
    assert_eq!(filtered(UserFilter { disabled: Some(true), ..UserFilter::default() }).await, ["bob"]);

    let entry = db.store.directory_entry(root.id).await.unwrap();
    assert_eq!(entry.sign_in, Some(LoginMethod::Breakglass));
    assert_eq!(db.store.directory_entry(ann.user_id()).await.unwrap().sign_in, Some(LoginMethod::Oidc));
    assert_eq!(db.store.directory_entry(cem.user_id()).await.unwrap().sign_in, None);
    db.store.change_access(dan.user_id(), AccessChange::Delete, &By::host()).await.unwrap();
    assert!(db.store.directory_entry(dan.user_id()).await.unwrap().user.deleting_at.is_some());
}
