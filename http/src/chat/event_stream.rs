//! A body of server-sent events as a response.

use axum::{
    body::Body as AxumBody,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderValue, header};
use http_body::Body;

/// The response whose body is a stream of events.
pub(crate) fn as_stream<B>(body: B) -> Response
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<axum::BoxError>,
{
    let mut response = AxumBody::new(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    // Proxies that buffer by default are asked not to.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}
