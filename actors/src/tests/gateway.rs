//! The host in memory: the scripted engine, and behind each of its running containers a gateway that is
//! dialled over a pipe. A container that ends takes its connections with it, as a kernel does.

use std::{
    collections::{BTreeSet, HashMap},
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::{StreamExt, future, stream};
use http::{Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{body::Frame, rt, service::service_fn};
use hyper_util::{
    client::legacy::connect::{Connected, Connection},
    rt::TokioIo,
};
use mosaic_docker::{Condition, FakeEngine, Seen};
use mosaic_model::CellId;
use tokio::{
    io::DuplexStream,
    sync::{Notify, futures::Notified},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{ledger::Pages, rest::Rest};

/// An image whose gateway never becomes ready.
pub(super) const NEVER_READY: &str = "never-ready";
/// An image whose gateway ends at once.
pub(super) const STILLBORN: &str = "stillborn";

/// How a cell's gateway behaves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    /// Whether it can chat.
    pub(super) ready: bool,
    /// Whether it answers its health checks.
    pub(super) alive: bool,
    /// What becomes of connections to its address.
    pub(super) door: Door,
    /// What it makes of being asked to suspend.
    pub(super) rest: Rest,
}

/// What becomes of connections to a gateway's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// They are taken, and answered.
    Open,
    /// Nothing listens.
    Shut,
    /// They are taken and never answered.
    Mute,
}

impl Manner {
    pub(super) const GOOD: Self = Self { ready: true, alive: true, door: Door::Open, rest: Rest::Promises };
}

/// A request that a gateway took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) cell: CellId,
    pub(super) container: String,
    pub(super) path: String,
    pub(super) bearer: String,
}

#[derive(Debug, Default)]
pub(super) struct Net {
    cells: BTreeSet<CellId>,
    manners: HashMap<CellId, Manner>,
    connections: Vec<(CellId, String, CancellationToken)>,
    /// The containers whose gateways have promised to rest.
    pub(super) resting: BTreeSet<String>,
    heard: Vec<Heard>,
    dialled: usize,
    orders: HashMap<CellId, usize>,
    /// Calls that a container's gateway has begun and not ended.
    open: HashMap<String, Arc<AtomicUsize>>,
    /// Requests that were taken and are not answered, health checks aside.
    pub(super) muted: usize,
    pub(super) violations: Vec<String>,
}

/// One host: an engine, and the gateways in its containers.
#[derive(Debug, Default)]
pub(super) struct Host {
    pub(super) engine: Arc<FakeEngine>,
    /// Where its containers ask for their configuration.
    pub(super) pages: Arc<Pages>,
    net: Mutex<Net>,
    /// Calls that a gateway has begun and not ended.
    open: Arc<AtomicUsize>,
    /// A container was paused, let go on or ended.
    changed: Notify,
    /// Ends the streams that are open.
    finished: Mutex<CancellationToken>,
    tasks: TaskTracker,
}

impl Host {
    pub(super) fn behave(&self, cell: CellId, manner: Manner) {
        self.net().manners.insert(cell, manner);
    }

    /// The requests that were taken, in order, health checks aside.
    pub(super) fn heard(&self) -> Vec<Heard> {
        self.net().heard.clone()
    }

    /// How many connections were asked for.
    pub(super) fn dialled(&self) -> usize {
        self.net().dialled
    }

    /// Calls that a gateway has begun and not ended.
    pub(super) fn open_calls(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    /// Ends every stream that is open, completely.
    pub(super) fn finish_streams(&self) {
        let mut finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *finished).cancel();
    }

    pub(super) fn kill(&self, cell: CellId, exit_code: i64) {
        self.engine.kill(cell, exit_code);
        self.cut_dead();
    }

    /// Its container has used up its memory.
    pub(super) fn run_out_of_memory(&self, cell: CellId) {
        self.engine.run_out_of_memory(cell);
        self.cut_dead();
    }

    pub(super) fn put(&self, seen: Seen) {
        self.net().cells.insert(seen.cell);
        self.engine.put(seen);
    }

    /// Whether the cell's container is up, paused or not.
    pub(super) fn runs(&self, cell: CellId) -> bool {
        self.engine.container(cell).is_some_and(|it| it.condition.is_alive())
    }

    /// Fails the test if ever two orders about one cell were under way at a time, or a second container
    /// was made while the first ran.
    pub(super) fn assert_sound(&self) {
        self.engine.assert_sound();
        let violations = self.net().violations.clone();
        assert!(violations.is_empty(), "{violations:#?}");
    }

    pub(super) fn dial(self: &Arc<Self>, uri: &Uri) -> std::io::Result<Pipe> {
        let refused = || std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        let address: SocketAddr =
            uri.authority().and_then(|it| it.as_str().parse().ok()).ok_or_else(refused)?;
        let mut net = self.net();
        net.dialled += 1;
        let here = |cell: &CellId| {
            let seen = self.engine.container(*cell)?;
            let here = [Condition::Up { address }, Condition::Paused { address }].contains(&seen.condition);
            here.then_some(seen)
        };
        let seen = net.cells.iter().find_map(here).ok_or_else(refused)?;
        if net.manners.get(&seen.cell).unwrap_or(&Manner::GOOD).door == Door::Shut {
            return Err(refused());
        }
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let cut = CancellationToken::new();
        net.connections.push((seen.cell, seen.container.clone(), cut.clone()));
        self.tasks.spawn(Arc::clone(self).serve(seen, theirs, cut));
        Ok(Pipe(TokioIo::new(ours)))
    }

    async fn serve(self: Arc<Self>, seen: Seen, pipe: DuplexStream, cut: CancellationToken) {
        let cutter = cut.clone();
        let service = service_fn(move |request: Request<hyper::body::Incoming>| {
            let (host, seen, cutter) = (Arc::clone(&self), seen.clone(), cutter.clone());
            async move { Ok::<_, Infallible>(host.answer(&seen, request, &cutter).await) }
        });
        let served = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(pipe), service);
        let _ = cut.run_until_cancelled(served).await;
    }

    async fn answer(
        &self,
        seen: &Seen,
        request: Request<hyper::body::Incoming>,
        cut: &CancellationToken,
    ) -> Answer {
        self.until_it_goes_on(seen).await;
        let manner = self.manner_of(seen);
        let uri = request.uri().clone();
        let path = uri.path();
        if manner.door == Door::Mute {
            let is_check = ["/startupz", "/healthz", "/api/v1/admin/rpc"].contains(&path);
            self.net().muted += usize::from(!is_check);
            return future::pending().await;
        }
        match path {
            "/startupz" => return self.startup(seen, manner),
            "/healthz" => return status(manner.alive),
            _ if !self.knows(seen, &request) => return self.unauthorized(seen, path),
            "/api/v1/admin/rpc" => return self.rest(seen, manner, request).await,
            _ => {}
        }
        self.assert_awake(seen, path);
        let call = OpenCall::begin(&self.open, &self.open_in(&seen.container));
        let bearer = request.headers().get(header::AUTHORIZATION);
        self.net().heard.push(Heard {
            cell: seen.cell,
            container: seen.container.clone(),
            path: path.to_owned(),
            bearer: bearer.and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned(),
        });
        match path.trim_end_matches(|it: char| it.is_ascii_digit()) {
            "/hang" => future::pending().await,
            "/die" => {
                cut.cancel();
                future::pending().await
            }
            "/stream" => self.stream(call),
            _ => Response::new(Full::new(Bytes::from_static(b"hello")).boxed_unsync()),
        }
    }

    /// Whether the request carries the token that the container was given.
    fn knows(&self, seen: &Seen, request: &Request<hyper::body::Incoming>) -> bool {
        let is_present = self.engine.container(seen.cell).is_some_and(|it| it.container == seen.container);
        let Some(token) = self.engine.token_of(seen.cell).filter(|_| is_present) else { return true };
        let bearer = request.headers().get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
        bearer.and_then(|it| it.strip_prefix("Bearer ")) == Some(token.expose())
    }

    /// What is asked of another cell's gateway, whose address this was a moment ago, gets nowhere; a request of a user's
    /// never takes that way.
    fn unauthorized(&self, seen: &Seen, path: &str) -> Answer {
        if path != "/api/v1/admin/rpc" {
            self.net().violations.push(format!("{}: {path} came with another's token", seen.cell));
        }
        let mut response = status(false);
        *response.status_mut() = StatusCode::UNAUTHORIZED;
        response
    }

    /// How this container's gateway behaves, which no image makes better.
    fn manner_of(&self, seen: &Seen) -> Manner {
        let manner = self.manner(seen.cell);
        let image = self.engine.spec_of(seen.cell).map(|it| it.image);
        Manner { ready: manner.ready && image.as_deref() != Some(NEVER_READY), ..manner }
    }

    /// One frame at once, and the end when the test says so.
    fn stream(&self, call: OpenCall) -> Answer {
        let finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let first = stream::once(future::ready(Bytes::from_static(b"hello")));
        let last = stream::once(async move {
            finished.cancelled().await;
            drop(call);
            Bytes::from_static(b" and good bye")
        });
        let frames = first.chain(last).map(|bytes| Ok(Frame::data(bytes)));
        Response::new(StreamBody::new(frames).boxed_unsync())
    }

    /// Whoever had connections is gone.
    pub(super) fn cut_all(&self) {
        for (_, _, cut) in self.net().connections.drain(..) {
            cut.cancel();
        }
    }

    fn cut_dead(&self) {
        let mut net = self.net();
        net.connections.retain(|(cell, container, cut)| {
            let seen = self.engine.container(*cell);
            let up = seen.is_some_and(|it| it.container == *container && it.condition.is_alive());
            if !up {
                cut.cancel();
            }
            up && !cut.is_cancelled()
        });
    }

    pub(super) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    fn open_in(&self, container: &str) -> Arc<AtomicUsize> {
        Arc::clone(self.net().open.entry(container.to_owned()).or_default())
    }

    /// Whether the container's gateway has begun a call and not ended it.
    pub(super) fn has_open_call(&self, container: &str) -> bool {
        self.open_in(container).load(Ordering::SeqCst) > 0
    }

    pub(super) fn manner(&self, cell: CellId) -> Manner {
        *self.net().manners.get(&cell).unwrap_or(&Manner::GOOD)
    }

    pub(super) fn net(&self) -> MutexGuard<'_, Net> {
        self.net.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn status(ok: bool) -> Answer {
    let mut response = Response::new(Full::default().boxed_unsync());
    *response.status_mut() = if ok { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    response
}

/// What a gateway answers.
pub(super) type Answer = Response<UnsyncBoxBody<Bytes, Infallible>>;

/// Counted until it is dropped, by whoever.
struct OpenCall([Arc<AtomicUsize>; 2]);

impl OpenCall {
    fn begin(anywhere: &Arc<AtomicUsize>, here: &Arc<AtomicUsize>) -> Self {
        let counters = [anywhere, here].map(Arc::clone);
        for counter in &counters {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        Self(counters)
    }
}

impl Drop for OpenCall {
    fn drop(&mut self) {
        for counter in &self.0 {
            counter.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// An order that changes a cell, while it is under way: there must be one at a time.
pub(super) struct Order<'a>(&'a Host, CellId);

impl<'a> Order<'a> {
    pub(super) fn begin(host: &'a Host, cell: CellId, what: &str) -> Self {
        let mut net = host.net();
        net.cells.insert(cell);
        let orders = net.orders.entry(cell).or_default();
        *orders += 1;
        if *orders > 1 {
            net.violations.push(format!("{cell}: a {what} while another order is under way"));
        }
        Self(host, cell)
    }
}

impl Drop for Order<'_> {
    fn drop(&mut self) {
        *self.0.net().orders.entry(self.1).or_insert(1) -= 1;
        self.0.cut_dead();
        self.0.changed.notify_waiters();
    }
}

/// Our end of a connection.
pub(super) struct Pipe(TokioIo<DuplexStream>);

impl Connection for Pipe {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl rt::Read for Pipe {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: rt::ReadBufCursor<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl rt::Write for Pipe {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
