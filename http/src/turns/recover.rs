//! Turns that a Mosaic left open when it crashed: closed by the next one, with what was kept, or with the whole
//! answer where the agent has it and is awake. Nothing is asked again, and nobody is woken.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use http_body_util::{BodyExt, Limited};
use mosaic_actors::GatewayRequest;
use mosaic_model::{AgentSlug, CellId, Owner, State, TurnEvent, TurnId, TurnState, UserId};
use mosaic_storage::{OpenTurn, StoreError, TurnEnd};
use serde_json::Value;
use tokio::time;
use tokio_util::sync::CancellationToken;

use super::{bodies::turn_failure, run::abandoned};
use crate::HttpState;

/// How long an agent may take to say what it remembers.
const HISTORY_WITHIN: Duration = Duration::from_secs(15);
/// How many of the newest messages of a session are looked at.
const HISTORY_MESSAGES: u32 = 20;
/// The most that is read of them. Bytes.
const HISTORY_MAX_BYTES: usize = 8 * 1024 * 1024;
/// How long to wait before a turn that could not be closed is tried again.
const TRY_AGAIN: Duration = Duration::from_secs(5);

/// Turns that were left open.
#[derive(Debug)]
pub struct LeftOpen(Vec<(UserId, TurnId)>);

impl HttpState {
    /// Finds the turns that an earlier Mosaic left open: to be called before this one begins any.
    pub async fn left_open(&self) -> Result<LeftOpen, StoreError> {
        self.store.open_turns().await.map(LeftOpen)
    }

    /// Closes them, until cancelled.
    pub async fn close_left_open(self, turns: LeftOpen, cancel: CancellationToken) {
        let closing = async {
            for (user, turn) in turns.0 {
                #[expect(clippy::disallowed_methods, reason = "the turn's own row says whose it is")]
                let owner = Owner::vouch(user);
                while let Err(error) = self.close(owner, turn).await {
                    tracing::warn!(%error, "a turn that was left open is not closed yet; trying again");
                    time::sleep(TRY_AGAIN).await;
                }
            }
        };
        cancel.run_until_cancelled(closing).await;
    }

    async fn close(&self, owner: Owner, id: TurnId) -> Result<(), StoreError> {
        let open = match self.store.open_turn(owner, id).await {
            Err(StoreError::NotFound) => return Ok(()),
            open => open?,
        };
        let found = self.look_into_history(owner, &open).await;
        let event = if found.is_some() { TurnEvent::Found } else { TurnEvent::Abandoned };
        let state = open.state.apply(event).unwrap_or(TurnState::Interrupted);
        let failure = found.is_none().then(|| turn_failure(&abandoned()));
        let end = TurnEnd { state, answer: found.unwrap_or(open.answer), failure, usage: None };
        match self.store.finish_turn(owner, id, &end).await {
            Ok(_) | Err(StoreError::NotFound) => {}
            Err(error) => return Err(error),
        }
        self.turns.channel(open.conversation).touch();
        tracing::info!(turn = %id, state = end.state.as_str(), "a turn that was left open is closed");
        Ok(())
    }

    /// The whole answer, where an agent that is awake has it.
    async fn look_into_history(&self, owner: Owner, open: &OpenTurn) -> Option<String> {
        let cell = CellId::User(owner.user_id());
        let agent = open.agent.as_ref().filter(|_| open.state != TurnState::Queued)?;
        let status = self.fleet.status(cell).await.ok()?;
        // One that is frozen is back at once.
        if !matches!(status.state, State::Running { .. } | State::Frozen { .. } | State::Thawing { .. }) {
            return None;
        }
        let asked = time::timeout(HISTORY_WITHIN, self.history(cell, agent, &open.session)).await;
        answer_in(&asked.ok()??, &open.question)
    }

    async fn history(&self, cell: CellId, agent: &AgentSlug, session: &str) -> Option<Value> {
        // A slug and a session hold nothing that a path could be confused by.
        let path =
            format!("/sessions/agent%3A{agent}%3Aopenai-user%3A{session}/history?limit={HISTORY_MESSAGES}");
        let request = GatewayRequest {
            method: Method::GET,
            path: path.try_into().ok()?,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        };
        let reply = self.fleet.forward(cell, request).await.ok()?;
        if reply.status() != StatusCode::OK {
            return None;
        }
        let body = Limited::new(reply.into_body(), HISTORY_MAX_BYTES).collect().await.ok()?;
        serde_json::from_slice(&body.to_bytes()).ok()
    }
}

/// The whole answer to the newest question of a session's history, if that is this question: what the agent said
/// last after it, unless it was broken off.
fn answer_in(history: &Value, question: &str) -> Option<String> {
    let items = history["items"].as_array().or_else(|| history["messages"].as_array())?;
    let asked = items.iter().rposition(|item| item["role"] == "user")?;
    if !text(&items[asked]["content"]).contains(question) {
        return None;
    }
    let last = items[asked + 1..].iter().rfind(|item| item["role"] == "assistant")?;
    let is_whole = last["stopReason"].as_str().is_none_or(|reason| reason == "stop");
    let answer = text(&last["content"]);
    (is_whole && !answer.is_empty()).then_some(answer)
}

/// The text of a content that is a string or a list of parts.
fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said(items: &Value, question: &str) -> Option<String> {
        answer_in(&json!({ "sessionKey": "k", "items": items, "hasMore": false }), question)
    }

    #[test]
    fn the_answer_to_the_newest_question_is_found_and_no_other() {
        let user = |text: &str| json!({ "role": "user", "content": text });
        let answer = |text: &str, reason: &str| json!({ "role": "assistant", "content": [{ "type": "text", "text": text }], "stopReason": reason });
        let told = user("[Chat messages since your last reply - for context]\nUser: one\n\nUser: two");
        assert_eq!(said(&json!([told, answer("2", "stop")]), "two").as_deref(), Some("2"));
        let tool = json!({ "role": "assistant", "stopReason": "toolUse",
            "content": [{ "type": "toolCall", "id": "t", "name": "exec", "arguments": {} }] });
        let result = json!({ "role": "toolResult", "content": [{ "type": "text", "text": "secret" }] });
        let with_tool = json!([user("one"), tool, result, answer("1", "stop")]);
        assert_eq!(said(&with_tool, "one").as_deref(), Some("1"));
        for nothing in [
            json!([]),
            json!([user("one"), answer("1", "stop"), user("two")]),
            json!([user("one"), answer("1", "stop")]),
            json!([user("two"), answer("half", "aborted")]),
            json!([user("two"), tool, result]),
            json!({}),
        ] {
            assert_eq!(said(&nothing, "two"), None, "{nothing}");
        }
    }

    #[test]
    fn a_stand_in_that_names_no_reason_is_believed() {
        let items = json!([{ "role": "user", "content": "hi" }, { "role": "assistant", "content": "hello" }]);
        assert_eq!(said(&items, "hi").as_deref(), Some("hello"));
    }
}
