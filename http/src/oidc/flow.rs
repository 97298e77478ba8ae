//! A sign-in on its way: what the browser carries, sealed, from the start to the callback.

use chrono::TimeDelta;
use http::{HeaderMap, HeaderValue};
use mosaic_api::paths;
use mosaic_model::{LocalPath, OidcConfig, Secret, Timestamp, UserId};
use mosaic_storage::Store;
use serde::{Deserialize, Serialize};

use super::{LoginError, base_url, client::Client};
use crate::{auth::Cookies, state::HttpState};

/// The cookie's name.
pub(crate) const COOKIE: &str = "mosaic_oidc";
/// How long somebody may take over it. Seconds.
const LIFETIME_SECS: u32 = 10 * 60;

/// What it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Purpose {
    /// To sign in.
    SignIn,
    /// To show this admin what would come of it.
    Try(UserId),
}

/// What only the browser that began can bring back.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Flow {
    pub(super) purpose: Purpose,
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) verifier: String,
    /// Said again when the code is exchanged.
    pub(super) redirect_uri: String,
    pub(super) return_to: String,
    /// The configuration that it began with: another one may be another provider.
    pub(super) version: u64,
    pub(super) expires_at: Timestamp,
}

/// Off to the provider.
#[derive(Debug)]
pub(crate) struct Departure {
    pub(crate) location: String,
    pub(crate) cookie: HeaderValue,
}

/// Begins a sign-in: where to send the browser, and with which cookie.
pub(crate) async fn begin(
    state: &HttpState,
    purpose: Purpose,
    return_to: Option<&str>,
) -> Result<Departure, LoginError> {
    let record = state.store.oidc().await?;
    let is_wanted = |config: &OidcConfig| config.enabled || purpose != Purpose::SignIn;
    let config = record.config.filter(is_wanted).ok_or(LoginError::Off)?;
    let redirect_uri = base_url(state).ok_or(LoginError::Setup)? + paths::OIDC_CALLBACK;
    let provider = state.oidc.provider(&config.issuer, record.version).await?;
    let beginning = Client::new(&provider, &config.client_id, None, &redirect_uri)?.begin(&config);
    let flow = Flow {
        purpose,
        state: beginning.state,
        nonce: beginning.nonce,
        verifier: beginning.verifier,
        redirect_uri,
        return_to: return_to.and_then(LocalPath::parse).unwrap_or_default().as_str().to_owned(),
        version: record.version,
        expires_at: state.clock.now() + TimeDelta::seconds(LIFETIME_SECS.into()),
    };
    let cookie = Cookies::of(state).write(COOKIE, &flow.seal(&state.store), LIFETIME_SECS);
    Ok(Departure { location: beginning.location, cookie })
}

impl Flow {
    pub(super) fn seal(&self, store: &Store) -> String {
        let text = serde_json::to_vec(self).expect("plain data");
        store.seal_flow(&Secret::new(text))
    }

    /// What this browser carries; none where that is nothing, or not ours.
    pub(super) fn carried(state: &HttpState, headers: &HeaderMap) -> Option<Self> {
        let sealed = Cookies::of(state).read(headers, COOKIE)?.to_owned();
        let opened = state.store.open_flow(&sealed)?;
        serde_json::from_slice(opened.expose()).ok()
    }

    /// Where to come back to.
    pub(super) fn return_to(&self) -> LocalPath {
        LocalPath::parse(&self.return_to).unwrap_or_default()
    }
}
