//! The OIDC provider's configuration. The client's secret goes in and never comes out.

use axum::{Json, extract::State};
use http::StatusCode;
use mosaic_api::{Code, OidcChange, OidcConfigBody, OidcSettings, paths};
use mosaic_model::{By, OidcConfig, OidcConfigError, OidcDraft};
use mosaic_storage::SecretChange;

use crate::{
    HttpState,
    auth::{Admin, AdminRead, AdminWrite, Body},
    failure::{Failure, sentence},
    oidc::base_url,
};

/// The configuration, and what the provider has to be told of Mosaic.
#[utoipa::path(get, path = paths::ADMIN_OIDC, security(("session" = []), ("personal_token" = [])), responses(
    (status = 200, body = OidcSettings),
))]
pub(crate) async fn show(
    _: Admin<AdminRead>,
    State(state): State<HttpState>,
) -> Result<Json<OidcSettings>, Failure> {
    Ok(Json(settings(&state).await?))
}

/// Replaces the configuration that the caller saw. It holds from the next sign-in on.
#[utoipa::path(put, path = paths::ADMIN_OIDC, security(("session" = []), ("personal_token" = [])),
    request_body = OidcChange, responses(
    (status = 200, body = OidcSettings),
    (status = 409),
))]
pub(crate) async fn replace(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Body(sent): Body<OidcChange>,
) -> Result<Json<OidcSettings>, Failure> {
    Ok(Json(save(&state, sent, &admin.by).await?))
}

/// Saves a configuration, and shows what is there then.
pub(super) async fn save(state: &HttpState, sent: OidcChange, by: &By) -> Result<OidcSettings, Failure> {
    let seen = sent.version;
    let (config, secret) = read(sent).map_err(|error| Failure::new(Code::Invalid, sentence(&error)))?;
    if config.enabled && base_url(state).is_none() {
        let detail = "Mosaic does not know its own address, to which the provider sends people back: set \
                      `public_url` first, such as https://mosaic.example.org.";
        return Err(Failure::new(Code::Invalid, detail));
    }
    state.store.set_oidc(config, secret, seen, by).await?;
    settings(state).await
}

/// Removes the configuration and the secret. Who came in through the provider keeps their account.
#[utoipa::path(delete, path = paths::ADMIN_OIDC, security(("session" = []), ("personal_token" = [])), responses(
    (status = 204),
    (status = 404),
))]
pub(crate) async fn remove(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
) -> Result<StatusCode, Failure> {
    state.store.remove_oidc(&admin.by).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn settings(state: &HttpState) -> Result<OidcSettings, Failure> {
    let record = state.store.oidc().await?;
    let base = base_url(state);
    Ok(OidcSettings {
        config: record.config.map(body),
        version: record.version,
        client_secret_set_at: record.secret_set_at,
        redirect_uri: base.as_ref().map(|base| format!("{base}{}", paths::OIDC_CALLBACK)),
        post_logout_redirect_uri: base.map(|base| format!("{base}{}", paths::SIGN_IN_PAGE)),
    })
}

/// What was sent, checked.
fn read(sent: OidcChange) -> Result<(OidcConfig, SecretChange), OidcConfigError> {
    let secret = match (sent.client_secret, sent.remove_client_secret) {
        (Some(secret), _) => {
            OidcConfig::check_secret(secret.expose())?;
            SecretChange::Replace(secret.into_secret())
        }
        (None, true) => SecretChange::Remove,
        (None, false) => SecretChange::Keep,
    };
    let draft = OidcDraft {
        issuer: sent.issuer,
        client_id: sent.client_id,
        display_name: sent.display_name,
        enabled: sent.enabled,
        scopes: sent.scopes,
        groups_claim: sent.groups_claim,
        allowed_groups: sent.allowed_groups,
        allowed_domains: sent.allowed_domains,
        admin_group: sent.admin_group,
    };
    Ok((draft.check()?, secret))
}

fn body(config: OidcConfig) -> OidcConfigBody {
    OidcConfigBody {
        issuer: config.issuer.to_string(),
        client_id: config.client_id,
        display_name: config.display_name,
        enabled: config.enabled,
        scopes: config.scopes,
        groups_claim: config.groups_claim,
        allowed_groups: config.allowed_groups,
        allowed_domains: config.allowed_domains,
        admin_group: config.admin_group,
    }
}
