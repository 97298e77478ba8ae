//! Anthropic's messages.

use serde_json::{Value, json};

use super::{Content, Dialect, Frame, Turn, error_type};

pub(crate) struct Messages;

impl Dialect for Messages {
    fn opening(&self, turn: &Turn) -> Vec<Frame> {
        let block = match &turn.content {
            Content::Text(_) => json!({ "type": "text", "text": "" }),
            Content::ToolCall { name, .. } => tool_use(turn, name, &json!({})),
        };
        vec![
            Frame::event("message_start", json!({ "message": message(turn, &json!([]), None) })),
            Frame::event("content_block_start", json!({ "index": 0, "content_block": block })),
        ]
    }

    fn delta(&self, turn: &Turn, piece: &str) -> Frame {
        let delta = match turn.content {
            Content::Text(_) => json!({ "type": "text_delta", "text": piece }),
            Content::ToolCall { .. } => json!({ "type": "input_json_delta", "partial_json": piece }),
        };
        Frame::event("content_block_delta", json!({ "index": 0, "delta": delta }))
    }

    fn closing(&self, turn: &Turn) -> Vec<Frame> {
        let delta = json!({ "stop_reason": stop_reason(turn), "stop_sequence": null });
        let usage = json!({ "output_tokens": turn.completion_tokens() });
        vec![
            Frame::event("content_block_stop", json!({ "index": 0 })),
            Frame::event("message_delta", json!({ "delta": delta, "usage": usage })),
            Frame::event("message_stop", json!({})),
        ]
    }

    fn whole(&self, turn: &Turn) -> Value {
        let block = match &turn.content {
            Content::Text(text) => json!({ "type": "text", "text": text }),
            Content::ToolCall { name, arguments } => tool_use(turn, name, arguments),
        };
        message(turn, &json!([block]), Some(stop_reason(turn)))
    }

    fn error(&self, status: u16, message: &str) -> Value {
        json!({ "type": "error", "error": { "type": error_type(status), "message": message } })
    }
}

fn message(turn: &Turn, content: &Value, stop_reason: Option<&str>) -> Value {
    let usage =
        json!({ "input_tokens": turn.question.prompt_tokens, "output_tokens": turn.completion_tokens() });
    json!({
        "id": format!("msg_{}", turn.number), "type": "message", "role": "assistant",
        "model": turn.question.model, "content": content,
        "stop_reason": stop_reason, "stop_sequence": null, "usage": usage,
    })
}

fn tool_use(turn: &Turn, name: &str, input: &Value) -> Value {
    json!({ "type": "tool_use", "id": format!("toolu_{}", turn.number), "name": name, "input": input })
}

fn stop_reason(turn: &Turn) -> &'static str {
    match turn.content {
        Content::Text(_) => "end_turn",
        Content::ToolCall { .. } => "tool_use",
    }
}
