//! Everybody's agents, for admins: where each is in its life, and what is ordered of them.

use gloo_net::http::Method;
use mosaic_api::{
    CellEventPage, FLEET_ACTIONS_MAX, FleetActionName, FleetActionResult, FleetActionResults, FleetActions,
    FleetCellDetail, FleetFiguresBody, FleetPage, paths,
};

use super::{get, path_of, send};
use crate::remote::Failure;
use crate::route;

/// How many agents to fetch at a time: as many as the server gives.
const PAGE: &str = "200";

/// The next agents of the list, from where the last page ended.
pub(crate) async fn fleet_page(cursor: Option<String>) -> Result<FleetPage, Failure> {
    let query = route::query(&[("limit", PAGE), ("cursor", cursor.as_deref().unwrap_or_default())]);
    get(&format!("{}{query}", paths::ADMIN_FLEET)).await
}

/// The fleet in numbers, of the last so many hours.
pub(crate) async fn fleet_figures(hours: u32) -> Result<FleetFiguresBody, Failure> {
    let query = route::query(&[("hours", &hours.to_string())]);
    get(&format!("{}{query}", paths::ADMIN_FLEET_FIGURES)).await
}

/// One agent, explained.
pub(crate) async fn fleet_agent(id: String) -> Result<FleetCellDetail, Failure> {
    get(&path_of(paths::ADMIN_FLEET_CELL, &id)).await
}

/// What happened to an agent before the event with this number.
pub(crate) async fn fleet_events(id: String, before: i64) -> Result<CellEventPage, Failure> {
    let query = route::query(&[("before", &before.to_string())]);
    get(&format!("{}{query}", path_of(paths::ADMIN_FLEET_EVENTS, &id))).await
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
