//! A streamed answer, read as a client reads it.

use http::{Method, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use mosaic_api::sse::{Frame, Splitter};
use serde_json::{Value, json};

use super::{Mosaic, Person, Reply, eventually, get, http::send, post};

/// What a stream held.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// The text of all deltas.
    pub(crate) text: String,
    /// The message of an error event.
    pub(crate) error: Option<String>,
    /// Whether it ended with `[DONE]`.
    pub(crate) done: bool,
    /// Comments: signs of life.
    pub(crate) comments: usize,
}

/// Asks and reads the answer to its end.
pub(crate) async fn chat(mosaic: &Mosaic, person: &Person, conversation: &str, words: &str) -> Answer {
    let question = json!({
        "model": "main", "user": conversation, "stream": true,
        "messages": [{ "role": "user", "content": words }],
    });
    let response =
        send(Method::POST, &mosaic.url("/v1/chat/completions"), &person.token, &question.to_string()).await;
    read(response).await
}

/// Asks without streaming.
pub(crate) async fn chat_whole(mosaic: &Mosaic, person: &Person, conversation: &str, words: &str) -> Reply {
    let question =
        json!({ "model": "main", "user": conversation, "messages": [{ "role": "user", "content": words }] });
    post(&mosaic.url("/v1/chat/completions"), &person.token, &question).await
}

/// The turns of a conversation when nothing goes on in it any more.
pub(crate) async fn ended(mosaic: &Mosaic, person: &Person, conversation: &str) -> Vec<Value> {
    let url = mosaic.url(&format!("/api/conversations/{conversation}"));
    eventually("the conversation's turns have ended", async || {
        let thread = get(&url, &person.token).await.json();
        let turns = thread["turns"].as_array()?.clone();
        turns.iter().all(|turn| turn["finished_at"].is_string()).then_some(turns)
    })
    .await
}

async fn read(response: http::Response<Incoming>) -> Answer {
    let mut answer =
        Answer { status: response.status(), text: String::new(), error: None, done: false, comments: 0 };
    let mut splitter = Splitter::default();
    let mut body = response.into_body();
    let mut plain = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(bytes) = frame.into_data() else { continue };
        plain.extend_from_slice(&bytes);
        for frame in splitter.push(&bytes).expect("small frames") {
            match frame {
                Frame::Comment => answer.comments += 1,
                Frame::Data(data) if data == "[DONE]" => answer.done = true,
                Frame::Data(data) => answer.take(&serde_json::from_str(&data).expect("each frame is JSON")),
            }
        }
    }
    assert!(
        !splitter.is_mid_frame() || answer.status != StatusCode::OK,
        "the stream ended in the middle of a frame"
    );
    if answer.status != StatusCode::OK {
        let problem: Value = serde_json::from_slice(&plain).expect("a problem");
        answer.error = problem["detail"].as_str().map(ToOwned::to_owned);
    }
    answer
}

impl Answer {
    fn take(&mut self, event: &Value) {
        if let Some(message) = event["error"]["message"].as_str() {
            self.error = Some(message.to_owned());
        }
        self.text.push_str(event["choices"][0]["delta"]["content"].as_str().unwrap_or_default());
    }
}
