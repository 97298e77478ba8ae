//! Answers that go on: what happens in the fleet, told as it happens to whoever may still hear it.

use std::{convert::Infallible, marker::PhantomData, sync::Arc, time::Duration};

use axum::{body::Body, extract::FromRequestParts, response::Response};
use bytes::Bytes;
use dashmap::DashMap;
use futures_util::{Stream, stream};
use http::{HeaderMap, request::Parts};
use mosaic_actors::{FleetEvents, FleetMark, FleetNews};
use mosaic_api::Code;
use mosaic_model::UserId;
use serde::Serialize;
use tokio::{sync::watch, time};
use tokio_util::sync::CancellationToken;

use crate::{HttpState, chat::as_stream, failure::Failure};

/// The most such answers of one user at a time.
const PER_USER: usize = 16;
/// How often a stream shows a sign of life, and it is asked whether its reader may still hear it.
const LOOK_AGAIN: Duration = Duration::from_secs(15);
/// What a browser sends when it comes back after a lost connection.
const LAST_EVENT_ID: &str = "last-event-id";
const SIGN_OF_LIFE: &[u8] = b": nothing new\n\n";

/// Who watches, and until when.
#[derive(Debug, Default)]
pub(crate) struct Watchers {
    closing: CancellationToken,
    seats: DashMap<UserId, usize>,
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
        Self { closing, seats: DashMap::new() }
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
        Ok(Self { state, events, pass, access, ends: !follow, seat })
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
                news = self.events.next() => return news.map(Heard::News),
                () = time::sleep(LOOK_AGAIN) => {
                    return self.pass.holds(&self.state).await.then_some(Heard::Nothing);
                }
            }
        }
    }
}

/// News, and whoever heard it.
pub(crate) struct News<Proof> {
    pub(crate) news: FleetNews,
    pub(crate) watcher: Watcher<Proof>,
}

enum Heard {
    News(FleetNews),
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
