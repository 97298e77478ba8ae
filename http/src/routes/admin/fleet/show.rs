//! One cell: why it is where it is, and what happened to it.

use axum::{Json, extract::State};
use mosaic_api::{CellEventPage, ExplanationBody, FleetCellDetail, HistoryQuery, paths};
use mosaic_model::{CellId, Explanation, RestartPolicy};

use super::body;
use crate::{
    HttpState,
    auth::{Admin, AdminRead, Id, Params},
    failure::Failure,
    routes::{
        cell::body::{Words, cause_body, event_body, event_page},
        page::PageSize,
    },
};

/// How many events come with a cell.
const EVENTS: u32 = 20;

/// One cell: its state, why, what happens next and when, and what happened last. Does not wake it.
#[utoipa::path(get, path = paths::ADMIN_FLEET_CELL, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The cell's id")), responses((status = 200, body = FleetCellDetail)))]
pub(crate) async fn show(
    _: Admin<AdminRead>,
    State(state): State<HttpState>,
    Id(id): Id<CellId>,
) -> Result<Json<FleetCellDetail>, Failure> {
    let entry = state.store.fleet_entry(id).await?;
    let explained = state.fleet.explain(id).await;
    let (_, explained) = explained.map_err(|error| Failure::from_fleet(error, &*state.clock))?;
    let events = state.store.fleet_events(id, None, EVENTS).await?;
    Ok(Json(FleetCellDetail {
        cell: body(entry, &state.fleet),
        explanation: explanation(explained, &state.fleet.restart_policy()),
        next_image: state.store.peek_settings(|settings| settings.image.to_string()),
        events: events.into_iter().map(|event| event_body(event, Words::KeptBack)).collect(),
    }))
}

/// What happened to a cell and why, the newest first; without the container's own words.
#[utoipa::path(get, path = paths::ADMIN_FLEET_EVENTS, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The cell's id"), HistoryQuery),
    responses((status = 200, body = CellEventPage)))]
pub(crate) async fn events(
    _: Admin<AdminRead>,
    State(state): State<HttpState>,
    Id(id): Id<CellId>,
    Params(query): Params<HistoryQuery>,
) -> Result<Json<CellEventPage>, Failure> {
    let size = PageSize::of(query.limit, "events")?;
    state.store.fleet_entry(id).await?;
    let events = state.store.fleet_events(id, query.before, size.to_read()).await?;
    Ok(Json(event_page(events, size, Words::KeptBack)))
}

fn explanation(explained: Explanation, policy: &RestartPolicy) -> ExplanationBody {
    ExplanationBody {
        since: explained.since,
        why: explained.why.map(|cause| cause_body(&cause, Words::KeptBack)),
        next: explained.next.as_str().to_owned(),
        next_at: explained.next.at(),
        summary: explained.next.to_string(),
        restarts_left: explained.restarts_left,
        restarts_allowed: policy.attempts,
        restart_window_secs: policy.window.as_secs(),
    }
}
