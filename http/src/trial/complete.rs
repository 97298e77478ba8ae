//! One word of a model, streamed: what an agent will ask for, at the least cost.

use std::time::Instant;

use bytes::Bytes;
use http::{Method, Response, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use mosaic_api::{
    TestProblem,
    sse::{DONE, Frame, Splitter},
};
use mosaic_model::ApiKind;
use serde_json::{Value, json};

use super::{
    Fault, Target,
    connect::{Line, Road},
    judge::{Asked, judge, judge_words},
    talk::{ask, request, whole},
};

/// How many tokens may come. Each costs.
const TOKENS: u32 = 1;
/// The least that OpenAI's responses take.
const RESPONSES_TOKENS: u32 = 16;
/// How much of a stream is read without a word in it. Bytes.
const STREAM_MAX: usize = 1024 * 1024;

/// What a streamed event says.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    /// The model's first word, or that it is done without one.
    Word,
    /// Nothing yet.
    Nothing,
    /// What went wrong.
    Error(String),
}

/// Asks a model for a word; how long it took to come. Milliseconds.
pub(super) async fn first_word(
    target: &Target,
    model: &str,
    listed: bool,
    road: &Road,
) -> Result<u64, Fault> {
    match try_once(target, model, listed, "max_tokens", road.line().await?).await {
        // OpenAI's newer models have another word for it.
        Err(fault)
            if target.kind == ApiKind::OpenaiCompletions
                && fault.detail.contains("max_completion_tokens") =>
        {
            try_once(target, model, listed, "max_completion_tokens", road.line().await?).await
        }
        tried => tried,
    }
}

async fn try_once(
    target: &Target,
    model: &str,
    listed: bool,
    limit: &str,
    line: Box<dyn Line>,
) -> Result<u64, Fault> {
    let body = Bytes::from(question(target.kind, model, limit).to_string());
    let request = request(target, Method::POST, target.kind.chat_path(), body)?;
    let since = Instant::now();
    let asked = Asked::Word { model, listed };
    ask(line, request, async |response| {
        if !response.status().is_success() {
            let answer = whole(response).await?;
            // A thinking model may use the token up before it says a word: it is there and answers.
            let spent = String::from_utf8_lossy(&answer.body).contains("output limit was reached");
            return if spent { Ok(millis(since)) } else { Err(judge(&answer, asked, target.key_text())) };
        }
        read_word(target, response).await.map(|()| millis(since))
    })
    .await
}

fn question(kind: ApiKind, model: &str, limit: &str) -> Value {
    const WORDS: &str = "Say hi.";
    let messages = json!([{ "role": "user", "content": WORDS }]);
    match kind {
        ApiKind::OpenaiCompletions => {
            json!({ "model": model, "stream": true, limit: TOKENS, "messages": messages })
        }
        ApiKind::OpenaiResponses => json!({
            "model": model, "stream": true, "store": false, "max_output_tokens": RESPONSES_TOKENS, "input": WORDS,
        }),
        ApiKind::AnthropicMessages => {
            json!({ "model": model, "stream": true, "max_tokens": TOKENS, "messages": messages })
        }
    }
}

async fn read_word(target: &Target, response: Response<Incoming>) -> Result<(), Fault> {
    let bad = |detail: &str| Fault::new(TestProblem::BadAnswer, detail);
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(|kind| kind.starts_with("text/event-stream")) {
        return Err(bad("The answer is no stream of events, which is what agents need."));
    }
    let mut body = response.into_body();
    let (mut splitter, mut read) = (Splitter::default(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|error| Fault::broken(&error))?.into_data() else { continue };
        read += data.len();
        let too_long = || bad("The stream goes on and on without a word of the model.");
        for frame in splitter.push(&data).map_err(|_too_large| too_long())? {
            match said(target.kind, &frame) {
                Said::Word => return Ok(()),
                Said::Nothing => {}
                Said::Error(words) => return Err(judge_words(&words, target.key_text())),
            }
        }
        if read > STREAM_MAX {
            return Err(too_long());
        }
    }
    Err(bad("The stream ended without a word of the model."))
}

fn said(kind: ApiKind, frame: &Frame) -> Said {
    let Frame::Data(data) = frame else { return Said::Nothing };
    if data.trim() == DONE {
        return Said::Nothing;
    }
    let Ok(event) = serde_json::from_str::<Value>(data) else {
        return Said::Error("an event of the stream is no JSON".to_owned());
    };
    let error = [&event["error"]["message"], &event["error"], &event["response"]["error"]["message"]];
    if let Some(words) = error.into_iter().find_map(Value::as_str) {
        return Said::Error(words.to_owned());
    }
    let is_word = match kind {
        ApiKind::OpenaiCompletions => {
            let choice = &event["choices"][0];
            let spoken = ["content", "reasoning_content", "reasoning"];
            let spoken =
                spoken.iter().any(|it| choice["delta"][*it].as_str().is_some_and(|it| !it.is_empty()));
            spoken || choice["finish_reason"].is_string()
        }
        ApiKind::OpenaiResponses => {
            let name = event["type"].as_str().unwrap_or_default();
            name.rsplit('.').next() == Some("delta")
                || matches!(name, "response.completed" | "response.incomplete")
        }
        ApiKind::AnthropicMessages => {
            matches!(event["type"].as_str(), Some("content_block_delta" | "message_delta"))
        }
    };
    if is_word { Said::Word } else { Said::Nothing }
}

pub(super) fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use ApiKind::{AnthropicMessages as A, OpenaiCompletions as C, OpenaiResponses as R};

    use super::*;

    #[test]
    fn a_word_is_told_from_what_comes_before_it_and_from_an_error() {
        let said = |kind, data: &str| said(kind, &Frame::Data(data.to_owned()));
        for (kind, data, expected) in [
            (
                C,
                r#"{"choices":[{"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#,
                Said::Nothing,
            ),
            (C, r#"{"choices":[{"delta":{"content":"Hi"},"finish_reason":null}]}"#, Said::Word),
            (C, r#"{"choices":[{"delta":{"reasoning_content":"Hm"}}]}"#, Said::Word),
            (C, r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#, Said::Word),
            (C, r#"{"error":{"message":"no"}}"#, Said::Error("no".to_owned())),
            (C, "[DONE]", Said::Nothing),
            (C, "{", Said::Error("an event of the stream is no JSON".to_owned())),
            (R, r#"{"type":"response.created","response":{"error":null}}"#, Said::Nothing),
            (R, r#"{"type":"response.output_text.delta","delta":"Hi"}"#, Said::Word),
            (R, r#"{"type":"response.incomplete"}"#, Said::Word),
            (
                R,
                r#"{"type":"response.failed","response":{"error":{"message":"no"}}}"#,
                Said::Error("no".to_owned()),
            ),
            (A, r#"{"type":"message_start","message":{}}"#, Said::Nothing),
            (A, r#"{"type":"content_block_delta","delta":{"type":"text_delta","text":"Hi"}}"#, Said::Word),
            (A, r#"{"type":"message_delta","delta":{"stop_reason":"max_tokens"}}"#, Said::Word),
            (A, r#"{"type":"error","error":{"type":"x","message":"no"}}"#, Said::Error("no".to_owned())),
        ] {
            assert_eq!(said(kind, data), expected, "{data}");
        }
    }
}
