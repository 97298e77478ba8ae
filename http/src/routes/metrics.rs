//! What Mosaic counts of itself.

use axum::{extract::State, response::IntoResponse};
use http::header;
use mosaic_api::paths;

use crate::{HttpState, auth::Watcher};

/// The text format that every Prometheus reads.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// How the fleet is and what it did, as Prometheus reads it. For an admin's session, or a token with the scope
/// `admin_read`; nothing in it tells of anybody.
#[utoipa::path(get, path = paths::METRICS, security(("session" = []), ("personal_token" = [])), responses(
    (status = 200, description = "A line a series", body = String, content_type = "text/plain"),
))]
pub(crate) async fn show(_watcher: Watcher, State(state): State<HttpState>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, TEXT)], state.meter.show())
}
