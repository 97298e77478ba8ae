//! Signing in through the OIDC provider: there and back. Both answers are redirects, as a browser needs them.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::{AppendHeaders, IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use mosaic_api::paths;
use mosaic_model::{AuditAction, AuditEntry, AuditTarget, OidcConfig, UserId};
use mosaic_storage::{LoginMethod, NewSession, OidcSignIn, StoreError};
use serde::Deserialize;

use super::login::{SetCookies, begin_vouched_session};
use crate::{
    HttpState,
    auth::{Cookies, Origin, Subject},
    oidc::{self, Arrival, COOKIE, Callback, LoginError, Purpose, Tried, Vouched},
};

/// How a sign-in begins.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Start {
    return_to: Option<String>,
}

/// Off to the provider, or back to the sign-in page with the reason why not.
#[utoipa::path(get, path = paths::OIDC_START,
    params(("return_to" = Option<String>, Query, description = "The page to come back to: a path of this server")),
    responses((status = 303, description = "To the provider, or to the sign-in page with `?error=`")))]
pub(crate) async fn start(
    State(state): State<HttpState>,
    query: Result<Query<Start>, QueryRejection>,
) -> Response {
    let return_to = query.ok().and_then(|Query(start)| start.return_to);
    match oidc::begin(&state, Purpose::SignIn, return_to.as_deref()).await {
        Ok(departure) => {
            let cookie = AppendHeaders([(header::SET_COOKIE, departure.cookie)]);
            (cookie, see_other(&departure.location)).into_response()
        }
        Err(error) => {
            tracing::warn!(%error, "a sign-in through the provider cannot begin");
            refused(&error)
        }
    }
}

/// Back from the provider.
#[utoipa::path(get, path = paths::OIDC_CALLBACK,
    params(
        ("code" = Option<String>, Query, description = "What the provider gives for a sign-in"),
        ("state" = Option<String>, Query, description = "Which sign-in it is"),
        ("iss" = Option<String>, Query, description = "Which provider it is"),
        ("error" = Option<String>, Query, description = "Why the provider gives nothing"),
    ),
    responses((status = 303, description = "To where the sign-in began, or to the sign-in page with `?error=`")))]
pub(crate) async fn callback(
    origin: Origin,
    State(state): State<HttpState>,
    headers: HeaderMap,
    query: Result<Query<Callback>, QueryRejection>,
) -> Response {
    let subjects = [Subject::Arrivals(origin.address)];
    let landed = match state.throttles.begin(&subjects) {
        Ok(()) => land(&state, &origin, &headers, query.map(|Query(it)| it).unwrap_or_default()).await,
        Err(_wait) => Err(LoginError::Busy),
    };
    let response = match landed {
        Ok(response) => {
            state.throttles.succeed(&subjects);
            response
        }
        Err(error) => {
            tracing::warn!(%error, "a sign-in through the provider failed");
            note(&state, &origin, &error).await;
            refused(&error)
        }
    };
    let over = AppendHeaders([(header::SET_COOKIE, Cookies::of(&state).write(COOKIE, "", 0))]);
    (over, response).into_response()
}

/// Brings a sign-in that came back to its end.
async fn land(
    state: &HttpState,
    origin: &Origin,
    headers: &HeaderMap,
    callback: Callback,
) -> Result<Response, LoginError> {
    let Arrival { purpose, return_to, outcome } = oidc::arrive(state, headers, callback).await?;
    match purpose {
        Purpose::Try(admin) => {
            tried(state, origin, admin, outcome).await?;
            Ok(see_other(return_to.as_str()))
        }
        Purpose::SignIn => {
            let (vouched, config) = outcome?;
            let cookies = sign_in(state, origin, headers, vouched, &config).await?;
            Ok((cookies, see_other(return_to.as_str())).into_response())
        }
    }
}

/// Signs in whom the provider vouches for, if they may come in.
async fn sign_in(
    state: &HttpState,
    origin: &Origin,
    headers: &HeaderMap,
    vouched: Vouched,
    config: &OidcConfig,
) -> Result<SetCookies<2>, LoginError> {
    let Vouched { identity, id_token } = vouched;
    let admission = config.admit(&identity)?;
    let user = match state.store.sign_in_identity(&identity, &admission, &origin.by_anonymous()).await? {
        OidcSignIn::Accepted { user, role_changed } => {
            if role_changed {
                state.forget_access(user.id);
            }
            user
        }
        OidcSignIn::Refused(refusal) => return Err(LoginError::Here(refusal)),
    };
    let (device, address) = (origin.device.clone(), origin.address.to_string());
    let new = NewSession { method: LoginMethod::Oidc, device, address };
    Ok(begin_vouched_session(state, origin, headers, &user, new, Some(&id_token)).await?)
}

/// Keeps for an admin what would have come of it. Nobody is signed in and nothing is made.
async fn tried(
    state: &HttpState,
    origin: &Origin,
    admin: UserId,
    outcome: Result<(Vouched, OidcConfig), LoginError>,
) -> Result<(), StoreError> {
    let (problem, person) = match outcome {
        Ok((Vouched { identity, .. }, config)) => {
            let admission = config.admit(&identity).map_err(LoginError::from);
            let preview = match &admission {
                Ok(admission) => state.store.preview_identity(&identity, admission).await?,
                Err(_) => None,
            };
            let is_known = state.store.identified(&identity).await?.is_some();
            let is_admin = admission.as_ref().ok().and_then(|admission| admission.is_admin);
            let problem = admission.err().or(preview.map(LoginError::Here));
            (problem, Some(Tried { identity, is_admin, is_known }))
        }
        Err(error) => (Some(error), None),
    };
    let by = origin.by_user(admin);
    let tried = AuditEntry::done(&by, AuditAction::OidcTried, AuditTarget::None);
    let tried = match &problem {
        Some(error) => AuditEntry { outcome: error.outcome(), ..tried.detailed(error.reason().as_str()) },
        None => tried,
    };
    state.store.audit(&tried).await?;
    state.oidc.tries.note(admin, problem.map(|error| error.to_string()), person);
    Ok(())
}

/// Puts a failed sign-in into the audit log: our own word for it, nothing that the provider said. Whoever has to
/// wait adds nothing, so that nobody fills the log.
async fn note(state: &HttpState, origin: &Origin, error: &LoginError) {
    if matches!(error, LoginError::Busy) {
        return;
    }
    let (by, word) = (origin.by_anonymous(), error.reason().as_str());
    let entry = AuditEntry::refused(&by, AuditAction::Login, error.target(), word);
    let entry = AuditEntry { outcome: error.outcome(), ..entry };
    // They are sent away all the same.
    if let Err(error) = state.store.audit(&entry).await {
        tracing::error!(%error, "a failed sign-in could not be put into the audit log");
    }
}

/// To the sign-in page, with a word that says why.
fn refused(error: &LoginError) -> Response {
    see_other(&format!("{}?error={}", paths::SIGN_IN_PAGE, error.reason().as_str()))
}

fn see_other(location: &str) -> Response {
    let location = HeaderValue::try_from(location);
    let location = location.unwrap_or_else(|_odd| HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}
