//! The first step: an administrator, made by whoever can read what Mosaic printed.

use axum::{Json, extract::State};
use http::HeaderMap;
use mosaic_api::{Code, Me, OnboardBreakglass, SecretText, paths};
use mosaic_model::{AuditAction, AuditEntry, AuditTarget, Email, OnboardingError, SetupCode};
use mosaic_storage::{LoginMethod, NewSession, OnboardError};

use crate::{
    HttpState,
    auth::{Body, MaybeFirstAdmin, Origin, SettingUp, Subject},
    failure::{Failure, sentence},
    routes::{
        login::{SetCookies, begin_session},
        me,
    },
};

/// Makes the first administrator and signs this browser in. Until all is over they can change their address and
/// password the same way.
#[utoipa::path(post, path = paths::ONBOARDING_BREAKGLASS, request_body = OnboardBreakglass, responses(
    (status = 200, body = Me),
    (status = 404),
    (status = 409),
    (status = 429),
))]
pub(crate) async fn breakglass(
    _: SettingUp,
    origin: Origin,
    MaybeFirstAdmin(admin): MaybeFirstAdmin,
    State(state): State<HttpState>,
    headers: HeaderMap,
    Body(sent): Body<OnboardBreakglass>,
) -> Result<(SetCookies<2>, Json<Me>), Failure> {
    check_code(&state, &origin, &sent.setup_code).await?;
    let email = Email::parse(&sent.email).map_err(|error| Failure::new(Code::Invalid, sentence(&error)))?;
    let password = sent.password.into_secret();
    let made = match (admin, state.store.onboarding().await?.admin()) {
        (Some(admin), _) => state.store.onboard_admin_again(admin.owner, &email, &password, &admin.by).await,
        (None, Some(_)) => Err(OnboardError::Order(OnboardingError::AnothersTurn)),
        (None, None) => state.store.onboard_admin(&email, &password, &origin.by_anonymous()).await,
    };
    let user = made?;
    state.forget_access(user.id);
    let method = LoginMethod::Breakglass;
    let new = NewSession { method, device: origin.device.clone(), address: origin.address.to_string() };
    let cookies = begin_session(&state, &origin, &headers, &user, new).await?;
    Ok((cookies, Json(me::body(&user))))
}

/// Refuses whoever does not know what Mosaic printed, before anything costly is done for them.
async fn check_code(state: &HttpState, origin: &Origin, sent: &SecretText) -> Result<(), Failure> {
    let subjects = [Subject::Address(origin.address)];
    state.throttles.begin(&subjects).map_err(|wait| {
        let secs = wait.num_seconds() + 1;
        Failure::wait(wait, format!("Too many wrong set-up codes. Try again in {secs} s."))
    })?;
    if SetupCode::parse(sent.expose()).is_some_and(|code| state.setup.opens(&code)) {
        state.throttles.succeed(&subjects);
        return Ok(());
    }
    let by = origin.by_anonymous();
    let entry = AuditEntry::refused(&by, AuditAction::UserCreated, AuditTarget::None, "wrong set-up code");
    state.store.audit(&entry).await?;
    let detail = "This is not the set-up code. It stands behind the # of the link that Mosaic printed when it was \
                  started last; each start makes another one.";
    Err(Failure::new(Code::WrongSetupCode, detail))
}
