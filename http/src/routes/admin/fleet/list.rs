//! Every cell, a page at a time.

use axum::{Json, extract::State};
use mosaic_api::{CellStateName, FleetPage, FleetQuery, FleetSortBody, paths};
use mosaic_model::StateKind;
use mosaic_storage::{FleetFilter, FleetPlace, FleetSort};

use super::body;
use crate::{
    HttpState,
    auth::{Admin, AdminRead, Params},
    failure::Failure,
    routes::page::{PageSize, no_cursor},
};

/// The cells, a page at a time, those that sleep too. Nothing of what is in them.
#[utoipa::path(get, path = paths::ADMIN_FLEET, security(("session" = []), ("personal_token" = [])),
    params(FleetQuery), responses((status = 200, body = FleetPage), (status = 422)))]
pub(crate) async fn list(
    _: Admin<AdminRead>,
    State(state): State<HttpState>,
    Params(query): Params<FleetQuery>,
) -> Result<Json<FleetPage>, Failure> {
    let size = PageSize::of(query.limit, "cells")?;
    let after = query.cursor.as_deref().map(place).transpose()?;
    let filter = FleetFilter { state: query.state.map(kind), text: query.text.unwrap_or_default() };
    let sort = sort(query.sort.unwrap_or_default());
    let entries = state.store.fleet_page(&filter, sort, after.as_ref(), size.to_read()).await?;
    let (entries, next) = size.cut(entries, |last| cursor(&last.place));
    Ok(Json(FleetPage { cells: entries.into_iter().map(|entry| body(entry, &state.fleet)).collect(), next }))
}

fn cursor(place: &FleetPlace) -> String {
    format!("{}.{}", place.cell, place.key)
}

fn place(text: &str) -> Result<FleetPlace, Failure> {
    let (cell, key) = text.split_once('.').ok_or_else(no_cursor)?;
    let cell = cell.parse().ok().ok_or_else(no_cursor)?;
    Ok(FleetPlace { key: key.to_owned(), cell })
}

const fn sort(body: FleetSortBody) -> FleetSort {
    match body {
        FleetSortBody::Owner => FleetSort::Owner,
        FleetSortBody::Changed => FleetSort::Changed,
    }
}

const fn kind(name: CellStateName) -> StateKind {
    match name {
        CellStateName::Absent => StateKind::Absent,
        CellStateName::Starting => StateKind::Starting,
        CellStateName::Running => StateKind::Running,
        CellStateName::Draining => StateKind::Draining,
        CellStateName::Freezing => StateKind::Freezing,
        CellStateName::Frozen => StateKind::Frozen,
        CellStateName::Thawing => StateKind::Thawing,
        CellStateName::Stopping => StateKind::Stopping,
        CellStateName::Failed => StateKind::Failed,
        CellStateName::Quarantined => StateKind::Quarantined,
    }
}
