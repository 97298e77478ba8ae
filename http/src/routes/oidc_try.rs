//! Whether the saved OIDC configuration works, before it is switched on.

use axum::{
    Json,
    extract::State,
    response::{AppendHeaders, IntoResponse},
};
use http::header;
use mosaic_api::{Code, OidcCheck, OidcPerson, OidcTry, OidcTryResult, OidcTryStart, paths};

use crate::{
    HttpState,
    auth::{Admin, AdminRead, AdminWrite, Body},
    failure::{Failure, sentence},
    oidc::{self, LoginError, Purpose, Tried, Try, base_url},
};

/// Looks whether the provider can be reached and suits, and says in plain words what is wrong.
#[utoipa::path(post, path = paths::ADMIN_OIDC_CHECK, security(("session" = []), ("personal_token" = [])), responses(
    (status = 200, body = OidcCheck),
    (status = 404),
))]
pub(crate) async fn check(
    _: Admin<AdminWrite>,
    State(state): State<HttpState>,
) -> Result<Json<OidcCheck>, Failure> {
    let record = state.store.oidc().await?;
    let config = record.config.ok_or_else(Failure::not_found)?;
    let mut findings = Vec::new();
    let found = state.oidc.asked_now(&config.issuer, record.version).await;
    let mut sound = found.is_ok();
    match found {
        Ok(provider) => findings.extend(provider.remarks()),
        Err(error) => findings.push(sentence(&error)),
    }
    if base_url(&state).is_none() {
        sound = false;
        findings.push(sentence(&LoginError::Setup));
    }
    Ok(Json(OidcCheck { sound, findings }))
}

/// Begins a login that signs nobody in: open the address with the browser that asked.
#[utoipa::path(post, path = paths::ADMIN_OIDC_TRY, security(("session" = []), ("personal_token" = [])),
    request_body = OidcTry, responses(
    (status = 200, body = OidcTryStart),
))]
pub(crate) async fn begin(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Body(sent): Body<OidcTry>,
) -> Result<impl IntoResponse, Failure> {
    state.oidc.tries.forget(admin.user);
    let departure = oidc::begin(&state, Purpose::Try(admin.user), sent.return_to.as_deref()).await;
    let departure = departure.map_err(|error| match error {
        LoginError::Store(error) => error.into(),
        LoginError::Off => {
            Failure::new(Code::Invalid, "There is no OIDC configuration to try: save one first.")
        }
        error => Failure::new(Code::Invalid, sentence(&error)),
    })?;
    let cookie = AppendHeaders([(header::SET_COOKIE, departure.cookie)]);
    Ok((cookie, Json(OidcTryStart { location: departure.location })))
}

/// What came of the caller's last try.
#[utoipa::path(get, path = paths::ADMIN_OIDC_TRY, security(("session" = []), ("personal_token" = [])), responses(
    (status = 200, body = OidcTryResult),
    (status = 404),
))]
pub(crate) async fn show(
    admin: Admin<AdminRead>,
    State(state): State<HttpState>,
) -> Result<Json<OidcTryResult>, Failure> {
    state.oidc.tries.of(admin.user).map(|result| Json(body(result))).ok_or_else(Failure::not_found)
}

fn body(result: Try) -> OidcTryResult {
    OidcTryResult {
        at: result.at,
        allowed: result.problem.is_none(),
        problem: result.problem.map(|problem| sentence(&problem)),
        person: result.person.map(|Tried { identity, is_admin, is_known }| OidcPerson {
            issuer: identity.issuer,
            subject: identity.subject,
            email: identity.email,
            email_verified: identity.email_verified,
            groups: identity.groups,
            admin: is_admin,
            known: is_known,
        }),
    }
}
