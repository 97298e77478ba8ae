//! A whole answer, put together from the frames of a streamed one. No IO: frames in, an answer out.

use std::collections::BTreeMap;

use mosaic_api::sse::{DONE, Frame};
use serde::Deserialize;
use serde_json::{Value, json};

/// The longest answer that is held in memory for a client that wants it whole. Bytes.
pub(super) const ANSWER_MAX_BYTES: usize = 16 * 1024 * 1024;
/// What one more tool call takes beside its text. Bytes.
const TOOL_CALL_BYTES: usize = 256;
/// Why an answer ended that does not say so itself.
const FINISHED: &str = "stop";

/// Why there is no whole answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// The gateway said why: most often in its provider's words.
    Refused(Refusal),
    /// The stream ended too early, or made no sense.
    BrokenOff,
    /// It is longer than [`ANSWER_MAX_BYTES`].
    TooLong,
}

/// An error event of a gateway.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Refusal {
    #[serde(default)]
    pub(super) message: String,
    /// The class of error, in OpenAI's words.
    #[serde(default, rename = "type")]
    pub(super) kind: String,
}

/// What has come of an answer so far. It holds one choice: a gateway gives no other.
#[derive(Debug, Default)]
pub(super) struct Assembly {
    /// The id, the time and the model: the same in every frame.
    head: Option<(String, Value, Value)>,
    content: String,
    tool_calls: BTreeMap<u64, ToolCall>,
    finish_reason: Option<String>,
    usage: Option<Value>,
    refusal: Option<Refusal>,
    is_done: bool,
    held_bytes: usize,
}

#[derive(Debug, Default)]
struct ToolCall {
    id: String,
    name: String,
    arguments: String,
}

/// What a frame of a gateway's stream says.
#[derive(Deserialize)]
pub(crate) struct Chunk {
    id: Option<String>,
    #[serde(default)]
    created: Value,
    #[serde(default)]
    model: Value,
    #[serde(default)]
    choices: Vec<Choice>,
    usage: Option<Value>,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Choice {
    #[serde(default)]
    delta: Delta,
    finish_reason: Option<String>,
}

#[derive(Default, Deserialize)]
struct Delta {
    content: Option<String>,
    #[serde(default)]
    tool_calls: Vec<ToolCallDelta>,
}

#[derive(Deserialize)]
struct ToolCallDelta {
    #[serde(default)]
    index: u64,
    id: Option<String>,
    #[serde(default)]
    function: FunctionDelta,
}

#[derive(Default, Deserialize)]
struct FunctionDelta {
    name: Option<String>,
    arguments: Option<String>,
}

impl Chunk {
    /// Reads a frame's data; none where it makes no sense.
    pub(crate) fn read(data: &str) -> Option<Self> {
        serde_json::from_str(data).ok()
    }

    /// The words it adds to the answer.
    pub(crate) fn text(&self) -> String {
        self.choices.iter().filter_map(|choice| choice.delta.content.as_deref()).collect()
    }

    /// What the answer took, in the prompt and in the answer itself; only near the end of a stream.
    pub(crate) fn tokens(&self) -> Option<(u64, u64)> {
        let usage = self.usage.as_ref()?;
        usage["prompt_tokens"].as_u64().zip(usage["completion_tokens"].as_u64())
    }

    /// Why there will be no answer.
    pub(crate) fn into_refusal(self) -> Option<Refusal> {
        self.error
    }
}

impl Assembly {
    /// Takes in a frame. What comes after the end is passed over.
    pub(super) fn take(&mut self, frame: Frame) -> Result<(), NoAnswer> {
        let Frame::Data(data) = frame else { return Ok(()) };
        if self.is_done || data == DONE {
            self.is_done = true;
            return Ok(());
        }
        let chunk = Chunk::read(&data).ok_or(NoAnswer::BrokenOff)?;
        if let (None, Some(id)) = (&self.head, chunk.id) {
            self.head = Some((id, chunk.created, chunk.model));
        }
        self.refusal = self.refusal.take().or(chunk.error);
        self.usage = chunk.usage.or(self.usage.take());
        for choice in chunk.choices {
            self.finish_reason = choice.finish_reason.or(self.finish_reason.take());
            self.add(choice.delta)?;
        }
        Ok(())
    }

    fn add(&mut self, delta: Delta) -> Result<(), NoAnswer> {
        if let Some(more) = delta.content {
            self.make_room(more.len())?;
            self.content.push_str(&more);
        }
        for delta in delta.tool_calls {
            let FunctionDelta { name, arguments } = delta.function;
            let texts = [delta.id, name, arguments].map(Option::unwrap_or_default);
            let fresh = if self.tool_calls.contains_key(&delta.index) { 0 } else { TOOL_CALL_BYTES };
            self.make_room(fresh + texts.iter().map(String::len).sum::<usize>())?;
            let call = self.tool_calls.entry(delta.index).or_default();
            let [id, name, arguments] = texts;
            call.id.push_str(&id);
            call.name.push_str(&name);
            call.arguments.push_str(&arguments);
        }
        Ok(())
    }

    fn make_room(&mut self, bytes: usize) -> Result<(), NoAnswer> {
        self.held_bytes += bytes;
        if self.held_bytes > ANSWER_MAX_BYTES { Err(NoAnswer::TooLong) } else { Ok(()) }
    }

    /// The stream is over: the whole answer, or why there is none. Without an end mark there is none.
    pub(super) fn finish(self) -> Result<Value, NoAnswer> {
        if let Some(refusal) = self.refusal {
            return Err(NoAnswer::Refused(refusal));
        }
        let (true, Some((id, created, model))) = (self.is_done, self.head) else {
            return Err(NoAnswer::BrokenOff);
        };
        let mut message = json!({ "role": "assistant", "content": self.content });
        if !self.tool_calls.is_empty() {
            message["tool_calls"] = self.tool_calls.into_values().map(Value::from).collect();
        }
        let finish_reason = self.finish_reason.unwrap_or_else(|| FINISHED.to_owned());
        let mut answer = json!({
            "id": id, "object": "chat.completion", "created": created, "model": model,
            "choices": [{ "index": 0, "message": message, "finish_reason": finish_reason }],
        });
        if let Some(usage) = self.usage {
            answer["usage"] = usage;
        }
        Ok(answer)
    }
}

impl From<ToolCall> for Value {
    fn from(call: ToolCall) -> Self {
        let function = json!({ "name": call.name, "arguments": call.arguments });
        json!({ "id": call.id, "type": "function", "function": function })
    }
}

#[cfg(test)]
mod tests;
