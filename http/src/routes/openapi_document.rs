//! The description of this API.

use axum::response::IntoResponse;
use http::header;
use mosaic_api::paths;

/// This API's OpenAPI document.
#[utoipa::path(get, path = paths::OPENAPI, responses((status = 200, body = serde_json::Value)))]
pub(crate) async fn openapi_document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], crate::openapi_json())
}
