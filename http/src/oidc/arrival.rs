//! Back from the provider: whether it is the sign-in that this browser began, and who came.

use http::HeaderMap;
use mosaic_model::{LocalPath, OidcConfig, Secret};
use serde::Deserialize;

use super::{LoginError, Purpose, Vouched, flow::Flow, vouched::Terms};
use crate::state::HttpState;

/// The longest word of a provider's that is kept for an admin. Characters.
const WORD_MAX_CHARS: usize = 60;

/// What the provider had the browser bring.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Callback {
    code: Option<String>,
    state: Option<String>,
    /// Which provider says so (RFC 9207).
    iss: Option<String>,
    error: Option<String>,
}

/// A sign-in that came back.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) purpose: Purpose,
    pub(crate) return_to: LocalPath,
    /// Who came, and by which rules they are let in.
    pub(crate) outcome: Result<(Vouched, OidcConfig), LoginError>,
}

/// Matches what came back with what this browser began. An error is not about anything that it began.
pub(crate) async fn arrive(
    state: &HttpState,
    headers: &HeaderMap,
    callback: Callback,
) -> Result<Arrival, LoginError> {
    let flow = Flow::carried(state, headers);
    let flow = flow.ok_or(LoginError::Expired("this browser did not begin it, or too long ago"))?;
    let brought = Secret::new(callback.state.clone().unwrap_or_default());
    if Secret::new(flow.state.clone()) != brought {
        return Err(LoginError::Expired("it is not the one that this browser began last"));
    }
    if flow.expires_at <= state.clock.now() {
        return Err(LoginError::Expired("it took too long"));
    }
    if !state.oidc.used.is_first(&flow.state, flow.expires_at) {
        return Err(LoginError::Expired("it came back before"));
    }
    let (purpose, return_to) = (flow.purpose, flow.return_to());
    Ok(Arrival { purpose, return_to, outcome: finish(state, &flow, callback).await })
}

async fn finish(
    state: &HttpState,
    flow: &Flow,
    callback: Callback,
) -> Result<(Vouched, OidcConfig), LoginError> {
    let record = state.store.oidc().await?;
    let is_wanted = |config: &OidcConfig| config.enabled || flow.purpose != Purpose::SignIn;
    let config = record.config.filter(is_wanted).ok_or(LoginError::Off)?;
    if record.version != flow.version {
        return Err(LoginError::Expired("the configuration was changed meanwhile"));
    }
    let provider = state.oidc.provider(&config.issuer, record.version).await?;
    if !provider.is_named_by(callback.iss.as_deref()) {
        return Err(LoginError::Odd("the answer is another provider's"));
    }
    if let Some(word) = callback.error {
        return Err(LoginError::Declined(word.chars().take(WORD_MAX_CHARS).collect()));
    }
    let code = callback.code.ok_or(LoginError::Odd("there is no code in its answer"))?;
    let secret = state.store.oidc_secret().await?;
    let terms = Terms {
        config: &config,
        version: record.version,
        secret: secret.as_ref(),
        redirect_uri: &flow.redirect_uri,
        nonce: &flow.nonce,
        verifier: &flow.verifier,
        now: state.clock.now(),
    };
    let vouched = state.oidc.vouch(&terms, &code).await?;
    Ok((vouched, config))
}
