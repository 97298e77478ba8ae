//! The first set-up, a transaction a step.

use futures_util::future::join_all;
use mosaic_model::{
    AgentDraft, AgentSlug, By, Email, ModelRef, Onboarding, OnboardingError, OnboardingEvent, OnboardingStep,
    Owner, Secret,
};
use mosaic_storage::{OnboardError, PasswordCheck, StoreError, User, testing::TestDatabase};

use crate::seed::{api_key, login, provider};

fn email(name: &str) -> Email {
    Email::parse(&format!("{name}@example.org")).unwrap()
}

fn password(text: &str) -> Secret<String> {
    Secret::new(text.to_owned())
}

fn first(model: ModelRef) -> AgentDraft {
    let slug = AgentSlug::parse("main").unwrap();
    AgentDraft::new(slug, "Mosaic".to_owned(), String::new(), model)
}

async fn admin(db: &TestDatabase) -> (User, Owner) {
    let word = password("correct horse battery");
    let user = db.store.onboard_admin(&email("root"), &word, &By::host()).await.unwrap();
    #[expect(clippy::disallowed_methods, reason = "a test acts for whom it made")]
    let owner = Owner::vouch(user.id);
    (user, owner)
}

async fn actions(db: &TestDatabase) -> Vec<String> {
    sqlx::query_scalar("SELECT action FROM audit_log ORDER BY number")
        .fetch_all(&mut login(db).await)
        .await
        .unwrap()
}

#[tokio::test]
async fn of_many_who_race_one_becomes_the_administrator() {
    let db = TestDatabase::create().await;
    let other = db.open_again().await;
    let word = password("correct horse battery");
    let race = (0..8).map(|number| {
        let store = if number % 2 == 0 { &db.store } else { &other };
        let (address, word) = (email(&format!("root{number}")), &word);
        async move { store.onboard_admin(&address, word, &By::host()).await }
    });
    let outcomes = join_all(race).await;
    let won: Vec<&User> = outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
    assert_eq!(won.len(), 1, "{outcomes:?}");
    for lost in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        // The hashers refuse some of so many at once, before anything else is looked at.
        let refused = matches!(
            lost,
            OnboardError::Order(OnboardingError::AnothersTurn) | OnboardError::Store(StoreError::Busy)
        );
        assert!(refused, "{lost:?}");
    }
    let users = db.store.users().await.unwrap();
    assert_eq!(users.iter().map(|user| user.id).collect::<Vec<_>>(), [won[0].id]);
    assert_eq!(db.store.onboarding().await.unwrap().admin(), Some(won[0].id));
}

#[tokio::test]
async fn each_step_can_be_taken_again_and_leaves_nothing_over() {
    let db = TestDatabase::create().await;
    let (_, owner) = admin(&db).await;
    let by = By::host();
    db.store.onboard_oidc(owner, OnboardingEvent::OidcSkipped).await.unwrap();
    for _ in 0..3 {
        let made = db.store.onboard_provider(owner, provider("Models"), Some(&api_key()), &by).await.unwrap();
        for _ in 0..2 {
            let agent = db.store.onboard_agent(owner, first, None, &by).await.unwrap();
            assert_eq!(agent.model.provider, made.id);
        }
        assert_eq!(db.store.providers(owner).await.unwrap(), [made]);
        assert_eq!(db.store.agents(owner).await.unwrap().len(), 1);
    }
    let again = password("another horse battery");
    let changed = db.store.onboard_admin_again(owner, &email("chief"), &again, &by).await.unwrap();
    assert_eq!(changed.email, email("chief"));
    let check = db.store.check_password(&email("chief"), &again).await.unwrap();
    assert!(matches!(check, PasswordCheck::Accepted { .. }), "{check:?}");
    assert_eq!(db.store.users().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_step_that_is_refused_takes_nothing_away() {
    let db = TestDatabase::create().await;
    let (_, owner) = admin(&db).await;
    let by = By::host();
    let early = db.store.onboard_provider(owner, provider("Models"), Some(&api_key()), &by).await;
    let expected = OnboardingError::NotYet(OnboardingStep::Oidc);
    assert!(matches!(early, Err(OnboardError::Order(error)) if error == expected), "{early:?}");
    db.store.onboard_oidc(owner, OnboardingEvent::OidcSkipped).await.unwrap();
    let kept = db.store.onboard_provider(owner, provider("Models"), Some(&api_key()), &by).await.unwrap();
    let agent = db.store.onboard_agent(owner, first, None, &by).await.unwrap();
    let before = db.store.onboarding().await.unwrap();

    let bad = Secret::new("no key".to_owned());
    db.store.onboard_provider(owner, provider("Others"), Some(&bad), &by).await.unwrap_err();
    db.store.onboard_agent(owner, first, Some("ghost".to_owned()), &by).await.unwrap_err();
    db.store.onboard_admin_again(owner, &email("root"), &password("short"), &by).await.unwrap_err();
    assert_eq!(db.store.providers(owner).await.unwrap(), [kept]);
    assert_eq!(db.store.agents(owner).await.unwrap(), [agent]);
    assert_eq!(db.store.onboarding().await.unwrap(), before);
}

#[tokio::test]
async fn nobody_else_takes_a_step_and_nobody_any_after_the_end() {
    let db = TestDatabase::create().await;
    let by = By::host();
    let early = db.user("early").await;
    let refused = db.store.onboard_oidc(early, OnboardingEvent::OidcSkipped).await;
    assert!(matches!(refused, Err(OnboardError::Order(OnboardingError::NotYet(_)))), "{refused:?}");
    let (_, owner) = admin(&db).await;
    let refused = db.store.onboard_oidc(early, OnboardingEvent::OidcSkipped).await;
    assert!(matches!(refused, Err(OnboardError::Order(OnboardingError::AnothersTurn))), "{refused:?}");
    let refused = db.store.finish_onboarding(owner, &by).await;
    assert!(matches!(refused, Err(OnboardError::Order(OnboardingError::NotYet(_)))), "{refused:?}");

    db.store.complete_onboarding(&by).await.unwrap();
    db.store.complete_onboarding(&by).await.unwrap();
    assert_eq!(db.open_again().await.onboarding().await.unwrap(), Onboarding::Complete);
    let over = |error: OnboardError| matches!(error, OnboardError::Order(OnboardingError::Complete));
    let word = password("correct horse battery");
    assert!(over(db.store.onboard_admin(&email("late"), &word, &by).await.unwrap_err()));
    assert!(over(db.store.onboard_admin_again(owner, &email("late"), &word, &by).await.unwrap_err()));
    assert!(over(db.store.onboard_oidc(owner, OnboardingEvent::OidcSkipped).await.unwrap_err()));
    assert!(over(db.store.onboard_provider(owner, provider("M"), Some(&api_key()), &by).await.unwrap_err()));
    assert!(over(db.store.onboard_agent(owner, first, None, &by).await.unwrap_err()));
    assert!(over(db.store.finish_onboarding(owner, &by).await.unwrap_err()));
    let completed = actions(&db).await.into_iter().filter(|action| action == "onboarding.completed");
    assert_eq!(completed.count(), 1);
}

#[tokio::test]
async fn a_set_up_row_that_is_gone_opens_nothing() {
    let db = TestDatabase::create().await;
    sqlx::query("DELETE FROM system_config WHERE key = 'onboarding'")
        .execute(&mut login(&db).await)
        .await
        .unwrap();
    assert!(matches!(db.store.onboarding().await, Err(StoreError::Corrupt(_))));
    let word = password("correct horse battery");
    db.store.onboard_admin(&email("root"), &word, &By::host()).await.unwrap_err();
    assert!(db.store.users().await.unwrap().is_empty());
}
