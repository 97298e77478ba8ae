//! The second step: an OIDC provider, or none for now.

use axum::{Json, extract::State};
use http::{HeaderMap, header};
use mosaic_api::{Code, OidcChange, OidcSettings, OnboardOidc, paths};
use mosaic_model::{OnboardingError, OnboardingEvent, OnboardingStep, PublicUrl};
use mosaic_storage::OnboardError;

use crate::{
    HttpState,
    auth::{Body, FirstAdmin},
    failure::Failure,
    oidc::base_url,
    routes::oidc_admin,
};

/// Saves an OIDC provider, or passes the step over. Shows what the provider has to be told of Mosaic.
#[utoipa::path(post, path = paths::ONBOARDING_OIDC, security(("session" = [])), request_body = OnboardOidc, responses(
    (status = 200, body = OidcSettings),
    (status = 404),
    (status = 409),
))]
pub(crate) async fn oidc(
    admin: FirstAdmin,
    State(state): State<HttpState>,
    headers: HeaderMap,
    Body(sent): Body<OnboardOidc>,
) -> Result<Json<OidcSettings>, Failure> {
    let event = match (sent.skip, sent.config) {
        (true, None) => OnboardingEvent::OidcSkipped,
        (false, Some(config)) => {
            // Each of both is saved by itself; the step that is noted after them can be taken again.
            state.store.onboarding().await?.admits(OnboardingStep::Oidc).map_err(order)?;
            if let Some(url) = sent.public_url {
                state.store.set_setting("public_url", &url, &admin.by).await?;
            } else if config.enabled && base_url(&state).is_none() {
                return Err(unknown_address(&headers));
            }
            let version = state.store.oidc().await?.version;
            oidc_admin::save(&state, OidcChange { version, ..config }, &admin.by).await?;
            OnboardingEvent::OidcSaved
        }
        (true, Some(_)) | (false, None) => {
            let detail = "Send either `config` with an OIDC provider, or `skip` to have none for now.";
            return Err(Failure::new(Code::Invalid, detail));
        }
    };
    state.store.onboard_oidc(admin.owner, event).await?;
    Ok(Json(oidc_admin::settings(&state).await?))
}

/// What the browser calls us is proposed and no more: it is no proof, and the provider sends people with their codes
/// there.
fn unknown_address(headers: &HeaderMap) -> Failure {
    let called = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()?.parse::<PublicUrl>().ok());
    let url = called.map_or_else(|| "https://mosaic.example.org".to_owned(), |url| url.to_string());
    let detail = format!(
        "Mosaic does not know its own address, to which the provider sends people back. Send it as `public_url`: what \
         the browser shows where everybody reaches Mosaic, such as {url}."
    );
    Failure::new(Code::Invalid, detail)
}

fn order(error: OnboardingError) -> Failure {
    OnboardError::Order(error).into()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn who_does_not_say_where_mosaic_is_is_asked_to_confirm_what_their_browser_calls_it() {
        let asked = |origin: Option<&'static str>| {
            let origin = origin.map(|origin| (header::ORIGIN, HeaderValue::from_static(origin)));
            unknown_address(&HeaderMap::from_iter(origin)).problem().detail.clone()
        };
        assert!(asked(Some("https://home.example:8443")).contains("such as https://home.example:8443."));
        for none in [None, Some("null"), Some("https://a.example/x y")] {
            assert!(asked(none).contains("such as https://mosaic.example.org."), "{none:?}");
        }
    }
}
