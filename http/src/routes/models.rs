//! The caller's agents, as OpenAI-compatible clients list models.

use axum::{Json, extract::State};
use mosaic_api::paths;
use serde_json::{Value, json};

use crate::{
    HttpState,
    auth::{Chat, CurrentUser},
    failure::Failure,
};

/// The caller's agents as models: the ids are what a chat's `model` takes. Does not wake the cell.
#[utoipa::path(get, path = paths::MODELS, security(("session" = []), ("personal_token" = [])),
    responses((status = 200, body = Value)))]
pub(crate) async fn list(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
) -> Result<Json<Value>, Failure> {
    let profile = state.profile(user.owner).await?;
    let model = |agent: &mosaic_model::Agent| {
        json!({
            "id": agent.slug.as_str(),
            "object": "model",
            "created": agent.created_at.timestamp(),
            "owned_by": "mosaic",
            "name": agent.name,
        })
    };
    let data: Vec<Value> = profile.agents.iter().map(model).collect();
    Ok(Json(json!({ "object": "list", "data": data })))
}
