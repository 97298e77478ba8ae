//! Answering: the frames of a stream or one JSON object, and every scripted way not to.

use std::{
    io::Write as _,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use http::StatusCode;
use mosaic_model_server::wire::{self, Reply, Sink};
use serde_json::{Value, json};

use super::{chat::Question, error};
use crate::{Gateway, Order, clock, inspect};

const DONE: &str = "data: [DONE]\n\n";

pub(super) async fn answer(gateway: Arc<Gateway>, question: Question) -> Reply {
    let order = Order::find(&question.text);
    let active = Arc::clone(&gateway).begin_turn();
    let turn = Turn { id: format!("chatcmpl_{}", clock::unique_id()), gateway, question };
    if turn.question.stream {
        return wire::sse(move |sink| async move {
            turn.stream(&sink, order).await;
            drop(active);
        });
    }
    let reply = turn.whole(order).await;
    drop(active);
    reply
}

/// One question on its way to an answer.
struct Turn {
    id: String,
    gateway: Arc<Gateway>,
    question: Question,
}

impl Turn {
    async fn whole(&self, order: Option<Order>) -> Reply {
        let _turn = self.gateway.sessions.turn(&self.question.session_key).await;
        self.remember("user", &self.question.text);
        match &order {
            Some(Order::Die) => die(137),
            Some(Order::Exit(code)) => die(*code),
            Some(Order::Hang | Order::Cut) => self.hang().await,
            Some(Order::ProviderError(_)) => {
                return error(StatusCode::INTERNAL_SERVER_ERROR, "internal error", "api_error");
            }
            Some(Order::Silent(pause)) => tokio::time::sleep(*pause).await,
            _ => {}
        }
        let text = self.compose(order.as_ref()).await;
        self.remember("assistant", &text);
        let message = json!({ "role": "assistant", "content": text });
        let choice = json!({ "index": 0, "message": message, "finish_reason": "stop" });
        let mut reply = self.chunk(&json!([choice]));
        reply["object"] = json!("chat.completion");
        reply["usage"] = usage(&self.question.text, &text);
        wire::json(StatusCode::OK, &reply)
    }

    async fn stream(&self, sink: &Sink, order: Option<Order>) {
        sink.data(&self.delta(&json!({ "role": "assistant" }), None)).await;
        let _turn = self.gateway.sessions.turn(&self.question.session_key).await;
        self.remember("user", &self.question.text);
        match &order {
            Some(Order::Die) => return flush_and_die(137).await,
            Some(Order::Exit(code)) => return flush_and_die(*code).await,
            Some(Order::Hang) => self.hang().await,
            Some(Order::Cut) => {
                sink.data(&self.delta(&json!({ "content": "half a" }), None)).await;
                sink.raw("data: {\"id\":\"chatcmpl_").await;
                return sink.break_off().await;
            }
            Some(Order::ProviderError(kind)) => {
                let error = json!({ "message": "upstream provider error", "type": kind });
                sink.data(&json!({ "error": error })).await;
                return sink.raw(DONE).await;
            }
            Some(Order::Silent(pause)) => tokio::time::sleep(*pause).await,
            _ => {}
        }
        let text = self.compose(order.as_ref()).await;
        let delay = if let Some(Order::Slow { delay, .. }) = order { delay } else { Duration::ZERO };
        for word in text.split_inclusive(' ') {
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            sink.data(&self.delta(&json!({ "content": word }), None)).await;
        }
        self.remember("assistant", &text);
        sink.data(&self.delta(&json!({}), Some("stop"))).await;
        if self.question.include_usage {
            let mut chunk = self.chunk(&json!([]));
            chunk["usage"] = usage(&self.question.text, &text);
            sink.data(&chunk).await;
        }
        sink.raw(DONE).await;
    }

    /// The words of the answer.
    async fn compose(&self, order: Option<&Order>) -> String {
        let text = match order {
            Some(Order::Slow { count, .. }) => {
                (1..=*count).map(|number| number.to_string()).collect::<Vec<_>>().join(" ")
            }
            Some(Order::Probe { address, path }) => {
                format!("probe {address}: {}", inspect::probe(address, path).await)
            }
            Some(Order::Caps) => inspect::caps().to_string(),
            Some(Order::Read(path)) => match std::fs::read(path) {
                Ok(content) => format!("read {path}: {}", String::from_utf8_lossy(&content)),
                Err(error) => format!("cannot read {path}: {error}"),
            },
            _ => {
                let earlier =
                    self.gateway.sessions.user_messages(&self.question.session_key).saturating_sub(1);
                format!(
                    "Stand-in here. I remember {earlier} earlier messages of yours. You said: {}",
                    self.question.text
                )
            }
        };
        // OpenClaw prints every answer on stdout: whoever starts us must not let it reach the container's log.
        let _ = writeln!(std::io::stdout(), "{text}");
        text
    }

    fn remember(&self, role: &str, text: &str) {
        if let Err(error) = self.gateway.sessions.append(&self.question.session_key, role, text) {
            let _ = writeln!(std::io::stderr(), "stand-in: cannot keep the conversation: {error}");
        }
    }

    async fn hang(&self) {
        self.gateway.hung.store(true, Ordering::Relaxed);
        std::future::pending::<()>().await;
    }

    fn chunk(&self, choices: &Value) -> Value {
        json!({
            "id": self.id, "object": "chat.completion.chunk", "created": clock::now_ms() / 1000,
            "model": self.question.model, "choices": choices,
        })
    }

    fn delta(&self, delta: &Value, finish_reason: Option<&str>) -> Value {
        self.chunk(&json!([{ "index": 0, "delta": delta, "finish_reason": finish_reason }]))
    }
}

/// Ends the process after the role chunk has left, as a kill in the middle of an answer does.
async fn flush_and_die(code: u8) {
    // The HTTP server writes what it has when the body is idle for a moment.
    tokio::task::yield_now().await;
    tokio::time::sleep(Duration::from_millis(5)).await;
    die(code);
}

/// Ends the process without any clean-up.
fn die(code: u8) {
    std::process::exit(i32::from(code));
}

fn usage(question: &str, answer: &str) -> Value {
    let (prompt, completion) = (question.split_whitespace().count(), answer.split_whitespace().count());
    json!({ "prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion })
}
