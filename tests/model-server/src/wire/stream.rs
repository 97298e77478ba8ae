//! Streamed replies that are written by an async function.
//!
//! The function runs inside the body: it is polled as the client reads and dropped when the client leaves, so a writer
//! needs no task of its own and notices a lost client by being cancelled.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{
    Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use http_body_util::BodyExt as _;
use hyper::body::{Body as HttpBody, Frame};
use serde_json::Value;
use tokio::sync::mpsc;

use super::{Body, Reply};

/// The reason given to the HTTP server for ending a reply in the middle: it was scripted.
#[derive(Debug)]
pub struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the script breaks the reply off here")
    }
}

impl std::error::Error for Broken {}

/// Where the writer of a streamed reply puts its bytes.
#[derive(Debug)]
pub struct Sink(mpsc::Sender<Result<Bytes, Broken>>);

impl Sink {
    /// Sends bytes as they are; returns when they were taken over.
    pub async fn raw(&self, bytes: impl Into<Bytes>) {
        // The receiver lives in the same body as the writer: it cannot be gone while the writer runs.
        let _ = self.0.send(Ok(bytes.into())).await;
    }

    /// Sends one server-sent event that has only data.
    pub async fn data(&self, value: &Value) {
        self.raw(format!("data: {value}\n\n")).await;
    }

    /// Sends one server-sent event with a name.
    pub async fn event(&self, name: &str, value: &Value) {
        self.raw(format!("event: {name}\ndata: {value}\n\n")).await;
    }

    /// Closes the connection here, as a process that dies does. What was sent before still arrives.
    pub async fn break_off(&self) {
        // The HTTP server flushes only when the body has nothing more for the moment, and forgets its buffer on an
        // error: so be idle once, with nothing in the channel, before failing.
        drop(self.0.reserve().await);
        tokio::task::yield_now().await;
        let _ = self.0.send(Err(Broken)).await;
    }
}

/// A streamed `200` of server-sent events, written by `writer`.
pub fn sse<F>(writer: impl FnOnce(Sink) -> F) -> Reply
where
    F: Future<Output = ()> + Send + 'static,
{
    Response::builder()
        .status(StatusCode::OK)
        .header(CONTENT_TYPE, "text/event-stream; charset=utf-8")
        .header(CACHE_CONTROL, "no-cache")
        .body(stream(writer))
        .expect("a status and static headers make a valid response")
}

/// A streamed body, written by `writer`.
pub fn stream<F>(writer: impl FnOnce(Sink) -> F) -> Body
where
    F: Future<Output = ()> + Send + 'static,
{
    // One at a time: the writer is never further ahead than a single frame.
    let (sender, receiver) = mpsc::channel(1);
    Written { writer: Some(Box::pin(writer(Sink(sender)))), receiver }.boxed_unsync()
}

struct Written {
    writer: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    receiver: mpsc::Receiver<Result<Bytes, Broken>>,
}

impl HttpBody for Written {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        if let Some(writer) = &mut self.writer
            && writer.as_mut().poll(context).is_ready()
        {
            self.writer = None;
        }
        self.receiver.poll_recv(context).map(|received| received.map(|bytes| bytes.map(Frame::data)))
    }
}
