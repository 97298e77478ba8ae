//! The provider that was found last: asked for once, by one, and kept for a while.

use std::{sync::Arc, time::Duration};

use mosaic_model::Issuer;
use tokio::{sync::Mutex, time::Instant};

use super::{
    Oidc,
    provider::{Provider, ProviderError},
};

/// A provider is asked for its description again after this long.
const KEPT: Duration = Duration::from_hours(1);
/// After a failure it is left alone this long: who waited for the answer shares it.
const FAILURE_KEPT: Duration = Duration::from_secs(5);
/// How often an unknown key may make us ask for keys again.
const RENEWED_EVERY: Duration = Duration::from_secs(30);

/// What was found, for which configuration.
#[derive(Debug, Clone)]
struct Found {
    issuer: Issuer,
    version: u64,
    at: Instant,
    /// Whether it was asked for because of an unknown key.
    renewed: bool,
    outcome: Result<Arc<Provider>, ProviderError>,
}

/// The one provider that is remembered.
#[derive(Debug, Default)]
pub(super) struct Discovered {
    last: Mutex<Option<Found>>,
}

impl Oidc {
    /// The provider of this version of the configuration. Whoever comes while it is being asked waits for that
    /// answer, so a provider that hangs is asked once.
    pub(crate) async fn provider(
        &self,
        issuer: &Issuer,
        version: u64,
    ) -> Result<Arc<Provider>, ProviderError> {
        self.found(issuer, version, false, |found| {
            let kept = if found.outcome.is_ok() { KEPT } else { FAILURE_KEPT };
            found.at.elapsed() < kept
        })
        .await
    }

    /// The provider with its present keys: it signed with one that was not known.
    pub(super) async fn renewed(
        &self,
        issuer: &Issuer,
        version: u64,
    ) -> Result<Arc<Provider>, ProviderError> {
        self.found(issuer, version, true, |found| found.renewed && found.at.elapsed() < RENEWED_EVERY).await
    }

    /// Asks the provider whatever is remembered, and remembers the answer.
    pub(crate) async fn asked_now(
        &self,
        issuer: &Issuer,
        version: u64,
    ) -> Result<Arc<Provider>, ProviderError> {
        self.found(issuer, version, false, |_| false).await
    }

    async fn found(
        &self,
        issuer: &Issuer,
        version: u64,
        renewed: bool,
        is_good: impl FnOnce(&Found) -> bool,
    ) -> Result<Arc<Provider>, ProviderError> {
        let mut last = self.discovered.last.lock().await;
        let same = last.as_ref().filter(|found| found.version == version && found.issuer == *issuer);
        if let Some(found) = same.filter(|found| is_good(found)) {
            return found.outcome.clone();
        }
        let outcome = Provider::discover(self.outbound.door(issuer), issuer).await.map(Arc::new);
        let at = Instant::now();
        *last = Some(Found { issuer: issuer.clone(), version, at, renewed, outcome: outcome.clone() });
        outcome
    }
}
