//! The caller's conversations. What is said in them is theirs alone: an administrator has no way to it.

pub(crate) mod events;
pub(crate) mod turns;

use axum::{Json, extract::State};
use http::StatusCode;
use mosaic_api::{
    Code, ConversationBody, ConversationPage, ConversationQuery, ConversationThread, RenameConversation,
    ThreadQuery, TurnBody, paths,
};
use mosaic_model::{ChatCursor, Conversation, ConversationId, Timestamp, Turn};
use mosaic_storage::ConversationFilter;

use crate::{
    HttpState,
    auth::{Body, Chat, CurrentUser, Id, Params},
    failure::Failure,
    turns::{Live, conversation_body, turn_body},
};

/// How many conversations are on a page where nobody says otherwise.
const PAGE_DEFAULT: u32 = 50;
/// The most conversations on a page.
const PAGE_MAX: u32 = 200;
/// How many turns are shown at a time.
const THREAD_PAGE: u32 = 50;
/// The longest words that are searched for. Characters.
const WORDS_MAX_CHARS: usize = 200;

/// The caller's conversations, a page at a time, those first in which something was said last.
#[utoipa::path(get, path = paths::CONVERSATIONS, security(("session" = []), ("personal_token" = [])),
    params(ConversationQuery), responses((status = 200, body = ConversationPage)))]
pub(crate) async fn list(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
    Params(query): Params<ConversationQuery>,
) -> Result<Json<ConversationPage>, Failure> {
    let limit = limit(query.limit)?;
    let filter = ConversationFilter {
        words: words(query.q)?,
        after: query.cursor.as_deref().map(read_cursor).transpose()?,
    };
    // One more than is shown says whether there is another page.
    let mut found = state.store.conversations(user.owner, &filter, limit + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(write_cursor);
    Ok(Json(ConversationPage { conversations: found.into_iter().map(conversation_body).collect(), next }))
}

/// Begins a conversation. It is empty: its first question gives it a title.
#[utoipa::path(post, path = paths::CONVERSATIONS, security(("session" = []), ("personal_token" = [])),
    responses((status = 201, body = ConversationBody), (status = 422)))]
pub(crate) async fn begin(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
) -> Result<(StatusCode, Json<ConversationBody>), Failure> {
    let conversation = state.store.create_conversation(user.owner).await?;
    Ok((StatusCode::CREATED, Json(conversation_body(conversation))))
}

/// A conversation and the end of its thread. Wakes nobody.
#[utoipa::path(get, path = paths::CONVERSATION, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The conversation's id"), ThreadQuery),
    responses((status = 200, body = ConversationThread)))]
pub(crate) async fn show(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
    Id(id): Id<ConversationId>,
    Params(query): Params<ThreadQuery>,
) -> Result<Json<ConversationThread>, Failure> {
    let conversation = state.store.conversation(user.owner, id).await?;
    // Before the database is read: what ends meanwhile is then in one of the two.
    let live = state.turns.channel(id).latest();
    let mut turns = state.store.turns(user.owner, id, query.before, THREAD_PAGE + 1).await?;
    let has_earlier = turns.len() > THREAD_PAGE as usize;
    if has_earlier {
        turns.remove(0);
    }
    let (turns, cursor) = thread(turns, live.as_deref());
    let conversation = conversation_body(conversation);
    Ok(Json(ConversationThread { conversation, turns, has_earlier, cursor: cursor.to_string() }))
}

/// Renames a conversation.
#[utoipa::path(patch, path = paths::CONVERSATION, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The conversation's id")),
    request_body = RenameConversation, responses((status = 200, body = ConversationBody)))]
pub(crate) async fn rename(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
    Id(id): Id<ConversationId>,
    Body(change): Body<RenameConversation>,
) -> Result<Json<ConversationBody>, Failure> {
    let conversation = state.store.rename_conversation(user.owner, id, &change.title).await?;
    Ok(Json(conversation_body(conversation)))
}

/// Deletes a conversation with all that was said in it; an answer under way is stopped.
#[utoipa::path(delete, path = paths::CONVERSATION, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The conversation's id")), responses((status = 204)))]
pub(crate) async fn delete(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
    Id(id): Id<ConversationId>,
) -> Result<StatusCode, Failure> {
    state.store.delete_conversation(user.owner, id).await?;
    let channel = state.turns.channel(id);
    channel.deleted.cancel();
    if let Some(live) = channel.latest() {
        live.stop.cancel();
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The thread with the turn under way as it is at this moment, and the cursor from which its events go on.
fn thread(turns: Vec<Turn>, live: Option<&Live>) -> (Vec<TurnBody>, ChatCursor) {
    let mut cursor = ChatCursor::START;
    let mut bodies = Vec::with_capacity(turns.len());
    for turn in turns {
        let under_way = live.filter(|live| live.id == turn.id && !turn.state.is_over()).map(Live::now);
        let (body, at) = under_way.unwrap_or_else(|| {
            let is_over = turn.state.is_over();
            let at = if is_over { ChatCursor::ended(turn.number) } else { ChatCursor::at(turn.number, 0) };
            (turn_body(turn), at)
        });
        bodies.push(body);
        cursor = at;
    }
    (bodies, cursor)
}

fn limit(asked: Option<u32>) -> Result<u32, Failure> {
    let limit = asked.unwrap_or(PAGE_DEFAULT);
    let refused = || Failure::new(Code::Invalid, format!("A page has 1 to {PAGE_MAX} conversations."));
    (1..=PAGE_MAX).contains(&limit).then_some(limit).ok_or_else(refused)
}

fn words(asked: Option<String>) -> Result<String, Failure> {
    let words = asked.unwrap_or_default();
    if words.chars().count() > WORDS_MAX_CHARS || words.contains('\0') {
        let limit = format!("Search for at most {WORDS_MAX_CHARS} characters, U+0000 not among them.");
        return Err(Failure::new(Code::Invalid, limit));
    }
    Ok(words)
}

/// A place in the list: the last one of a page, by what the list is ordered by.
fn write_cursor(last: &Conversation) -> String {
    format!("{}.{}", last.updated_at.timestamp_micros(), last.id)
}

fn read_cursor(text: &str) -> Result<(Timestamp, ConversationId), Failure> {
    let read = || {
        let (micros, id) = text.split_once('.')?;
        let at = Timestamp::from_timestamp_micros(micros.parse().ok()?)?;
        Some((at, id.parse().ok()?))
    };
    read().ok_or_else(|| Failure::new(Code::Invalid, "A cursor is what the last page gave as `next`."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_list_reads_back() {
        let at = Timestamp::from_timestamp_micros(1_795_344_596_123_456).unwrap();
        let id = ConversationId::new(at, [7; 10]);
        let last = Conversation {
            id,
            title: String::new(),
            agent: None,
            is_open: false,
            created_at: at,
            updated_at: at,
        };
        assert_eq!(read_cursor(&write_cursor(&last)).ok(), Some((at, id)));
        for text in ["", "1", "x.y", "1.2", "99999999999999999999.x"] {
            assert_eq!(read_cursor(text).unwrap_err().problem().code, Code::Invalid, "{text}");
        }
    }
}
