//! What happened to the caller's cell, and what happens to it now.

use axum::{Json, extract::State, response::Response};
use bytes::Bytes;
use http::HeaderMap;
use mosaic_actors::FleetNews;
use mosaic_api::{CellEventPage, FollowQuery, HistoryQuery, paths};
use mosaic_model::CellId;

use super::body::{Words, event_page, live};
use crate::{
    HttpState,
    auth::{Chat, CurrentUser, Params},
    failure::Failure,
    routes::page::PageSize,
    watching::{News, Pass, Told, Watcher, event},
};

/// What happened to the caller's cell and why, the newest first.
#[utoipa::path(get, path = paths::CELL_EVENTS, security(("session" = []), ("personal_token" = [])),
    params(HistoryQuery), responses((status = 200, body = CellEventPage)))]
pub(crate) async fn events(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
    Params(query): Params<HistoryQuery>,
) -> Result<Json<CellEventPage>, Failure> {
    let size = PageSize::of(query.limit, "events")?;
    let events = state.store.cell_events(user.owner, query.before, size.to_read()).await?;
    Ok(Json(event_page(events, size, Words::Told)))
}

/// The caller's cell as it is now, and again whenever it changes. Does not wake it.
#[utoipa::path(get, path = paths::CELL_STREAM, security(("session" = []), ("personal_token" = [])),
    params(FollowQuery), responses((status = 200, description = "Server-sent events `cell`; the data of each is a LiveCell",
        content((mosaic_api::LiveCell = "text/event-stream"))), (status = 429)))]
pub(crate) async fn stream(
    user: CurrentUser<Chat>,
    pass: Pass<CurrentUser<Chat>>,
    State(state): State<HttpState>,
    Params(query): Params<FollowQuery>,
) -> Result<Response, Failure> {
    // Each event is all there is to know, so that nobody has to go on from where they were.
    let anew = HeaderMap::new();
    let watcher = Watcher::begin(state, user.owner.user_id(), pass, &anew, query.follow.unwrap_or(true))?;
    Ok(watcher.ticking().answer(tell))
}

async fn tell(told: News<CurrentUser<Chat>>) -> Option<(Bytes, Watcher<CurrentUser<Chat>>)> {
    let News { news, mut watcher } = told;
    let cell = CellId::User(watcher.user());
    let phase = watcher.state.fleet.known(cell).and_then(|status| status.waking).map(|waking| waking.phase);
    let is_concerned = match news {
        Told::Happened(FleetNews::Missed) => true,
        Told::Happened(FleetNews::Changed(events)) => events.iter().any(|event| event.cell == cell),
        Told::Newcomer(_) | Told::Tick => phase != watcher.said,
    };
    if !is_concerned {
        return Some((Bytes::new(), watcher));
    }
    watcher.said = phase;
    let mark = watcher.events.mark();
    let status = watcher.state.fleet.status(cell).await.ok()?;
    Some((event("cell", mark, &live(status, Words::Told)).into(), watcher))
}
