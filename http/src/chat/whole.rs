//! An answer that is not streamed.
//!
//! The gateway is asked to stream all the same: only in a stream does it say why its provider refused. So
//! the whole answer is put together here.

use std::{fmt::Display, time::Duration};

use axum::{
    Json,
    body::Body as AxumBody,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{StatusCode, header};
use http_body::Body;
use http_body_util::BodyExt;
use mosaic_actors::LeasedBody;
use mosaic_api::{Code, sse::Splitter};
use serde_json::Value;
use tokio::time;

use super::{
    Relay,
    assembly::{ANSWER_MAX_BYTES, Assembly, NoAnswer, Refusal},
};
use crate::failure::Failure;

/// How long a whole answer may take, from its head on.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(30);
/// How much of a provider's words is passed on. Characters.
const WORDS_MAX_CHARS: usize = 2_000;

/// The whole answer of a stream; what is no stream is passed on.
pub(crate) async fn whole_answer(answer: http::Response<LeasedBody>) -> Result<Response, Failure> {
    if !Relay::takes(&answer) {
        return pass_on(answer);
    }
    let answer = assemble(answer.into_body()).await.map_err(failure)?;
    Ok(Json(answer).into_response())
}

/// Passes an answer on that is no stream: status, type and bytes, no other header.
pub(crate) fn pass_on(answer: http::Response<LeasedBody>) -> Result<Response, Failure> {
    if let Some(failure) = no_answer(answer.status()) {
        return Err(failure);
    }
    let (head, body) = answer.into_parts();
    let mut response = Response::new(AxumBody::new(body));
    *response.status_mut() = head.status;
    if let Some(kind) = head.headers.get(header::CONTENT_TYPE) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
    }
    Ok(response)
}

/// What a gateway means by a status that is no answer to the question.
pub(crate) fn no_answer(status: StatusCode) -> Option<Failure> {
    match status {
        StatusCode::SERVICE_UNAVAILABLE => {
            Some(Failure::new(Code::Unavailable, "Your agent is stopping right now. Ask again in a moment."))
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            tracing::error!(%status, "a gateway refused Mosaic's own token");
            Some(Failure::new(
                Code::Internal,
                "Your agent did not accept Mosaic's request; its log says more.",
            ))
        }
        StatusCode::INTERNAL_SERVER_ERROR => Some(Failure::new(
            Code::AgentDied,
            "Your agent could not answer, and did not say why. Ask again.",
        )),
        _ => None,
    }
}

/// Why there is no answer to give.
#[derive(Debug, PartialEq, Eq)]
enum Ending {
    NoAnswer(NoAnswer),
    TooLate,
}

async fn assemble<B>(body: B) -> Result<Value, Ending>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Display,
{
    match time::timeout(ANSWER_TIMEOUT, read(body)).await {
        Ok(read) => read.map_err(Ending::NoAnswer),
        Err(time::error::Elapsed { .. }) => Err(Ending::TooLate),
    }
}

async fn read<B>(mut body: B) -> Result<Value, NoAnswer>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Display,
{
    let (mut splitter, mut assembly) = (Splitter::default(), Assembly::default());
    while let Some(frame) = body.frame().await {
        let chunk = match frame {
            Ok(frame) => frame.into_data().unwrap_or_default(),
            Err(error) => {
                tracing::info!(%error, "a gateway's stream broke");
                break;
            }
        };
        let Ok(frames) = splitter.push(&chunk) else {
            tracing::warn!("a gateway sent a frame without end");
            break;
        };
        for frame in frames {
            assembly.take(frame)?;
        }
    }
    assembly.finish()
}

fn failure(ending: Ending) -> Failure {
    match ending {
        Ending::NoAnswer(NoAnswer::Refused(refusal)) => refused(&refusal),
        Ending::NoAnswer(NoAnswer::BrokenOff) => broken_off(),
        Ending::NoAnswer(NoAnswer::TooLong) => {
            let limit = ANSWER_MAX_BYTES >> 20;
            let detail =
                format!("The answer is longer than {limit} MiB. Ask with \"stream\": true to get it.");
            Failure::new(Code::AnswerTooLong, detail)
        }
        Ending::TooLate => Failure::new(Code::AgentTimeout, "Your agent did not finish its answer in time."),
    }
}

/// The agent was gone before it had said all.
pub(crate) fn broken_off() -> Failure {
    Failure::new(Code::AgentDied, "Your agent ended in the middle of its answer. Ask again: it starts anew.")
}

/// Words an error event. The provider's words are for the user: it is their account and their key.
pub(crate) fn refused(refusal: &Refusal) -> Failure {
    let (code, what) = match refusal.kind.as_str() {
        "authentication_error" | "permission_error" | "insufficient_quota" => {
            (Code::ProviderRefused, "Your model provider refused")
        }
        "rate_limit_error" => (Code::ProviderBusy, "Your model provider takes no more requests now"),
        "invalid_request_error" => (Code::Invalid, "The request was refused"),
        _ => (Code::ProviderFailed, "Your model provider failed"),
    };
    let words: String = refusal.message.trim().chars().take(WORDS_MAX_CHARS).collect();
    let words = if words.is_empty() { "it gave no reason".to_owned() } else { words };
    Failure::new(code, format!("{what}: {words}")).of_type(&refusal.kind)
}

#[cfg(test)]
mod tests;
