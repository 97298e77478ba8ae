//! OpenAI's responses.

use serde_json::{Value, json};

use super::{CREATED, Content, Dialect, Frame, Turn};

pub(crate) struct Responses;

impl Dialect for Responses {
    fn opening(&self, turn: &Turn) -> Vec<Frame> {
        let mut frames = vec![
            Frame::event("response.created", json!({ "response": response(turn, "in_progress") })),
            Frame::event(
                "response.output_item.added",
                json!({ "output_index": 0, "item": item(turn, "in_progress") }),
            ),
        ];
        if matches!(turn.content, Content::Text(_)) {
            frames.push(part_event("response.content_part.added", turn, &json!({ "part": part("") })));
        }
        frames
    }

    fn delta(&self, turn: &Turn, piece: &str) -> Frame {
        let name = match turn.content {
            Content::Text(_) => "response.output_text.delta",
            Content::ToolCall { .. } => "response.function_call_arguments.delta",
        };
        part_event(name, turn, &json!({ "delta": piece }))
    }

    fn closing(&self, turn: &Turn) -> Vec<Frame> {
        let mut frames = match &turn.content {
            Content::Text(text) => vec![
                part_event("response.output_text.done", turn, &json!({ "text": text })),
                part_event("response.content_part.done", turn, &json!({ "part": part(text) })),
            ],
            Content::ToolCall { arguments, .. } => {
                let done = json!({ "arguments": arguments.to_string() });
                vec![part_event("response.function_call_arguments.done", turn, &done)]
            }
        };
        let done = json!({ "output_index": 0, "item": item(turn, "completed") });
        frames.push(Frame::event("response.output_item.done", done));
        frames.push(Frame::event("response.completed", json!({ "response": response(turn, "completed") })));
        frames
    }

    fn whole(&self, turn: &Turn) -> Value {
        response(turn, "completed")
    }
}

fn response(turn: &Turn, status: &str) -> Value {
    let completed = status == "completed";
    let (input, output) = (turn.question.prompt_tokens, turn.completion_tokens());
    let usage = json!({
        "input_tokens": input, "input_tokens_details": { "cached_tokens": 0 },
        "output_tokens": output, "output_tokens_details": { "reasoning_tokens": 0 },
        "total_tokens": input + output,
    });
    json!({
        "id": format!("resp_{}", turn.number), "object": "response", "created_at": CREATED, "status": status,
        "model": turn.question.model,
        "output": if completed { json!([item(turn, status)]) } else { json!([]) },
        "usage": if completed { usage } else { Value::Null },
    })
}

fn item(turn: &Turn, status: &str) -> Value {
    let completed = status == "completed";
    match &turn.content {
        Content::Text(text) => json!({
            "id": item_id(turn), "type": "message", "role": "assistant", "status": status,
            "content": if completed { json!([part(text)]) } else { json!([]) },
        }),
        Content::ToolCall { name, arguments } => json!({
            "id": item_id(turn), "type": "function_call", "status": status,
            "call_id": format!("call_{}", turn.number), "name": name,
            "arguments": if completed { arguments.to_string() } else { String::new() },
        }),
    }
}

fn part(text: &str) -> Value {
    json!({ "type": "output_text", "text": text, "annotations": [] })
}

fn item_id(turn: &Turn) -> String {
    format!("item_{}", turn.number)
}

/// An event about the only part of the only item.
fn part_event(name: &'static str, turn: &Turn, rest: &Value) -> Frame {
    let mut data = json!({ "item_id": item_id(turn), "output_index": 0, "content_index": 0 });
    if let (Some(data), Some(rest)) = (data.as_object_mut(), rest.as_object()) {
        data.extend(rest.clone());
    }
    Frame::event(name, data)
}
