//! `GET /v1/models`: the agents.

use http::StatusCode;
use mosaic_model_server::wire::{self, Reply};
use serde_json::json;

use crate::Config;

pub(super) fn route(config: &Config) -> Reply {
    let fixed = ["openclaw".to_owned(), "openclaw/default".to_owned()];
    let agents = config.agents.iter().map(|id| format!("openclaw/{id}"));
    let models = fixed.into_iter().chain(agents).map(
        |id| json!({ "id": id, "object": "model", "created": 0, "owned_by": "openclaw", "permission": [] }),
    );
    wire::json(StatusCode::OK, &json!({ "object": "list", "data": models.collect::<Vec<_>>() }))
}
