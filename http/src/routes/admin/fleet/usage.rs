//! What one cell uses.

use axum::{Json, extract::State};
use mosaic_api::{CellUsage, UsageBody, paths};
use mosaic_model::{CellId, Usage};

use crate::{
    HttpState,
    auth::{Admin, AdminRead, Id},
    failure::Failure,
};

/// What a cell uses of its host, measured for a second. Whoever looks on asks again.
#[utoipa::path(get, path = paths::ADMIN_FLEET_USAGE, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The cell's id")), responses((status = 200, body = CellUsage)))]
pub(crate) async fn usage(
    _: Admin<AdminRead>,
    State(state): State<HttpState>,
    Id(id): Id<CellId>,
) -> Result<Json<CellUsage>, Failure> {
    state.store.fleet_entry(id).await?;
    let usage = state.fleet.usage(id).await.map_err(|error| Failure::from_fleet(error, &*state.clock))?;
    Ok(Json(CellUsage { usage: usage.map(body) }))
}

fn body(usage: Usage) -> UsageBody {
    let Usage { at, cpu_millis, memory_bytes, memory_limit_bytes, received_per_sec, sent_per_sec } = usage;
    UsageBody { at, cpu_millis, memory_bytes, memory_limit_bytes, received_per_sec, sent_per_sec }
}
