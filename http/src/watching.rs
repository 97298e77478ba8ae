//! Answers that go on: what happens in the fleet, told as it happens to whoever may still hear it.

use std::{convert::Infallible, marker::PhantomData, sync::Arc, time::Duration};

use axum::{body::Body, extract::FromRequestParts, response::Response};
use bytes::Bytes;
use dashmap::DashMap;
use futures_util::{Stream, stream};
use http::{HeaderMap, request::Parts};
use mosaic_actors::{FleetEvents, FleetMark, FleetNews};
use mosaic_api::Code;
use mosaic_model::{CellId, UserId, WakePhase};
use serde::Serialize;
use tokio::{
    sync::{broadcast, watch},
    time::{self, Instant},
};
use tokio_util::sync::CancellationToken;

use crate::{HttpState, chat::as_stream, failure::Failure};

/// The most such answers of one user at a time.
const PER_USER: usize = 16;
/// How often a stream shows a sign of life, and it is asked whether its reader may still hear it.
const LOOK_AGAIN: Duration = Duration::from_secs(15);
/// What a browser sends when it comes back after a lost connection.
const LAST_EVENT_ID: &str = "last-event-id";
/// How often it is looked how far a cell is on its way up.
const TICK: Duration = Duration::from_secs(1);
const SIGN_OF_LIFE: &[u8] = b": nothing new\n\n";

/// How many newcomers a watcher may be behind. Whoever is further looks at everything.
const NEWCOMERS: usize = 64;

/// Who watches, and until when.
#[derive(Debug)]
pub(crate) struct Watchers {
    closing: CancellationToken,
    seats: DashMap<UserId, usize>,
    /// Cells that were not there before; none where anybody may be new.
    newcomers: broadcast::Sender<Option<CellId>>,
}

impl Default for Watchers {
    fn default() -> Self {
        Self::until(CancellationToken::new())
    }
}

/// A place among a user's watchers; given back when dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    watchers: Arc<Watchers>,
    user: UserId,
}

impl Watchers {
    /// Streams end when this is cancelled.
    pub(crate) fn until(closing: CancellationToken) -> Self {
        Self { closing, seats: DashMap::new(), newcomers: broadcast::Sender::new(NEWCOMERS) }
    }

    /// This cell's owner is new, or anybody may be.
    pub(crate) fn newcomer(&self, cell: Option<CellId>) {
        // Nobody may be watching.
        let _ = self.newcomers.send(cell);
    }

    fn take_seat(self: &Arc<Self>, user: UserId) -> Result<Seat, Failure> {
        let mut taken = self.seats.entry(user).or_default();
        if *taken >= PER_USER {
            let detail = "Too many of your tabs and programs watch at once. Close some.";
            return Err(Failure::new(Code::TooManyRequests, detail));
        }
        *taken += 1;
        Ok(Seat { watchers: Arc::clone(self), user })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(mut taken) = self.watchers.seats.get_mut(&self.user) {
            *taken -= 1;
        }
        self.watchers.seats.remove_if(&self.user, |_, taken| *taken == 0);
    }
}

/// What let a request in, to be shown again while its answer goes on.
#[derive(Debug)]
pub(crate) struct Pass<Proof> {
    parts: Parts,
    proof: PhantomData<fn() -> Proof>,
}

impl<Proof: Send> FromRequestParts<HttpState> for Pass<Proof> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &HttpState) -> Result<Self, Infallible> {
        Ok(Self { parts: parts.clone(), proof: PhantomData })
    }
}

impl<Proof: FromRequestParts<HttpState>> Pass<Proof> {
    async fn holds(&self, state: &HttpState) -> bool {
        Proof::from_request_parts(&mut self.parts.clone(), state).await.is_ok()
    }
}

/// Somebody who watches the fleet.
pub(crate) struct Watcher<Proof> {
    pub(crate) state: HttpState,
    pub(crate) events: FleetEvents,
    pass: Pass<Proof>,
    access: watch::Receiver<()>,
    /// Whether to end when everything there is now was told.
    ends: bool,
    /// When the pass is to be shown again.
    look_at: Instant,
    /// Who is new, for those who watch everybody.
    newcomers: Option<broadcast::Receiver<Option<CellId>>>,
    /// Whether to look every [`TICK`] how far a cell is on its way up.
    ticks: bool,
    /// How far it was when that was last told.
    pub(crate) said: Option<WakePhase>,
    seat: Seat,
}

impl<Proof: FromRequestParts<HttpState> + Send + 'static> Watcher<Proof> {
    /// Begins to watch for this user, who goes on from where the headers say. With `follow` it never ends by itself.
    pub(crate) fn begin(
        state: HttpState,
        user: UserId,
        pass: Pass<Proof>,
        headers: &HeaderMap,
        follow: bool,
    ) -> Result<Self, Failure> {
        let seat = state.watchers.take_seat(user)?;
        let seen = headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok());
        // What is no place of ours is as good as none: everything is told anew.
        let mark = seen.and_then(|text| text.parse::<FleetMark>().ok());
        let (events, access) = (state.fleet.events(mark), state.access_changes.subscribe());
        let look_at = Instant::now() + LOOK_AGAIN;
        let (newcomers, ticks, said) = (None, false, None);
        Ok(Self { state, events, pass, access, ends: !follow, look_at, newcomers, ticks, said, seat })
    }

    /// Told of newcomers too, whose cells nothing has happened to yet.
    pub(crate) fn meeting_newcomers(self) -> Self {
        let newcomers = self.state.watchers.newcomers.subscribe();
        Self { newcomers: Some(newcomers), ..self }
    }

    /// Told every now and then even if there is no news: how far a cell is on its way up changes without any.
    pub(crate) fn ticking(self) -> Self {
        Self { ticks: true, ..self }
    }

    pub(crate) const fn user(&self) -> UserId {
        self.seat.user
    }

    /// The answer: what `tell` makes of the news, and signs of life in between. It ends with the right to hear it.
    pub(crate) fn answer<Telling>(self, tell: fn(News<Proof>) -> Telling) -> Response
    where
        Telling: Future<Output = Option<(Bytes, Self)>> + Send + 'static,
    {
        as_stream(Body::from_stream(told(self, tell)))
    }

    /// Waits for news, or until it is time for a sign of life; none at the end.
    async fn next(&mut self) -> Option<Heard> {
        let closing = self.state.watchers.closing.clone();
        loop {
            tokio::select! {
                biased;
                () = closing.cancelled() => return None,
                changed = self.access.changed() => {
                    changed.ok()?;
                    if !self.pass.holds(&self.state).await {
                        return None;
                    }
                }
                news = self.events.next() => return news.map(|news| Heard::News(Told::Happened(news))),
                told = newcomer(self.newcomers.as_mut()) => return Some(Heard::News(told)),
                () = time::sleep_until(self.look_at) => {
                    self.look_at = Instant::now() + LOOK_AGAIN;
                    return self.pass.holds(&self.state).await.then_some(Heard::Nothing);
                }
                () = time::sleep(TICK), if self.ticks => return Some(Heard::News(Told::Tick)),
            }
        }
    }
}

/// Waits for a newcomer; for ever where nobody asks for them.
async fn newcomer(newcomers: Option<&mut broadcast::Receiver<Option<CellId>>>) -> Told {
    let Some(newcomers) = newcomers else { return std::future::pending().await };
    match newcomers.recv().await {
        Ok(Some(cell)) => Told::Newcomer(cell),
        Ok(None) | Err(_) => Told::Happened(FleetNews::Missed),
    }
}

/// What there is to tell.
pub(crate) enum Told {
    /// Something happened to cells.
    Happened(FleetNews),
    /// Somebody is new, and their cell sleeps.
    Newcomer(CellId),
    /// Some time has passed.
    Tick,
}

/// What there is to tell, and to whom.
pub(crate) struct News<Proof> {
    pub(crate) news: Told,
    pub(crate) watcher: Watcher<Proof>,
}

enum Heard {
    News(Told),
    Nothing,
}

fn told<Proof, Telling>(
    watcher: Watcher<Proof>,
    tell: fn(News<Proof>) -> Telling,
) -> impl Stream<Item = Result<Bytes, Infallible>> + Send + 'static
where
    Proof: FromRequestParts<HttpState> + Send + 'static,
    Telling: Future<Output = Option<(Bytes, Watcher<Proof>)>> + Send + 'static,
{
    stream::unfold(Some(watcher), move |watcher| async move {
        let mut watcher = watcher?;
        match watcher.next().await? {
            Heard::Nothing => Some((Ok(Bytes::from_static(SIGN_OF_LIFE)), Some(watcher))),
            Heard::News(news) => {
                let (bytes, watcher) = tell(News { news, watcher }).await?;
                let goes_on = !watcher.ends;
                Some((Ok(bytes), goes_on.then_some(watcher)))
            }
        }
    })
}

/// One event as it goes over the wire.
pub(crate) fn event(name: &str, mark: FleetMark, data: &impl Serialize) -> String {
    let data = serde_json::to_string(data).expect("plain data");
    format!("event: {name}\nid: {mark}\ndata: {data}\n\n")
}
