//! The door that is open until the first set-up is over, and the one that is shut until then.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering},
};

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use mosaic_api::{Code, paths};
use mosaic_model::{SetupCode, SetupCodeHash};
use mosaic_storage::StoreError;

use crate::{HttpState, failure::Failure};

/// What answers before the first set-up is over, beside its own steps and the web app's files.
const OPEN_BEFORE: [&str; 9] = [
    paths::HEALTH,
    paths::OPENAPI,
    paths::LOGIN,
    paths::SIGN_IN_METHODS,
    // What the steps have tried out before they are taken. Each asks by itself who the caller is.
    paths::PROVIDER_PRESETS,
    paths::PROVIDERS_TEST,
    paths::ADMIN_OIDC_CHECK,
    paths::ADMIN_OIDC_TRY,
    paths::OIDC_CALLBACK,
];
/// What the steps' addresses begin with.
const STEPS: &str = "/api/onboarding/";

/// What this process knows of the first set-up.
#[derive(Debug, Default)]
pub(crate) struct FirstSetup {
    /// Never goes back.
    completed: AtomicBool,
    code: OnceLock<SetupCodeHash>,
}

impl FirstSetup {
    /// Whether this is the code that was printed at the start.
    pub(crate) fn opens(&self, code: &SetupCode) -> bool {
        self.code.get().is_some_and(|known| known.opens(code))
    }
}

impl HttpState {
    /// The web app's page for the first set-up; the code belongs behind its `#`.
    pub const SETUP_PAGE: &str = paths::SETUP_PAGE;

    /// Makes the code that the first step asks for, to be shown to whoever started Mosaic. None where the first
    /// set-up is over.
    pub async fn begin_setup(&self) -> Result<Option<SetupCode>, StoreError> {
        if self.is_set_up().await? {
            return Ok(None);
        }
        let mut bytes = [0; SetupCode::RANDOM_BYTES];
        getrandom::fill(&mut bytes).expect("the operating system has randomness");
        let code = SetupCode::from_random(bytes);
        let _ = self.setup.code.set(code.hash());
        Ok(Some(code))
    }

    /// Whether the first set-up is over. Until it is the database is asked: the host may have ended it.
    pub(crate) async fn is_set_up(&self) -> Result<bool, StoreError> {
        if self.setup.completed.load(Ordering::Relaxed) {
            return Ok(true);
        }
        let completed = self.store.onboarding().await?.is_complete();
        self.setup.completed.fetch_or(completed, Ordering::Relaxed);
        Ok(completed)
    }
}

/// Middleware: until the first set-up is over, only what belongs to it answers.
pub(crate) async fn gate(
    State(state): State<HttpState>,
    request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let path = request.uri().path();
    if OPEN_BEFORE.contains(&path) || path.starts_with(STEPS) || state.is_set_up().await? {
        return Ok(next.run(request).await);
    }
    let detail = "Mosaic is not set up yet. Open the link that it printed when it was started, or run \
                  `mosaic admin create` on its host.";
    Err(Failure::new(Code::OnboardingRequired, detail))
}
