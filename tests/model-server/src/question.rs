//! What a request asks, whatever the wire format it came in.

use serde_json::Value;

/// One request, reduced to what an answer depends on.
#[derive(Debug)]
pub(crate) struct Question {
    /// The model the client named.
    pub(crate) model: String,
    /// Whether the answer is to be streamed.
    pub(crate) stream: bool,
    /// Whether a stream is to end with a usage chunk (chat completions only).
    pub(crate) include_usage: bool,
    /// The texts of the user's messages, oldest first.
    pub(crate) user_messages: Vec<String>,
    /// The result of a tool, when that is the newest message.
    pub(crate) tool_result: Option<String>,
    /// A rough size in tokens.
    pub(crate) prompt_tokens: usize,
}

impl Question {
    /// Reads a request body of any of the three formats.
    pub(crate) fn read(body: &Value) -> Self {
        let messages = messages(body);
        let user_messages = messages
            .iter()
            .filter(|message| message["role"] == "user")
            .map(|m| own_words(&text(&m["content"])));
        Self {
            model: body["model"].as_str().unwrap_or_default().to_owned(),
            stream: body["stream"].as_bool().unwrap_or(false),
            include_usage: body["stream_options"]["include_usage"].as_bool().unwrap_or(false),
            user_messages: user_messages.filter(|text| !text.is_empty()).collect(),
            tool_result: messages.last().and_then(tool_result),
            prompt_tokens: body.to_string().len() / 4,
        }
    }

    /// The newest thing the user said.
    pub(crate) fn newest(&self) -> &str {
        self.user_messages.last().map_or("", String::as_str)
    }
}

/// The list of messages: `messages`, or the `input` of a response, which may be a bare string.
pub(crate) fn messages(body: &Value) -> Vec<Value> {
    match (&body["messages"], &body["input"]) {
        (Value::Array(messages), _) | (_, Value::Array(messages)) => messages.clone(),
        (_, Value::String(text)) => vec![serde_json::json!({ "role": "user", "content": text })],
        _ => Vec::new(),
    }
}

/// The text of a message's content: a string, or an array of parts of which some are text.
pub(crate) fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts: Vec<&str> = parts.iter().filter_map(|part| part["text"].as_str()).collect();
            texts.join("\n")
        }
        _ => String::new(),
    }
}

/// A user message without what OpenClaw adds in the user's name: blocks of context between two marks, the time before
/// the words, a line about the runtime after them, and a transcript before the newest of several messages.
fn own_words(message: &str) -> String {
    const BEGIN: &str = "<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>";
    const END: &str = "<<<END_OPENCLAW_INTERNAL_CONTEXT>>>";
    let mut words = String::new();
    let mut rest = message;
    while let Some((before, block)) = rest.split_once(BEGIN) {
        words.push_str(before);
        rest = block.split_once(END).map_or("", |(_, after)| after);
    }
    words.push_str(rest);
    let mut words = words.trim();
    if let Some((_, newest)) = words.rsplit_once("[Current message - respond to this]\nUser: ") {
        words = newest;
    } else if let Some((time, after)) = words.split_once(" UTC] ")
        && time.starts_with('[')
    {
        words = after;
    }
    let runtime = words.rsplit_once("\n\nRuntime: ").filter(|(_, line)| line.contains("agent="));
    runtime.map_or(words, |(before, _)| before).to_owned()
}

fn tool_result(message: &Value) -> Option<String> {
    if message["role"] == "tool" {
        return Some(text(&message["content"]));
    }
    if message["type"] == "function_call_output" {
        return Some(text(&message["output"]));
    }
    let parts = message["content"].as_array()?;
    let part = parts.iter().find(|part| part["type"] == "tool_result")?;
    Some(text(&part["content"]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_three_formats_ask_the_same() {
        let parts = json!([{ "type": "text", "text": "hello" }]);
        let bodies = [
            json!({ "model": "m", "messages": [{ "role": "system", "content": "s" }, { "role": "user", "content": "hello" }] }),
            json!({ "model": "m", "messages": [{ "role": "user", "content": parts }] }),
            json!({ "model": "m", "input": "hello" }),
            json!({ "model": "m", "input": [{ "role": "user", "content": [{ "type": "input_text", "text": "hello" }] }] }),
        ];
        for body in bodies {
            let question = Question::read(&body);
            assert_eq!(question.user_messages, ["hello"], "{body}");
            assert_eq!((question.model.as_str(), question.tool_result), ("m", None));
        }
    }

    #[test]
    fn the_gateways_additions_are_not_the_users_words() {
        let added = "<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>\ndata\n<<<END_OPENCLAW_INTERNAL_CONTEXT>>>";
        let user = |text: &str| json!({ "role": "user", "content": text });
        let both = format!(
            "{added}\n\n[Mon 2026-11-23 10:54 UTC] hello\n\nRuntime: name=Ada | agent=main | os=Linux"
        );
        let list = "[Mon 2026-11-23 10:54 UTC] [Chat messages since your last reply - for context]\nUser: one\n\n\
                    [Current message - respond to this]\nUser: two\n\nRuntime: agent=main";
        let messages = [user("first"), user(&both), user(added), user(list)];
        let question = Question::read(&json!({ "messages": messages }));
        assert_eq!(question.user_messages, ["first", "hello", "two"]);
    }

    #[test]
    fn a_tool_result_is_seen_only_when_it_is_the_newest() {
        let result = json!({ "role": "tool", "content": "42" });
        let user = json!({ "role": "user", "content": "go" });
        assert_eq!(Question::read(&json!({ "messages": [user, result] })).tool_result.as_deref(), Some("42"));
        assert_eq!(Question::read(&json!({ "messages": [result, user] })).tool_result, None);
        let anthropic = json!({ "messages": [{ "role": "user", "content": [{ "type": "tool_result", "content": "42" }] }] });
        assert_eq!(Question::read(&anthropic).tool_result.as_deref(), Some("42"));
    }
}
