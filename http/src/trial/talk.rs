//! One request over one connection, and what comes back, within limits.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use mosaic_api::TestProblem;
use mosaic_model::ApiKind;
use tokio::time;

use super::{Fault, Target, connect::Line};

/// The largest list of models that is read. Bytes.
const BODY_MAX: usize = 4 * 1024 * 1024;
/// How much of a refusal is read. Bytes.
const REFUSAL_MAX: usize = 64 * 1024;
/// The largest head of an answer. Bytes.
const HEAD_MAX: usize = 64 * 1024;
/// How long a whole answer, or the first word of a streamed one, may take.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// The version of Anthropic's API whose shapes are known here.
const ANTHROPIC_VERSION: HeaderValue = HeaderValue::from_static("2023-06-01");

/// A whole answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// A request to the target, with its key.
pub(super) fn request(
    target: &Target,
    method: Method,
    path: &str,
    body: Bytes,
) -> Result<Request<Full<Bytes>>, Fault> {
    let mut request = Request::new(Full::new(body));
    let impossible = |what: &str| Fault::new(TestProblem::RequestRefused, format!("{what} cannot be sent."));
    *request.uri_mut() = target.url.path(path).parse().map_err(|_invalid| impossible("This path"))?;
    let host = HeaderValue::from_str(target.url.authority()).map_err(|_invalid| impossible("This host"))?;
    let headers = request.headers_mut();
    headers.insert(header::HOST, host);
    headers
        .insert(header::USER_AGENT, HeaderValue::from_static(concat!("mosaic/", env!("CARGO_PKG_VERSION"))));
    if method == Method::POST {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    if target.kind == ApiKind::AnthropicMessages {
        headers.insert(HeaderName::from_static("anthropic-version"), ANTHROPIC_VERSION);
    }
    if let Some((name, value)) = credential(target)? {
        headers.insert(name, value);
    }
    *request.method_mut() = method;
    Ok(request)
}

fn credential(target: &Target) -> Result<Option<(HeaderName, HeaderValue)>, Fault> {
    let Some(key) = &target.key else { return Ok(None) };
    let key = key.expose().trim();
    let (name, text) = match target.kind {
        ApiKind::AnthropicMessages => (HeaderName::from_static("x-api-key"), key.to_owned()),
        _ => (header::AUTHORIZATION, format!("Bearer {key}")),
    };
    let mut value = HeaderValue::from_str(&text).map_err(|_invalid| {
        Fault::new(TestProblem::WrongKey, "The key has characters that no key has. Was it copied whole?")
    })?;
    value.set_sensitive(true);
    Ok(Some((name, value)))
}

/// Sends a request and reads what comes with `read`, within [`ANSWER_WITHIN`].
pub(super) async fn ask<T>(
    line: Box<dyn Line>,
    request: Request<Full<Bytes>>,
    read: impl AsyncFnOnce(Response<Incoming>) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let exchange = async {
        let handshake = http1::Builder::new().max_buf_size(HEAD_MAX).handshake(TokioIo::new(line)).await;
        let (mut sender, connection) = handshake.map_err(|error| Fault::broken(&error))?;
        let asking = async {
            let response = sender.send_request(request).await.map_err(|error| Fault::broken(&error))?;
            read(response).await
        };
        tokio::pin!(asking);
        tokio::select! {
            biased;
            read = &mut asking => read,
            // What the connection had to say of its end, the reader hears too.
            _ = connection => asking.await,
        }
    };
    let answered = time::timeout(ANSWER_WITHIN, exchange).await;
    answered.unwrap_or_else(|_elapsed| Err(Fault::timeout("No answer came", ANSWER_WITHIN)))
}

/// The whole answer; of a refusal only its beginning.
pub(super) async fn whole(response: Response<Incoming>) -> Result<Answer, Fault> {
    let (head, body) = response.into_parts();
    let body = if head.status.is_success() { entire(body).await? } else { beginning(body).await };
    Ok(Answer { status: head.status, headers: head.headers, body })
}

async fn entire(body: Incoming) -> Result<Bytes, Fault> {
    let read = Limited::new(body, BODY_MAX).collect().await;
    read.map(http_body_util::Collected::to_bytes).map_err(|error| match error.downcast::<hyper::Error>() {
        Ok(error) => Fault::broken(&error),
        Err(_too_long) => {
            Fault::new(TestProblem::BadAnswer, "The answer is far too long to be a list of models.")
        }
    })
}

/// A refusal is believed by its status: that its words break off changes nothing.
async fn beginning(mut body: Incoming) -> Bytes {
    let mut read = Vec::new();
    while let Some(Ok(frame)) = body.frame().await {
        let Ok(data) = frame.into_data() else { continue };
        read.extend_from_slice(&data);
        if read.len() >= REFUSAL_MAX {
            read.truncate(REFUSAL_MAX);
            break;
        }
    }
    read.into()
}
