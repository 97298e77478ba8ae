//! A cell's own configuration, with its owner's keys: for that cell alone.

use axum::{Json, extract::State};
use http::{HeaderName, header};
use mosaic_api::paths;
use mosaic_storage::{RevisionError, Store};

use crate::{auth::GatewayCaller, failure::Failure};

/// Which revision a cell was given.
const REVISION: HeaderName = HeaderName::from_static("x-mosaic-revision");

/// The complete `openclaw.json` of the calling cell.
#[utoipa::path(get, path = paths::AGENT_CONFIG, security(("gateway_token" = [])),
    params(("id" = String, Path, description = "The cell: user-<uuid> or system-<uuid>")),
    responses((status = 200, body = serde_json::Value), (status = 409)))]
pub(crate) async fn agent_config(
    caller: GatewayCaller,
    State(store): State<Store>,
) -> Result<([(HeaderName, String); 2], Json<serde_json::Value>), Failure> {
    let given = store.serve_config(caller.owner).await?;
    let headers = [(REVISION, given.revision.to_string()), (header::CACHE_CONTROL, "no-store".to_owned())];
    Ok((headers, Json(given.document)))
}

impl From<RevisionError> for Failure {
    fn from(error: RevisionError) -> Self {
        match error {
            RevisionError::Incomplete(error) => error.into(),
            RevisionError::Store(error) => error.into(),
        }
    }
}
