//! The fleet as it changes.

use axum::{extract::State, response::Response};
use bytes::Bytes;
use http::HeaderMap;
use mosaic_actors::{FleetEvent, FleetNews};
use mosaic_api::{FleetDelta, FleetNewcomer, FleetSnapshot, FleetStreamData, FollowQuery, paths};
use mosaic_model::StateKind;

use crate::{
    HttpState,
    auth::{Admin, AdminRead, Params},
    failure::Failure,
    routes::cell::body::{Words, cause_body, live, state_body},
    watching::{News, Pass, Told, Watcher, event},
};

/// All cells that are awake, and then every change of any.
///
/// Begins with an event `snapshot` (`FleetSnapshot`) and goes on with events `delta`, each with the next number. Whoever
/// comes back with the id of the last one as Last-Event-ID goes on behind it. Whoever was away or is too slow for
/// what happened meanwhile gets another `snapshot`. An event `newcomer` (`FleetNewcomer`) names a cell that is new and
/// sleeps; after another `snapshot` there may be more of them in the list.
#[utoipa::path(get, path = paths::ADMIN_FLEET_STREAM, security(("session" = []), ("personal_token" = [])),
    params(FollowQuery), responses((status = 200, description = "Server-sent events `snapshot`, `delta` and `newcomer`",
        content((FleetStreamData = "text/event-stream"))), (status = 429)))]
pub(crate) async fn stream(
    admin: Admin<AdminRead>,
    pass: Pass<Admin<AdminRead>>,
    State(state): State<HttpState>,
    headers: HeaderMap,
    Params(query): Params<FollowQuery>,
) -> Result<Response, Failure> {
    let watcher = Watcher::begin(state, admin.user, pass, &headers, query.follow.unwrap_or(true))?;
    Ok(watcher.meeting_newcomers().answer(tell))
}

async fn tell(told: News<Admin<AdminRead>>) -> Option<(Bytes, Watcher<Admin<AdminRead>>)> {
    let News { news, watcher } = told;
    let text = match news {
        Told::Tick => String::new(),
        Told::Newcomer(cell) => {
            let newcomer = FleetNewcomer { newcomer: cell.to_string() };
            event("newcomer", watcher.events.mark(), &FleetStreamData::Newcomer(newcomer))
        }
        Told::Happened(FleetNews::Missed) => {
            let statuses = watcher.state.fleet.statuses();
            let awake = statuses.into_iter().filter(|status| status.state.kind() != StateKind::Absent);
            let cells = awake.map(|status| live(status, Words::KeptBack)).collect();
            event("snapshot", watcher.events.mark(), &FleetStreamData::Snapshot(FleetSnapshot { cells }))
        }
        Told::Happened(FleetNews::Changed(events)) => {
            let told = |it| {
                event("delta", watcher.events.mark_of(&it), &FleetStreamData::Delta(Box::new(delta(it))))
            };
            events.into_iter().map(told).collect()
        }
    };
    Some((text.into(), watcher))
}

fn delta(event: FleetEvent) -> FleetDelta {
    let FleetEvent { number, cell, step } = event;
    FleetDelta {
        number,
        id: cell.to_string(),
        at: step.at,
        from: step.from.as_str().to_owned(),
        to: state_body(step.to, Words::KeptBack),
        trigger: step.trigger.as_str().to_owned(),
        cause: step.cause.map(|cause| cause_body(&cause, Words::KeptBack)),
    }
}
