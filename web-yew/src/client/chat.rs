//! Talking with an agent, through the OpenAI-compatible door.

use gloo_net::http::Method;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, ReadableStreamDefaultReader, ReadableStreamReadResult};

use mosaic_api::paths;
use mosaic_api::sse::{DONE, Frame, Splitter};

use super::{UNREADABLE, answer, because, get, request};
use crate::remote::Failure;
use crate::wire::{Agent, Agents, ChatRequest, Chunk};

const CUT: &str = "The connection was lost before the answer was complete.";

/// What a stream tells while it runs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// The server is there, and waits for the agent.
    Heartbeat,
    /// More words of the answer.
    Text(String),
}

/// The agents that the caller may talk to.
pub(crate) async fn agents() -> Result<Vec<Agent>, Failure> {
    get::<Agents>(paths::MODELS).await.map(|agents| agents.data)
}

/// Asks, and passes on what arrives until the answer is complete. A stream that ends early is a failure.
pub(crate) async fn chat(
    question: &ChatRequest<'_>,
    signal: &AbortSignal,
    mut tell: impl FnMut(News),
) -> Result<(), Failure> {
    let request = request(Method::POST, paths::CHAT_COMPLETIONS)
        .header("accept", "text/event-stream")
        .abort_signal(Some(signal))
        .json(question);
    let response = answer(request).await?;
    let body = response.body().ok_or_else(|| Failure::new(CUT))?;
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut splitter = Splitter::default();
    while let Some(bytes) = next(&reader).await? {
        for frame in splitter.push(&bytes).map_err(because(UNREADABLE))? {
            match read(&frame)? {
                Some(news) => tell(news),
                None => return Ok(()),
            }
        }
    }
    Err(Failure::new(CUT))
}

/// The meaning of one frame; none at the end of a complete answer.
fn read(frame: &Frame) -> Result<Option<News>, Failure> {
    let Frame::Data(data) = frame else { return Ok(Some(News::Heartbeat)) };
    if data == DONE {
        return Ok(None);
    }
    let chunk: Chunk = serde_json::from_str(data).map_err(because(UNREADABLE))?;
    if let Some(error) = &chunk.error {
        return Err(Failure::new(&error.message));
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read_data(data: &str) -> Result<Option<News>, Failure> {
        read(&Frame::Data(data.to_owned()))
    }

    #[test]
    fn words_signs_of_life_and_the_end_are_told_apart() {
        let words = read_data(r#"{"choices":[{"delta":{"content":"Hi"}}]}"#);
        assert_eq!(words, Ok(Some(News::Text("Hi".to_owned()))));
        assert_eq!(read(&Frame::Comment), Ok(Some(News::Heartbeat)));
        assert_eq!(read_data(r#"{"choices":[{"delta":{"role":"assistant"}}]}"#), Ok(Some(News::Heartbeat)));
        assert_eq!(read_data("[DONE]"), Ok(None));
    }

    #[test]
    fn an_error_in_the_stream_is_told_in_the_servers_words() {
        let failed = read_data(r#"{"error":{"message":"Your agent stopped.","type":"api_error"}}"#);
        assert_eq!(failed.unwrap_err().detail, "Your agent stopped.");
    }
}
