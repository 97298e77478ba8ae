//! What happens in a conversation, as it happens: one stream for all its turns, so that every tab shows the same.

use axum::{body::Body, extract::State, response::Response};
use http::HeaderMap;
use mosaic_api::{Code, EventQuery, paths, sse::ServerSentEvent};
use mosaic_model::{ChatCursor, ConversationId};

use crate::{
    HttpState,
    auth::{Chat, CurrentUser, Id, Params},
    chat::as_stream,
    failure::{Failure, sentence},
    turns::{Reader, stream},
};

/// What says where to read on, as browsers send it after a lost connection.
const LAST_EVENT_ID: &str = "last-event-id";

/// The events of a conversation behind the one that was seen last, and from then on as they happen.
///
/// Each has the id of the place behind it. Who has seen none begins with the conversation itself, which says its
/// cursor. A turn that has ended meanwhile comes as a whole, in place of what was known of it.
#[utoipa::path(get, path = paths::CONVERSATION_EVENTS, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The conversation's id"), EventQuery),
    responses((status = 200, description = "Server-sent events; the data of each is a ConversationEvent",
        content((ServerSentEvent = "text/event-stream"))), (status = 429)))]
pub(crate) async fn follow(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
    Id(id): Id<ConversationId>,
    headers: HeaderMap,
    Params(query): Params<EventQuery>,
) -> Result<Response, Failure> {
    let cursor = cursor(&headers, query.after.as_deref())?;
    state.store.conversation(user.owner, id).await?;
    let seat = state.turns.take_reader(user.owner.user_id()).ok_or_else(|| {
        Failure::new(
            Code::TooManyRequests,
            "Too many of your tabs and programs watch conversations. Close some.",
        )
    })?;
    let reader = Reader::new(state, user.owner, id, cursor, query.follow.unwrap_or(true), seat);
    Ok(as_stream(Body::from_stream(stream(reader))))
}

/// The header is newer than the address, which a browser asks again after a lost connection.
fn cursor(headers: &HeaderMap, after: Option<&str>) -> Result<ChatCursor, Failure> {
    let seen = headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok()).filter(|id| !id.is_empty());
    let Some(text) = seen.or(after) else { return Ok(ChatCursor::START) };
    text.parse().map_err(|error| Failure::new(Code::Invalid, sentence(&error)))
}
