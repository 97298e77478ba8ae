//! Whether Mosaic can work.

use axum::{Json, extract::State};
use mosaic_api::{Health, paths};
use mosaic_storage::Store;

use crate::failure::Failure;

/// Whether Mosaic is up and reaches its database.
#[utoipa::path(get, path = paths::HEALTH, responses((status = 200, body = Health)))]
pub(crate) async fn health(State(store): State<Store>) -> Result<Json<Health>, Failure> {
    store.ping().await?;
    Ok(Json(Health { status: "ok".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }))
}
