//! The client-owned door to a chat: OpenAI-compatible; streams are passed through.

use std::time::Duration;

use axum::{extract::State, response::Response};
use http::HeaderMap;
use mosaic_api::paths;
use mosaic_model::AssemblyError;
use mosaic_storage::Setup;
use tokio::time;

use crate::{
    HttpState,
    auth::{Chat, ChatBody, CurrentUser},
    chat::{Question, Relay, as_stream, pass_on, rewrite, whole_answer},
    failure::Failure,
};

/// A streaming answer's head is sent after this long even if the agent is not awake yet, so that the
/// client sees signs of life; what fails sooner still has a status of its own.
const COMMIT_AFTER: Duration = Duration::from_secs(1);

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
    let Question { request, streams } = rewrite(&body, &headers, &profile.agents)?;
    let (fleet, cell) = (state.fleet, user.cell());
    let asked = fleet.clone();
    let mut answer = Box::pin(async move { asked.forward(cell, request).await });
    if !streams {
        let answer = answer.await.map_err(|error| Failure::from_fleet(error, &*state.clock))?;
        return whole_answer(answer).await;
    }
    match time::timeout(COMMIT_AFTER, &mut answer).await {
        Ok(Err(error)) => Err(Failure::from_fleet(error, &*state.clock)),
        Ok(Ok(head)) if Relay::takes(&head) => Ok(as_stream(Relay::live(head.into_body(), fleet, cell))),
        Ok(Ok(head)) => pass_on(head),
        Err(time::error::Elapsed { .. }) => Ok(as_stream(Relay::waiting(answer, state.clock, fleet, cell))),
    }
}
