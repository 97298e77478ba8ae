//! Everybody's agents, for admins: where each is in its life, and what is ordered of them.

use gloo_net::http::Method;
use mosaic_api::{
    CellEventPage, CellUsage, FLEET_ACTIONS_MAX, FleetActionName, FleetActionResult, FleetActionResults,
    FleetActions, FleetCellDetail, FleetFiguresBody, FleetPage, paths,
};

use super::{Answer, get, path_of, send};
use crate::remote::Failure;
use crate::route;

/// How many agents to fetch at a time: as many as the server gives.
const PAGE: &str = "200";

/// The next agents of the list, from where the last page ended.
pub(crate) fn fleet_page(cursor: Option<String>) -> Answer<FleetPage> {
    let query = route::query(&[("limit", PAGE), ("cursor", cursor.as_deref().unwrap_or_default())]);
    get(&format!("{}{query}", paths::ADMIN_FLEET))
}

/// The fleet in numbers, of the last so many hours.
pub(crate) fn fleet_figures(hours: u32) -> Answer<FleetFiguresBody> {
    let query = route::query(&[("hours", &hours.to_string())]);
    get(&format!("{}{query}", paths::ADMIN_FLEET_FIGURES))
}

/// What one agent uses now. Takes a second.
pub(crate) fn fleet_usage(id: String) -> Answer<CellUsage> {
    get(&path_of(paths::ADMIN_FLEET_USAGE, &id))
}

/// One agent, explained.
pub(crate) fn fleet_agent(id: String) -> Answer<FleetCellDetail> {
    get(&path_of(paths::ADMIN_FLEET_CELL, &id))
}

/// What happened to an agent before the event with this number.
pub(crate) fn fleet_events(id: String, before: i64) -> Answer<CellEventPage> {
    let query = route::query(&[("before", &before.to_string())]);
    get(&format!("{}{query}", path_of(paths::ADMIN_FLEET_EVENTS, &id)))
}

/// Orders the same of several agents, as many at a time as the server takes.
pub(crate) async fn order_fleet(
    action: FleetActionName,
    agents: Vec<String>,
) -> Result<Vec<FleetActionResult>, Failure> {
    let mut results = Vec::with_capacity(agents.len());
    for some in agents.chunks(FLEET_ACTIONS_MAX) {
        let actions = FleetActions { action, cells: some.to_vec() };
        let done: FleetActionResults = send(Method::POST, paths::ADMIN_FLEET_ACTIONS, &actions).await?;
        results.extend(done.results);
    }
    Ok(results)
}
