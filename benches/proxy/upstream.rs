//! A gateway that costs as little as it can: OpenClaw's paths, and answers that are only there to be passed on.

use std::{convert::Infallible, time::Duration};

use axum::{
    Json, Router,
    body::Body,
    response::{IntoResponse, Response},
    routing::{get, post},
    serve::ListenerExt,
};
use bytes::Bytes;
use futures_util::stream;
use http::header;
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    time::{self, Instant, MissedTickBehavior},
};

use crate::tally::now_micros;

/// What a stream looks like unless the question says otherwise.
const CHUNKS: u64 = 100;
const PAUSE_MS: u64 = 20;

pub(crate) async fn run() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let router = Router::new()
        .route("/startupz", get(|| async {}))
        .route("/healthz", get(|| async {}))
        .route("/v1/chat/completions", post(chat));
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    axum::serve(listener, router).with_graceful_shutdown(crate::released()).await?;
    Ok(())
}

/// The newest message of a streaming question says how: `<chunks> <milliseconds between them>`.
async fn chat(Json(question): Json<Value>) -> Response {
    if question["stream"] != Value::Bool(true) {
        return whole();
    }
    let words = question["messages"].as_array().and_then(|all| all.last()?["content"].as_str());
    let mut numbers = words.unwrap_or_default().split(' ').map_while(|word| word.parse::<u64>().ok());
    let chunks = numbers.next().unwrap_or(CHUNKS);
    streamed(chunks, Duration::from_millis(numbers.next().unwrap_or(PAUSE_MS)))
}

fn whole() -> Response {
    Json(json!({
        "id": "chatcmpl-bench", "object": "chat.completion", "created": 0, "model": "openclaw/main",
        "choices": [{
            "index": 0, "finish_reason": "stop",
            "message": { "role": "assistant", "content": "A short answer of a usual length, for a short question." },
        }],
        "usage": { "prompt_tokens": 12, "completion_tokens": 12, "total_tokens": 24 },
    }))
    .into_response()
}

/// Each chunk says when it was sent, so that its way can be timed without a second channel.
fn streamed(chunks: u64, pause: Duration) -> Response {
    // The first one waits for nothing: a timer, due at once, would still make it a millisecond late.
    let mut ticks = time::interval_at(Instant::now() + pause, pause);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let frames = stream::unfold((0, ticks), move |(index, mut ticks)| async move {
        let frame = match index {
            0 if chunks > 0 => chunk(index),
            _ if index < chunks => {
                ticks.tick().await;
                chunk(index)
            }
            _ if index == chunks => "data: [DONE]\n\n".to_owned(),
            _ => return None,
        };
        Some((Ok::<_, Infallible>(Bytes::from(frame)), (index + 1, ticks)))
    });
    ([(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")], Body::from_stream(frames)).into_response()
}

fn chunk(index: u64) -> String {
    let sent = now_micros();
    format!(
        "data: {{\"sent\":{sent},\"id\":\"chatcmpl-bench\",\"object\":\"chat.completion.chunk\",\"created\":0,\
         \"model\":\"openclaw/main\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"word {index} \"}},\
         \"finish_reason\":null}}]}}\n\n"
    )
}
