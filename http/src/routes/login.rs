//! Signing in with a password, and out.

use axum::{
    Json,
    extract::State,
    response::{AppendHeaders, IntoResponse},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use mosaic_api::{Code, Login, Me, SignedOut, paths};
use mosaic_model::{AuditAction, AuditEntry, AuditTarget, Email, Owner, SessionToken};
use mosaic_storage::{IdToken, NewSession, PasswordCheck, StoreError, User};

use super::me::body;
use crate::{
    HttpState,
    auth::{Body, Cookies, Origin, SignedIn, Subject},
    failure::Failure,
    oidc::sign_out_location,
};

/// Headers that set cookies.
pub(super) type SetCookies<const N: usize> = AppendHeaders<[(HeaderName, HeaderValue); N]>;

/// Signs in with an e-mail address and a password. Never waits for the OIDC provider.
#[utoipa::path(post, path = paths::LOGIN,
    request_body = Login, responses((status = 200, body = Me), (status = 401), (status = 429)))]
pub(crate) async fn login(
    origin: Origin,
    State(state): State<HttpState>,
    headers: HeaderMap,
    Body(sent): Body<Login>,
) -> Result<(SetCookies<2>, Json<Me>), Failure> {
    let password = sent.password.into_secret();
    let email = Email::parse(&sent.email).ok().ok_or_else(wrong_password)?;
    let subjects = subjects(&state, &origin, &headers, &email);
    state.throttles.begin(&subjects).map_err(|wait| {
        let secs = wait.num_seconds() + 1;
        Failure::wait(wait, format!("Too many wrong passwords. Try again in {secs} s."))
    })?;
    let (user, method) = match state.store.check_password(&email, &password).await? {
        PasswordCheck::Accepted { user, method } => (user, method),
        PasswordCheck::Refused { account } => {
            let target = account.map_or(AuditTarget::None, AuditTarget::User);
            let entry =
                AuditEntry::refused(&origin.by_anonymous(), AuditAction::Login, target, "wrong password");
            state.store.audit(&entry).await?;
            return Err(wrong_password());
        }
    };
    state.throttles.succeed(&subjects);
    let new = NewSession { method, device: origin.device.clone(), address: origin.address.to_string() };
    let cookies = begin_session(&state, &origin, &headers, &user, new).await?;
    Ok((cookies, Json(body(&user))))
}

/// Signs out: this browser's session is over. Where it came from the OIDC provider, the answer says where to go
/// to end it there as well.
#[utoipa::path(post, path = paths::LOGOUT, security(("session" = [])),
    responses((status = 200, body = SignedOut)))]
pub(crate) async fn logout(
    signed_in: SignedIn,
    State(state): State<HttpState>,
) -> Result<impl IntoResponse, Failure> {
    let id_token = state.store.id_token(signed_in.owner, signed_in.session).await;
    state.store.end_session(signed_in.owner, signed_in.session, AuditAction::Logout, &signed_in.by).await?;
    state.forget_access(signed_in.owner.user_id());
    let cookies = AppendHeaders([(header::SET_COOKIE, Cookies::of(&state).clear_session())]);
    let location = match id_token {
        Ok(Some(id_token)) => sign_out_location(&state, &id_token).await,
        _ => None,
    };
    Ok((StatusCode::OK, cookies, Json(SignedOut { location })))
}

/// Signs the browser in: always by a new session, whatever cookie it came with; an old one of its own ends.
pub(crate) async fn begin_session(
    state: &HttpState,
    origin: &Origin,
    headers: &HeaderMap,
    user: &User,
    new: NewSession,
) -> Result<SetCookies<2>, Failure> {
    Ok(begin_vouched_session(state, origin, headers, user, new, None).await?)
}

/// As [`begin_session`], with what the OIDC provider said, where it was the provider that vouched for them.
pub(crate) async fn begin_vouched_session(
    state: &HttpState,
    origin: &Origin,
    headers: &HeaderMap,
    user: &User,
    new: NewSession,
    id_token: Option<&IdToken>,
) -> Result<SetCookies<2>, StoreError> {
    #[expect(clippy::disallowed_methods, reason = "the caller has just proved to be this user")]
    let owner = Owner::vouch(user.id);
    let cookies = Cookies::of(state);
    let by = origin.by_user(user.id);
    if let Some(old) = cookies.session(headers)
        && let Some(old) = state.session(old.hash()).await?
        && old.user == user.id
    {
        // It may have ended by itself meanwhile.
        let _ = state.store.end_session(owner, old.session, AuditAction::SessionEnded, &by).await;
        state.forget_access(user.id);
    }
    let (_, token) = match id_token {
        Some(id_token) => state.store.create_oidc_session(owner, new, id_token, &by).await?,
        None => state.store.create_session(owner, new, &by).await?,
    };
    Ok(set_cookies(state, user, &token))
}

/// What signs a browser in: the session's cookie, and the one that knows the browser again.
pub(super) fn set_cookies(state: &HttpState, user: &User, token: &SessionToken) -> SetCookies<2> {
    let cookies = Cookies::of(state);
    let device = state.store.make_device(&user.email);
    AppendHeaders([
        (header::SET_COOKIE, cookies.set_session(token)),
        (header::SET_COOKIE, cookies.set_device(&device)),
    ])
}

/// For what a try is counted: its address, and the account as this browser knows it or as strangers do.
fn subjects(state: &HttpState, origin: &Origin, headers: &HeaderMap, email: &Email) -> [Subject; 2] {
    let kept = Cookies::of(state).device(headers);
    let known = kept.and_then(|kept| state.store.known_device(kept));
    let account = match known {
        Some(device) if device.email == email.as_str() => Subject::Device(device.id),
        _ => Subject::Account(email.as_str().to_owned()),
    };
    [Subject::Address(origin.address), account]
}

/// The same words whatever was wrong: nobody learns which accounts there are.
fn wrong_password() -> Failure {
    Failure::new(
        Code::WrongPassword,
        "This e-mail address and this password do not belong together, or may not sign in.",
    )
}
