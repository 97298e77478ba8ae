//! From a request to a reply.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use http::{
    Method, Request, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, LOCATION},
};
use hyper::body::Incoming;
use serde_json::{Value, json};

use crate::{
    Behaviour, Listing, SeenRequest, answer,
    dialect::{Chat, Content, Dialect, Frame, Messages, Responses, Turn},
    question::Question,
    record::Record,
    wire::{self, Handler, Reply, Sink},
};

const BODY_LIMIT: usize = 64 << 20;

/// The server's settings and memory, shared by all requests.
#[derive(Debug)]
pub(crate) struct Routes {
    /// The accepted keys; empty accepts anything.
    pub(crate) keys: Vec<String>,
    pub(crate) models: Vec<String>,
    pub(crate) only_these_models: bool,
    pub(crate) listing: Listing,
    pub(crate) delta_delay: Duration,
    pub(crate) record: Record,
    pub(crate) number: AtomicU64,
}

impl Handler for Routes {
    async fn handle(self: Arc<Self>, request: Request<Incoming>) -> Reply {
        let (head, body) = request.into_parts();
        let dialect: &'static dyn Dialect = match (&head.method, head.uri.path()) {
            (&Method::GET, "/healthz") => return wire::text(StatusCode::OK, "ok"),
            (&Method::GET, "/v1/models") => return self.models(&head),
            (&Method::POST, "/v1/chat/completions") => &Chat,
            (&Method::POST, "/v1/responses") => &Responses,
            (&Method::POST, "/v1/messages") => &Messages,
            _ => return wire::status(StatusCode::NOT_FOUND),
        };
        let bytes = match wire::read_body(body, BODY_LIMIT).await {
            Ok(bytes) => bytes,
            Err(reply) => return reply,
        };
        let Ok(body) = serde_json::from_slice::<Value>(&bytes) else {
            return error(dialect, 400, "the body is not JSON");
        };
        let (path, key) = (head.uri.path().to_owned(), key(&head));
        let question = Question::read(&body);
        self.record.remember(SeenRequest { path, headers: head.headers, key: key.clone(), body });
        if !self.accepts(key.as_deref()) {
            return error(dialect, 401, "this key is not accepted");
        }
        if self.only_these_models && !self.models.contains(&question.model) {
            return error(dialect, 404, &format!("The model `{}` does not exist", question.model));
        }
        self.answer(dialect, question).await
    }
}

impl Routes {
    fn accepts(&self, key: Option<&str>) -> bool {
        self.keys.is_empty() || key.is_some_and(|key| self.keys.iter().any(|accepted| accepted == key))
    }

    fn models(&self, head: &http::request::Parts) -> Reply {
        if !self.accepts(key(head).as_deref()) {
            return error(&Chat, 401, "this key is not accepted");
        }
        match &self.listing {
            Listing::Models => {}
            Listing::None => return wire::status(StatusCode::NOT_FOUND),
            Listing::Refuse { status, message } => return error(&Chat, *status, message),
            Listing::Page => return page(),
            Listing::Redirect(place) => {
                let mut reply = wire::status(StatusCode::TEMPORARY_REDIRECT);
                let place = place.parse().expect("a test names a place that a header can hold");
                reply.headers_mut().insert(LOCATION, place);
                return reply;
            }
        }
        let models =
            self.models.iter().map(|id| json!({ "id": id, "object": "model", "owned_by": "mosaic" }));
        wire::json(StatusCode::OK, &json!({ "object": "list", "data": models.collect::<Vec<_>>() }))
    }

    async fn answer(self: Arc<Self>, dialect: &'static dyn Dialect, question: Question) -> Reply {
        let progress = Progress { routes: Arc::clone(&self), finished: false };
        let behaviour = self.behaviour(&question);
        match &behaviour {
            Behaviour::Status(status) => {
                progress.finish();
                return error(dialect, *status, "the scripted model server refuses");
            }
            Behaviour::Refuse { status, message } => {
                progress.finish();
                return error(dialect, *status, message);
            }
            Behaviour::Page => {
                progress.finish();
                return page();
            }
            Behaviour::ErrorInStream(message) => {
                let event = dialect.error(500, message);
                progress.finish();
                return wire::sse(move |sink| async move { sink.data(&event).await });
            }
            Behaviour::SlowFirstByte(delay) => tokio::time::sleep(*delay).await,
            Behaviour::Hang => std::future::pending().await,
            _ => {}
        }
        let content = match &behaviour {
            Behaviour::ToolCall { name, arguments } => {
                Content::ToolCall { name: name.clone(), arguments: arguments.clone() }
            }
            other => Content::Text(answer::text(&question, other)),
        };
        let turn = Turn { number: self.number.fetch_add(1, Ordering::Relaxed), question, content };
        if !turn.question.stream && !matches!(behaviour, Behaviour::Cut { .. }) {
            progress.finish();
            return wire::json(StatusCode::OK, &dialect.whole(&turn));
        }
        let delay = match behaviour {
            Behaviour::Deltas { delay, .. } => delay,
            _ => self.delta_delay,
        };
        let cut_after = if let Behaviour::Cut { after } = behaviour { Some(after) } else { None };
        wire::sse(move |sink| async move {
            write(&sink, dialect, &turn, delay, cut_after).await;
            progress.finish();
        })
    }

    /// A queued behaviour comes first; then what the newest message asks for, unless that is a tool's result.
    fn behaviour(&self, question: &Question) -> Behaviour {
        let asked =
            || question.tool_result.is_none().then(|| Behaviour::in_message(question.newest())).flatten();
        self.record.next_behaviour().or_else(asked).unwrap_or(Behaviour::Echo)
    }
}

/// Counts a client that left: it is dropped with the reply, and by then the answer was not finished.
struct Progress {
    routes: Arc<Routes>,
    finished: bool,
}

impl Progress {
    fn finish(mut self) {
        self.finished = true;
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if !self.finished {
            self.routes.record.count_aborted();
        }
    }
}

async fn write(sink: &Sink, dialect: &dyn Dialect, turn: &Turn, delay: Duration, cut_after: Option<usize>) {
    for frame in dialect.opening(turn) {
        send(sink, &frame).await;
    }
    let arguments;
    let pieces = match &turn.content {
        Content::Text(text) => answer::deltas(text),
        Content::ToolCall { arguments: value, .. } => {
            arguments = value.to_string();
            vec![arguments.as_str()]
        }
    };
    for piece in pieces.into_iter().take(cut_after.unwrap_or(usize::MAX)) {
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        send(sink, &dialect.delta(turn, piece)).await;
    }
    if cut_after.is_some() {
        return sink.break_off().await;
    }
    for frame in dialect.closing(turn) {
        send(sink, &frame).await;
    }
}

async fn send(sink: &Sink, frame: &Frame) {
    match frame {
        Frame::Data(value) => sink.data(value).await,
        Frame::Event(name, value) => sink.event(name, value).await,
        Frame::Done => sink.raw("data: [DONE]\n\n").await,
    }
}

fn page() -> Reply {
    let mut reply = wire::text(StatusCode::OK, "<!doctype html><title>Welcome</title>");
    reply.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("text/html"));
    reply
}

fn key(head: &http::request::Parts) -> Option<String> {
    let header = |name: &str| head.headers.get(name)?.to_str().ok();
    let bearer = header(AUTHORIZATION.as_str()).and_then(|value| value.strip_prefix("Bearer "));
    bearer.or_else(|| header("x-api-key")).map(str::to_owned)
}

fn error(dialect: &dyn Dialect, status: u16, message: &str) -> Reply {
    let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    wire::json(code, &dialect.error(status, message))
}
