//! Asking, asking again, and stopping.

use axum::{Json, extract::State};
use http::StatusCode;
use mosaic_api::{Code, EditTurn, NewTurnBody, TurnBody, paths};
use mosaic_model::{Agent, AgentSlug, AssemblyError, ConversationId};
use mosaic_storage::{NewTurn, Setup};

use crate::{
    HttpState,
    auth::{Body, Chat, CurrentUser, Id, TurnId},
    failure::Failure,
    turns,
};

/// The longest name that a client gives its request. Bytes.
const KEY_MAX_BYTES: usize = 64;

/// Asks something. The answer comes whether anybody waits for it or not; the conversation's events tell of it.
#[utoipa::path(post, path = paths::TURNS, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The conversation's id")), request_body = NewTurnBody,
    responses((status = 201, body = TurnBody), (status = 404), (status = 409), (status = 429)))]
pub(crate) async fn ask(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
    Id(id): Id<ConversationId>,
    Body(new): Body<NewTurnBody>,
) -> Result<(StatusCode, Json<TurnBody>), Failure> {
    let key = new.idempotency_key;
    if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > KEY_MAX_BYTES || key.contains('\0')) {
        let detail = format!("`idempotency_key` has 1 to {KEY_MAX_BYTES} bytes, U+0000 not among them.");
        return Err(Failure::new(Code::Invalid, detail));
    }
    let last = state.store.conversation(user.owner, id).await?.agent;
    let agent = agent(&state, &user, new.agent.as_deref(), last.as_ref()).await?;
    let turn =
        NewTurn { question: new.text, agent: (agent.id, agent.slug), idempotency_key: key, replaces: None };
    begin(&state, &user, id, turn).await
}

/// Asks the same again, instead of this turn and all that follow it.
#[utoipa::path(post, path = paths::TURN_RETRY, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The conversation's id"), ("turn" = String, Path, description = "The turn's id")),
    responses((status = 201, body = TurnBody), (status = 409), (status = 429)))]
pub(crate) async fn retry(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
    TurnId(id, turn): TurnId,
) -> Result<(StatusCode, Json<TurnBody>), Failure> {
    ask_instead(&state, &user, id, turn, None).await
}

/// Asks something else instead of this turn and all that follow it.
#[utoipa::path(post, path = paths::TURN_EDIT, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The conversation's id"), ("turn" = String, Path, description = "The turn's id")),
    request_body = EditTurn, responses((status = 201, body = TurnBody), (status = 409), (status = 429)))]
pub(crate) async fn edit(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
    TurnId(id, turn): TurnId,
    Body(new): Body<EditTurn>,
) -> Result<(StatusCode, Json<TurnBody>), Failure> {
    ask_instead(&state, &user, id, turn, Some(new.text)).await
}

/// Stops an answer that is under way; what has come of it stays. To stop one that has ended does nothing.
#[utoipa::path(post, path = paths::TURN_STOP, security(("session" = []), ("personal_token" = [])),
    params(("id" = String, Path, description = "The conversation's id"), ("turn" = String, Path, description = "The turn's id")),
    responses((status = 204)))]
pub(crate) async fn stop(
    user: CurrentUser<Chat>,
    State(state): State<HttpState>,
    TurnId(id, turn): TurnId,
) -> Result<StatusCode, Failure> {
    let turn = state.store.turn(user.owner, id, turn).await?;
    let live = state.turns.channel(id).latest().filter(|live| live.id == turn.id);
    if let Some(live) = live {
        live.stop.cancel();
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The same words, or others, to the same agent, as long as it is there.
async fn ask_instead(
    state: &HttpState,
    user: &CurrentUser<Chat>,
    id: ConversationId,
    turn: mosaic_model::TurnId,
    text: Option<String>,
) -> Result<(StatusCode, Json<TurnBody>), Failure> {
    let turn = state.store.turn(user.owner, id, turn).await?;
    let asked = turn.agent.map(|(_, slug)| slug);
    let agent = agent(state, user, None, asked.as_ref()).await?;
    let new = NewTurn {
        question: text.unwrap_or(turn.question),
        agent: (agent.id, agent.slug),
        idempotency_key: None,
        replaces: Some(turn.id),
    };
    begin(state, user, id, new).await
}

async fn begin(
    state: &HttpState,
    user: &CurrentUser<Chat>,
    id: ConversationId,
    new: NewTurn,
) -> Result<(StatusCode, Json<TurnBody>), Failure> {
    let limit = state.store.settings().requests_per_user;
    let seat = state.turns.in_flight.take(user.owner.user_id(), limit).ok_or_else(|| {
        Failure::new(Code::TooManyRequests, "You have too many answers under way. Wait for some to end.")
    })?;
    let begun = state.store.begin_turn(user.owner, id, new).await?;
    let body = if begun.is_new {
        turns::start(state, user.owner, id, begun, seat).now().0
    } else {
        // The same request again: what it began goes on by itself.
        turns::turn_body(begun.turn)
    };
    Ok((StatusCode::CREATED, Json(body)))
}

/// Who is asked: the one that is named, or the one who was asked last, or the first.
async fn agent(
    state: &HttpState,
    user: &CurrentUser<Chat>,
    named: Option<&str>,
    last: Option<&AgentSlug>,
) -> Result<Agent, Failure> {
    let profile = state.profile(user.owner).await?;
    match profile.setup {
        Setup::NoProvider => return Err(AssemblyError::NoProvider.into()),
        Setup::NoAgent => return Err(AssemblyError::NoAgent.into()),
        Setup::Ready => {}
    }
    let agents = &profile.agents;
    let found = match (named, last) {
        (Some(named), _) => agents.iter().find(|agent| agent.slug.as_str() == named),
        (None, Some(last)) => agents.iter().find(|agent| agent.slug == *last).or(agents.first()),
        (None, None) => agents.first(),
    };
    found
        .cloned()
        .ok_or_else(|| Failure::new(Code::UnknownAgent, "You have no agent of this name. Pick another."))
}
