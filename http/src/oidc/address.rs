//! Where Mosaic is, for providers and browsers.

use crate::state::HttpState;

/// Mosaic's own origin: the setting `public_url` or, on this host alone, where it listens. None where it is not
/// known: what a browser or a proxy calls us is no proof of it.
pub(crate) fn base_url(state: &HttpState) -> Option<String> {
    if let Some(url) = state.store.settings().public_url {
        return Some(url.to_string());
    }
    let address = state.oidc.listening_at.filter(|address| address.ip().is_loopback());
    address.map(|address| format!("http://{address}"))
}
