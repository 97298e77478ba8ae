//! The OIDC provider's configuration, and who comes in through it.

use mosaic_model::{
    Admission, AuditAction, By, Email, Identity, OidcConfig, OidcDraft, Owner, Secret, UserId,
};
use mosaic_storage::{
    IdToken, OidcRefusal, OidcSignIn, Role, SecretChange, StoreError, User, testing::TestDatabase,
};
use sqlx::PgConnection;

use crate::seed::{browser, id_token, login};

const ISSUER: &str = "https://login.example.org";
const SECRET: &str = "client-canary-0123456789";

fn config(client: &str) -> OidcConfig {
    OidcDraft::new(ISSUER, client, "Example").check().unwrap()
}

fn secret() -> SecretChange {
    SecretChange::Replace(Secret::new(SECRET.to_owned()))
}

fn identity(subject: &str) -> Identity {
    Identity {
        issuer: ISSUER.to_owned(),
        subject: subject.to_owned(),
        email: None,
        email_verified: None,
        groups: Vec::new(),
    }
}

fn admission(email: &str, is_admin: Option<bool>) -> Admission {
    Admission { email: Email::parse(email).unwrap(), is_admin }
}

async fn sign_in(db: &TestDatabase, subject: &str, admission: &Admission) -> (User, bool) {
    let came = db.store.sign_in_identity(&identity(subject), admission, &By::host()).await.unwrap();
    let OidcSignIn::Accepted { user, role_changed } = came else { unreachable!("{came:?}") };
    (user, role_changed)
}

fn owner(user: UserId) -> Owner {
    #[expect(clippy::disallowed_methods, reason = "a test acts for whom it made")]
    Owner::vouch(user)
}

/// The words and details of the log's entries about an act.
async fn audited(connection: &mut PgConnection, action: AuditAction) -> Vec<String> {
    sqlx::query_scalar("SELECT detail FROM audit_log WHERE action = $1 ORDER BY number")
        .bind(action.as_str())
        .fetch_all(connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_configuration_is_replaced_only_by_who_saw_it() {
    let db = TestDatabase::create().await;
    let by = By::host();
    assert_eq!((db.store.oidc().await.unwrap().config, db.store.oidc().await.unwrap().version), (None, 0));
    assert_eq!(db.store.set_oidc(config("a"), SecretChange::Keep, 0, &by).await.unwrap(), 1);
    for seen in [0, 2] {
        let refused = db.store.set_oidc(config("a"), SecretChange::Keep, seen, &by).await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
    }
    let (one, other) = tokio::join!(
        db.store.set_oidc(config("b"), SecretChange::Keep, 1, &by),
        db.store.set_oidc(config("c"), SecretChange::Keep, 1, &by),
    );
    assert_eq!(u8::from(one.is_ok()) + u8::from(other.is_ok()), 1, "{one:?} {other:?}");
    let kept = db.store.oidc().await.unwrap();
    assert_eq!((kept.version, kept.secret_set_at), (2, None));
    db.store.remove_oidc(&by).await.unwrap();
    let removed = db.store.oidc().await.unwrap();
    assert_eq!((removed.config, removed.version), (None, 3), "no version comes twice");
    assert!(matches!(db.store.remove_oidc(&by).await, Err(StoreError::NotFound)));
    let mut connection = login(&db).await;
    assert_eq!(audited(&mut connection, AuditAction::OidcChanged).await.len(), 2);
    assert_eq!(audited(&mut connection, AuditAction::OidcRemoved).await.len(), 1);
}

#[tokio::test]
async fn the_clients_secret_is_sealed_and_stays_with_its_client() {
    let db = TestDatabase::create().await;
    let by = By::host();
    db.store.set_oidc(config("a"), secret(), 0, &by).await.unwrap();
    assert!(db.store.oidc().await.unwrap().secret_set_at.is_some());
    assert_eq!(db.store.oidc_secret().await.unwrap().unwrap().expose(), SECRET);
    let dump: String = sqlx::query_scalar(
        "SELECT concat((SELECT string_agg(c::text, '') FROM system_config c),
                       (SELECT string_agg(encode(sealed, 'escape'), '') FROM system_secrets),
                       (SELECT string_agg(a::text, '') FROM audit_log a))",
    )
    .fetch_one(&mut login(&db).await)
    .await
    .unwrap();
    assert!(!dump.contains(SECRET) && dump.contains(ISSUER));

    let elsewhere = OidcDraft::new("https://elsewhere.example.org", "a", "Example").check().unwrap();
    for other in [config("b"), elsewhere] {
        let refused = db.store.set_oidc(other, SecretChange::Keep, 1, &by).await;
        assert!(matches!(refused, Err(StoreError::Invalid(_))), "{refused:?}");
    }
    db.store.set_oidc(config("a"), SecretChange::Keep, 1, &by).await.unwrap();
    assert!(db.store.oidc_secret().await.unwrap().is_some());
    db.store.set_oidc(config("b"), SecretChange::Remove, 2, &by).await.unwrap();
    assert_eq!(db.store.oidc_secret().await.unwrap(), None);
    db.store.set_oidc(config("b"), secret(), 3, &by).await.unwrap();
    db.store.remove_oidc(&by).await.unwrap();
    assert_eq!(db.store.oidc_secret().await.unwrap(), None);
}

#[tokio::test]
async fn the_first_login_makes_a_user_and_every_later_one_finds_them() {
    let db = TestDatabase::create().await;
    let (ann, _) = sign_in(&db, "1", &admission("ann@example.org", None)).await;
    assert_eq!((ann.role, ann.email.as_str()), (Role::User, "ann@example.org"));
    let (again, changed) = sign_in(&db, "1", &admission("ann.new@example.org", None)).await;
    assert_eq!((again.id, changed), (ann.id, false), "whatever the address is by now");
    let (bob, _) = sign_in(&db, "2", &admission("bob@example.org", None)).await;
    assert_ne!(bob.id, ann.id);
    let elsewhere = Identity { issuer: "https://elsewhere.example.org".to_owned(), ..identity("1") };
    let eve = admission("eve@example.org", None);
    let eve = db.store.sign_in_identity(&elsewhere, &eve, &By::host()).await.unwrap();
    assert!(matches!(eve, OidcSignIn::Accepted { user, .. } if user.id != ann.id), "another provider's 1");
}

#[tokio::test]
async fn an_email_address_is_no_way_into_an_account() {
    let db = TestDatabase::create().await;
    let ann = db.user("ann").await.user_id();
    let mallory = admission("ann@example.org", Some(true));
    let refused = db.store.sign_in_identity(&identity("666"), &mallory, &By::host()).await.unwrap();
    assert_eq!(refused, OidcSignIn::Refused(OidcRefusal::EmailTaken(ann)));
    assert_eq!(db.store.identified(&identity("666")).await.unwrap(), None);
    assert_eq!(db.store.users().await.unwrap().len(), 1);
    assert_eq!(db.store.user(owner(ann)).await.unwrap().role, Role::User);
}

#[tokio::test]
async fn two_first_logins_at_once_are_one_user() {
    let db = TestDatabase::create().await;
    let ann = admission("ann@example.org", None);
    let logins = futures_util::future::join_all((0..8).map(|_| sign_in(&db, "1", &ann))).await;
    assert!(logins.iter().all(|(user, _)| user.id == logins[0].0.id));
    assert_eq!(db.store.users().await.unwrap().len(), 1);
}

#[tokio::test]
async fn who_is_shut_out_here_stays_out_whatever_the_provider_says() {
    let db = TestDatabase::create().await;
    let (ann, _) = sign_in(&db, "1", &admission("ann@example.org", None)).await;
    sqlx::query("UPDATE users SET disabled = true").execute(&mut login(&db).await).await.unwrap();
    let admin = admission("ann@example.org", Some(true));
    let refused = db.store.sign_in_identity(&identity("1"), &admin, &By::host()).await.unwrap();
    assert_eq!(refused, OidcSignIn::Refused(OidcRefusal::Disabled(ann.id)));
}

#[tokio::test]
async fn roles_follow_the_providers_groups_both_ways_and_end_sessions() {
    let db = TestDatabase::create().await;
    let ann = |is_admin| admission("ann@example.org", is_admin);
    let (user, _) = sign_in(&db, "1", &ann(Some(false))).await;
    for (says, role) in [(Some(true), Role::Admin), (None, Role::Admin), (Some(false), Role::User)] {
        let before = db.store.user(owner(user.id)).await.unwrap().role;
        let (_, session) = db.store.create_session(owner(user.id), browser(), &By::host()).await.unwrap();
        let (after, changed) = sign_in(&db, "1", &ann(says)).await;
        assert_eq!((after.role, changed), (role, role != before));
        assert_eq!(db.store.user(owner(user.id)).await.unwrap().role, role);
        let session = db.store.authenticate_session(&session.hash()).await.unwrap();
        assert_eq!(session.is_some(), !changed, "a session of another role goes on");
    }
    let changes = audited(&mut login(&db).await, AuditAction::UserRoleChanged).await;
    assert_eq!(changes, ["admin, by the OIDC provider's groups", "user, by the OIDC provider's groups"]);
}

#[tokio::test]
async fn the_provider_never_takes_the_role_of_a_breakglass_admin() {
    let db = TestDatabase::create().await;
    let (ann, _) = sign_in(&db, "1", &admission("ann@example.org", Some(true))).await;
    sqlx::query(
        "INSERT INTO breakglass_users (user_id, password_hash, updated_at) VALUES ($1, 'none', now())",
    )
    .bind(ann.id.as_uuid())
    .execute(&mut login(&db).await)
    .await
    .unwrap();
    let (after, changed) = sign_in(&db, "1", &admission("ann@example.org", Some(false))).await;
    assert_eq!((after.role, changed), (Role::Admin, false));
}

#[tokio::test]
async fn what_the_provider_said_is_sealed_and_goes_with_the_session() {
    let db = TestDatabase::create().await;
    let (ann, bob) = (db.user("ann").await, db.user("bob").await);
    let token = IdToken { token: Secret::new("id-token-canary".to_owned()), ..id_token() };
    let (session, _) = db.store.create_oidc_session(ann, browser(), &token, &By::host()).await.unwrap();
    assert_eq!(db.store.id_token(ann, session).await.unwrap(), Some(token));
    assert_eq!(db.store.id_token(bob, session).await.unwrap(), None);
    let sealed: Vec<u8> = sqlx::query_scalar("SELECT sealed FROM session_id_tokens")
        .fetch_one(&mut login(&db).await)
        .await
        .unwrap();
    assert!(!String::from_utf8_lossy(&sealed).contains("canary"));
    db.store.end_session(ann, session, AuditAction::Logout, &By::host()).await.unwrap();
    assert_eq!(db.store.id_token(ann, session).await.unwrap(), None);
}

#[tokio::test]
async fn what_a_browser_carries_opens_only_as_it_was_made() {
    let db = TestDatabase::create().await;
    let sealed = db.store.seal_flow(&Secret::new(b"state".to_vec()));
    assert_eq!(db.store.open_flow(&sealed).unwrap().expose(), b"state");
    let mut changed = sealed.clone().into_bytes();
    let last = changed.last_mut().unwrap();
    *last = if *last == b'0' { b'1' } else { b'0' };
    for odd in [String::from_utf8(changed).unwrap(), String::new(), "zz".to_owned(), sealed[..40].to_owned()]
    {
        assert!(db.store.open_flow(&odd).is_none(), "{odd}");
    }
    // Another cookie of ours is no flow.
    let device = db.store.make_device(&Email::parse("ann@example.org").unwrap());
    assert!(db.store.open_flow(&device).is_none());
}
