//! Every request of the page. Knows the server's paths and words, and nothing of how they look.

use std::fmt::Debug;

use gloo_net::http::{Request, Response};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, ReadableStreamDefaultReader, ReadableStreamReadResult};

use crate::remote::Failure;
use crate::sse::{Frame, Splitter};
use crate::wire::{Agent, Agents, ChatRequest, Chunk, Problem};

const MODELS: &str = "/v1/models";
const CHAT: &str = "/v1/chat/completions";
const UNREACHABLE: &str = "Mosaic cannot be reached. Check that it is running, then try again.";
const UNSENDABLE: &str = "The request could not be made in this browser.";
const CUT: &str = "The connection was lost before the answer was complete.";

/// What a stream tells while it runs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// The server is there, and waits for the agent.
    Heartbeat,
    /// More words of the answer.
    Text(String),
}

/// The agents that the token's owner may talk to.
pub(crate) async fn agents(token: &str) -> Result<Vec<Agent>, Failure> {
    let request = Request::get(MODELS).header("authorization", &bearer(token)).build();
    let response = request.map_err(because(UNSENDABLE))?.send().await.map_err(because(UNREACHABLE))?;
    if !response.ok() {
        return Err(refusal(response).await);
    }
    let agents: Agents = response.json().await.map_err(because("The list of agents could not be read."))?;
    Ok(agents.data)
}

/// Asks, and passes on what arrives until the answer is complete. A stream that ends early is a failure.
pub(crate) async fn chat(
    token: &str,
    request: &ChatRequest<'_>,
    signal: &AbortSignal,
    mut tell: impl FnMut(News),
) -> Result<(), Failure> {
    let request = Request::post(CHAT)
        .header("authorization", &bearer(token))
        .header("accept", "text/event-stream")
        .abort_signal(Some(signal))
        .json(request)
        .map_err(because(UNSENDABLE))?;
    let response = request.send().await.map_err(because(UNREACHABLE))?;
    if !response.ok() {
        return Err(refusal(response).await);
    }
    let body = response.body().ok_or_else(|| Failure::new(CUT))?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut splitter = Splitter::default();
    while let Some(bytes) = next(&reader).await? {
        for frame in splitter.push(&bytes) {
            match read(&Frame::read(&frame))? {
                Some(news) => tell(news),
                None => return Ok(()),
            }
        }
    }
    Err(Failure::new(CUT))
}

/// The meaning of one frame; none at the end of a complete answer.
fn read(frame: &Frame) -> Result<Option<News>, Failure> {
    let Some(data) = frame.data.as_deref() else { return Ok(Some(News::Heartbeat)) };
    if data == "[DONE]" {
        return Ok(None);
    }
    let chunk: Option<Chunk> = serde_json::from_str(data).ok();
    if let Some(error) = chunk.as_ref().and_then(|chunk| chunk.error.as_ref()) {
        return Err(Failure::new(&error.message));
    }
    if frame.event.as_deref() == Some("error") {
        let problem: Problem = serde_json::from_str(data).unwrap_or_default();
        return Err(explained(problem, CUT));
    }
    let chunk = chunk.ok_or_else(|| Failure::new("A part of the answer could not be read."))?;
    let text = chunk.text();
    Ok(Some(if text.is_empty() { News::Heartbeat } else { News::Text(text) }))
}

/// The next bytes of a stream; none at its end.
async fn next(reader: &ReadableStreamDefaultReader) -> Result<Option<Vec<u8>>, Failure> {
    let result: JsValue = JsFuture::from(reader.read()).await.map_err(because(CUT))?;
    let result: ReadableStreamReadResult = result.unchecked_into();
    if result.get_done().unwrap_or(true) {
        return Ok(None);
    }
    Ok(Some(Uint8Array::new(&result.get_value()).to_vec()))
}

/// An answer that is an error, in the server's words where it has some.
async fn refusal(response: Response) -> Failure {
    if response.status() == 401 {
        return Failure::Unauthorized;
    }
    let fallback = format!("The server answered {} {}.", response.status(), response.status_text());
    let text = response.text().await.unwrap_or_default();
    explained(serde_json::from_str(&text).unwrap_or_default(), &fallback)
}

fn explained(problem: Problem, fallback: &str) -> Failure {
    let detail = problem.detail.or(problem.title).unwrap_or_else(|| fallback.to_owned());
    Failure::Other { detail, request_id: problem.request_id }
}

fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// A failure in plain words; the cause goes to the browser's console, for whoever looks after the page.
fn because<E: Debug>(words: &'static str) -> impl FnOnce(E) -> Failure {
    move |cause| {
        web_sys::console::error_1(&format!("{words} {cause:?}").into());
        Failure::new(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Option<News>, Failure> {
        read(&Frame::read(text.as_bytes()))
    }

    #[test]
    fn words_comments_and_the_end_are_told_apart() {
        let words = read_text(r#"data: {"choices":[{"delta":{"content":"Hi"}}]}"#);
        assert_eq!(words, Ok(Some(News::Text("Hi".to_owned()))));
        assert_eq!(read_text(": waking"), Ok(Some(News::Heartbeat)));
        assert_eq!(
            read_text(r#"data: {"choices":[{"delta":{"role":"assistant"}}]}"#),
            Ok(Some(News::Heartbeat))
        );
        assert_eq!(read_text("data: [DONE]"), Ok(None));
    }

    #[test]
    fn an_error_in_the_stream_is_told_in_the_servers_words() {
        let failed = read_text(r#"data: {"error":{"message":"Your agent stopped.","type":"upstream"}}"#);
        assert_eq!(failed.unwrap_err().words(), "Your agent stopped.");
        let problem = "event: error\ndata: {\"detail\":\"Your agent stopped.\",\"request_id\":\"r1\"}";
        let failed = read_text(problem).unwrap_err();
        assert_eq!((failed.words(), failed.request_id()), ("Your agent stopped.", Some("r1")));
    }
}
