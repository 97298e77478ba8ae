//! Talking to an agent of the fleet's own.

use axum::{extract::State, response::Response};
use http::HeaderMap;
use mosaic_api::paths;
use mosaic_model::SystemCellId;

use crate::{
    HttpState,
    auth::{Admin, AdminWrite, ChatBody, Id},
    chat::converse,
    failure::Failure,
};

/// Asks one of the fleet's own agents, waking it if need be: as `/v1/chat/completions`, with `mosaic` or `main` as the
/// model. Streams if asked to.
#[utoipa::path(post, path = paths::ADMIN_SYSTEM_AGENT_CHAT, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The agent's id")), request_body = serde_json::Value, responses(
    (status = 200, content((serde_json::Value = "application/json"), (String = "text/event-stream"))),
    (status = 404), (status = 409), (status = 424), (status = 429), (status = 502),
))]
pub(crate) async fn chat(
    _: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Id(id): Id<SystemCellId>,
    headers: HeaderMap,
    ChatBody(body): ChatBody,
) -> Result<Response, Failure> {
    let agent = state.store.system_agent(id).await?;
    let cell = agent.owner().cell();
    converse(state, cell, &[agent.agent], &headers, &body).await
}
