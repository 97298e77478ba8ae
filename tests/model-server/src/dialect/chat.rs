//! OpenAI's chat completions.

use serde_json::{Value, json};

use super::{CREATED, Content, Dialect, Frame, Turn};

pub(crate) struct Chat;

impl Chat {
    fn chunk(turn: &Turn, choices: &Value) -> Value {
        json!({
            "id": id(turn), "object": "chat.completion.chunk", "created": CREATED,
            "model": turn.question.model, "choices": choices,
        })
    }

    fn choice(turn: &Turn, delta: &Value, finish_reason: Option<&str>) -> Frame {
        let choice = json!({ "index": 0, "delta": delta, "finish_reason": finish_reason });
        Frame::Data(Self::chunk(turn, &json!([choice])))
    }
}

impl Dialect for Chat {
    fn opening(&self, turn: &Turn) -> Vec<Frame> {
        let delta = match &turn.content {
            Content::Text(_) => json!({ "role": "assistant", "content": "" }),
            Content::ToolCall { name, .. } => {
                json!({ "role": "assistant", "content": null, "tool_calls": [tool_call(turn, name, "")] })
            }
        };
        vec![Self::choice(turn, &delta, None)]
    }

    fn delta(&self, turn: &Turn, piece: &str) -> Frame {
        let delta = match turn.content {
            Content::Text(_) => json!({ "content": piece }),
            Content::ToolCall { .. } => {
                json!({ "tool_calls": [{ "index": 0, "function": { "arguments": piece } }] })
            }
        };
        Self::choice(turn, &delta, None)
    }

    fn closing(&self, turn: &Turn) -> Vec<Frame> {
        let mut frames = vec![Self::choice(turn, &json!({}), Some(finish_reason(turn)))];
        if turn.question.include_usage {
            let mut chunk = Self::chunk(turn, &json!([]));
            chunk["usage"] = usage(turn);
            frames.push(Frame::Data(chunk));
        }
        frames.push(Frame::Done);
        frames
    }

    fn whole(&self, turn: &Turn) -> Value {
        let message = match &turn.content {
            Content::Text(text) => json!({ "role": "assistant", "content": text }),
            Content::ToolCall { name, arguments } => {
                let call = tool_call(turn, name, &arguments.to_string());
                json!({ "role": "assistant", "content": null, "tool_calls": [call] })
            }
        };
        let choice = json!({ "index": 0, "message": message, "finish_reason": finish_reason(turn) });
        json!({
            "id": id(turn), "object": "chat.completion", "created": CREATED, "model": turn.question.model,
            "choices": [choice], "usage": usage(turn),
        })
    }
}

fn id(turn: &Turn) -> String {
    format!("chatcmpl-{}", turn.number)
}

fn tool_call(turn: &Turn, name: &str, arguments: &str) -> Value {
    json!({
        "index": 0, "id": format!("call_{}", turn.number), "type": "function",
        "function": { "name": name, "arguments": arguments },
    })
}

fn finish_reason(turn: &Turn) -> &'static str {
    match turn.content {
        Content::Text(_) => "stop",
        Content::ToolCall { .. } => "tool_calls",
    }
}

fn usage(turn: &Turn) -> Value {
    let (prompt, completion) = (turn.question.prompt_tokens, turn.completion_tokens());
    json!({ "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion })
}
