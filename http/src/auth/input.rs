//! What a request brings along, refused in our own form when it is malformed.

use std::{str::FromStr, time::Duration};

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::JsonRejection},
};
use bytes::Bytes;
use http::{StatusCode, request::Parts};
use mosaic_api::Code;
use serde::de::DeserializeOwned;
use tokio::time;

use crate::failure::{Failure, sentence};

/// How long the body of a settings request may take to come: whoever sends it byte by byte does not keep us busy.
const BODY_WITHIN: Duration = Duration::from_secs(15);
/// How long the body of a chat may take: 20 MiB over a slow line.
const CHAT_BODY_WITHIN: Duration = Duration::from_mins(2);

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        match in_time(BODY_WITHIN, Json::<T>::from_request(request, state)).await? {
            Ok(Json(body)) => Ok(Self(body)),
            Err(JsonRejection::JsonDataError(error)) => {
                Err(Failure::new(Code::Invalid, sentence(&without_values(&error.body_text()))))
            }
            Err(JsonRejection::MissingJsonContentType(_)) => {
                Err(Failure::new(Code::WrongType, "Send JSON, with Content-Type: application/json."))
            }
            Err(JsonRejection::BytesRejection(error)) => Err(unread(error.status())),
            Err(error) => Err(Failure::new(Code::BadRequest, sentence(&error.body_text()))),
        }
    }
}

/// What is asked for behind the `?` of the URL.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        let odd = |text: String| Failure::new(Code::BadRequest, sentence(&text));
        query.map(|Query(query)| Self(query)).map_err(|error| odd(error.body_text()))
    }
}

/// What is wrong with a body, without what was sent: a key that was put in the wrong field is not sent back.
fn without_values(text: &str) -> String {
    let mut cleared = text.to_owned();
    for (before, after, instead) in [
        ("invalid type: string \"", "\", expected ", "invalid type: a text, expected "),
        ("invalid value: string \"", "\", expected ", "invalid value: a text, expected "),
        ("unknown variant `", "`, expected ", "unknown word, expected "),
        ("unknown variant `", "`, there are no variants", "unknown word"),
    ] {
        if let Some(start) = cleared.find(before)
            && let Some(end) = cleared.rfind(after)
            && start + before.len() <= end
        {
            cleared.replace_range(start..end + after.len(), instead);
        }
    }
    cleared
}

/// The body of a chat, as it came.
#[derive(Debug)]
pub(crate) struct ChatBody(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for ChatBody {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let read = in_time(CHAT_BODY_WITHIN, Bytes::from_request(request, state)).await?;
        read.map(Self).map_err(|error| unread(error.status()))
    }
}

async fn in_time<T>(limit: Duration, reading: impl Future<Output = T>) -> Result<T, Failure> {
    let read = time::timeout(limit, reading).await;
    read.ok().ok_or_else(|| {
        Failure::new(Code::TooSlow, format!("The body did not come within {} s.", limit.as_secs()))
    })
}

/// The body ended before it was whole, or was too large.
fn unread(status: StatusCode) -> Failure {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Failure::new(Code::TooLarge, "The body is larger than this address takes.")
        }
        _ => Failure::new(Code::BadRequest, "The body did not come as a whole."),
    }
}

/// The `{id}` of the path. What is no id names nothing.
#[derive(Debug)]
pub(crate) struct Id<T>(pub(crate) T);

impl<S: Send + Sync, T: FromStr> FromRequestParts<S> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        let id = path.ok().and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or_else(Failure::not_found)
    }
}

/// The `{id}` and the `{turn}` of the path, as [`Id`].
#[derive(Debug)]
pub(crate) struct TurnId(pub(crate) mosaic_model::ConversationId, pub(crate) mosaic_model::TurnId);

impl<S: Send + Sync> FromRequestParts<S> for TurnId {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let path = Path::<(String, String)>::from_request_parts(parts, state).await;
        let ids = path.ok().and_then(|Path((id, turn))| id.parse().ok().zip(turn.parse().ok()));
        ids.map(|(id, turn)| Self(id, turn)).ok_or_else(Failure::not_found)
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body as AxumBody;
    use bytes::Bytes;
    use http::{Request, header};
    use mosaic_api::NewProvider;
    use serde_json::{Value, json};

    use super::*;

    async fn refusal(body: &Value) -> String {
        let request =
            Request::post("/").header("content-type", "application/json").body(body.to_string().into());
        let refused = Body::<NewProvider>::from_request(request.unwrap(), &()).await.expect_err("malformed");
        refused.problem().detail.clone()
    }

    #[tokio::test]
    async fn a_secret_in_the_wrong_place_is_not_sent_back() {
        let canary = "sk-canary\", expected `x` or \"y";
        for (body, says) in [
            (json!(canary), "invalid type: a text, expected struct NewProvider"),
            (json!({ "models": canary }), "models: invalid type: a text, expected a sequence"),
            (json!({ "kind": canary }), "kind: unknown word, expected one of `openai-completions`"),
            (json!({ "name": 7 }), "name: invalid type: integer `7`, expected a string"),
        ] {
            let detail = refusal(&body).await;
            assert!(detail.contains(says) && !detail.contains("canary"), "{detail}");
        }
    }

    /// A body that never comes.
    #[derive(Debug)]
    struct Never;

    impl http_body::Body for Never {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _context: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
            std::task::Poll::Pending
        }
    }

    fn never() -> axum::extract::Request {
        let request = Request::builder().header(header::CONTENT_TYPE, "application/json");
        request.body(AxumBody::new(Never)).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_not_waited_for_for_ever() {
        let settings = Body::<String>::from_request(never(), &()).await.unwrap_err();
        assert_eq!(settings.problem().code, Code::TooSlow);
        let chat = ChatBody::from_request(never(), &()).await.unwrap_err();
        assert_eq!(chat.problem().code, Code::TooSlow);
    }
}
