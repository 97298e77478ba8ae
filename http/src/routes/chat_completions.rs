//! The client-owned door to a chat: OpenAI-compatible; streams are passed through.

use axum::{extract::State, response::Response};
use http::HeaderMap;
use mosaic_api::paths;
use mosaic_model::AssemblyError;
use mosaic_storage::Setup;

use crate::{
    HttpState,
    auth::{Chat, ChatBody, CurrentUser},
    chat::converse,
    failure::Failure,
};

/// Asks one of the caller's agents, waking it if need be. Streams if asked to.
#[utoipa::path(post, path = paths::CHAT_COMPLETIONS, security(("session" = []), ("personal_token" = [])),
    request_body = serde_json::Value, responses(
    (status = 200, content((serde_json::Value = "application/json"), (String = "text/event-stream"))),
    (status = 404), (status = 409), (status = 424), (status = 429), (status = 502),
))]
pub(crate) async fn chat_completions(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
    headers: HeaderMap,
    ChatBody(body): ChatBody,
) -> Result<Response, Failure> {
    let profile = state.profile(user.owner).await?;
    match profile.setup {
        Setup::NoProvider => return Err(AssemblyError::NoProvider.into()),
        Setup::NoAgent => return Err(AssemblyError::NoAgent.into()),
        Setup::Ready => {}
    }
    let cell = user.cell();
    converse(state, cell, &profile.agents, &headers, &body).await
}
