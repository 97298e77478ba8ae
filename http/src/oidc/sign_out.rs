//! Signing out at the provider as well.

use std::time::Duration;

use mosaic_api::paths;
use mosaic_storage::IdToken;

use super::{Provider, base_url};
use crate::state::HttpState;

/// How long somebody who signs out waits for a provider that has to be asked first.
const PATIENCE: Duration = Duration::from_secs(3);

/// The provider's sign-out page for a session that began with this token. None where it has none, is another one by
/// now, or does not answer: the session here is over in any case.
pub(crate) async fn sign_out_location(state: &HttpState, id_token: &IdToken) -> Option<String> {
    let record = state.store.oidc().await.ok()?;
    let config = record.config.filter(|config| config.issuer.as_str() == id_token.issuer)?;
    let asking = state.oidc.provider(&config.issuer, record.version);
    let provider = tokio::time::timeout(PATIENCE, asking).await.ok()?.ok()?;
    location(&provider, &config.client_id, id_token, base_url(state))
}

fn location(
    provider: &Provider,
    client_id: &str,
    id_token: &IdToken,
    base_url: Option<String>,
) -> Option<String> {
    let mut url = provider.metadata.additional_metadata().end_session_endpoint.as_ref()?.url().clone();
    url.query_pairs_mut()
        .append_pair("client_id", client_id)
        .append_pair("id_token_hint", id_token.token.expose())
        .extend_pairs(base_url.map(|base| ("post_logout_redirect_uri", base + paths::SIGN_IN_PAGE)));
    Some(url.into())
}
