//! An answer that is not streamed.

use axum::{body::Body, response::Response};
use http::{StatusCode, header};
use mosaic_actors::LeasedBody;
use mosaic_api::Code;

use crate::failure::Failure;

/// Passes a gateway's answer on: status, type and bytes, no other header.
pub(crate) fn whole_answer(answer: http::Response<LeasedBody>) -> Result<Response, Failure> {
    match answer.status() {
        StatusCode::SERVICE_UNAVAILABLE => {
            Err(Failure::new(Code::Unavailable, "Your agent is stopping right now. Ask again in a moment."))
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            tracing::error!(status = %answer.status(), "a gateway refused Mosaic's own token");
            Err(Failure::new(
                Code::Internal,
                "Your agent did not accept Mosaic's request; its log says more.",
            ))
        }
        StatusCode::INTERNAL_SERVER_ERROR => Err(Failure::new(
            Code::AgentDied,
            "Your agent could not answer; most often its model provider refused. Ask with \"stream\": true to see the provider's words.",
        )),
        _ => {
            let (head, body) = answer.into_parts();
            let mut response = Response::new(Body::new(body));
            *response.status_mut() = head.status;
            if let Some(kind) = head.headers.get(header::CONTENT_TYPE) {
                response.headers_mut().insert(header::CONTENT_TYPE, kind.clone());
            }
            Ok(response)
        }
    }
}
