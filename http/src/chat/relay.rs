//! A streamed answer: whole frames as they come, signs of life in between, an honest end.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use http::{Response, StatusCode, header};
use http_body::{Body, Frame};
use mosaic_actors::{Fleet, FleetError, LeasedBody};
use mosaic_api::{Code, Problem};
use mosaic_model::{CellId, CellStatus, Clock, WakePhase};
use tokio::time::{self, Interval, MissedTickBehavior};

use super::{frames::Frames, whole::broken_off};
use crate::failure::Failure;

/// How often it is looked whether there is something to say of an agent that wakes.
const LOOK: Duration = Duration::from_secs(1);
/// A silent stream shows a sign of life after so many looks.
const SILENT_LOOKS: u32 = 10;
const WAKING: &[u8] = b": waking your agent\n\n";
const WORKING: &[u8] = b": your agent is working\n\n";

type Answer = Pin<Box<dyn Future<Output = Result<Response<LeasedBody>, FleetError>> + Send>>;

/// The body of a streamed answer.
///
/// Frames pass untouched, each as soon as it is whole; only then can a comment stand between two, and an
/// agent that dies never leaves half a frame behind. A stream that ends without `[DONE]` ends with an
/// error event: never as if it were complete.
pub(crate) struct Relay {
    stage: Stage,
    fleet: Fleet,
    cell: CellId,
    looks: Interval,
    /// How many looks ago something was sent.
    silent: u32,
    /// How far the agent was on its way up when that was last said.
    said: Option<WakePhase>,
}

enum Stage {
    /// The agent is not awake yet.
    Waiting {
        answer: Answer,
        clock: Arc<dyn Clock>,
        greeted: bool,
    },
    /// The agent answers.
    Live(Live),
    Ended,
}

struct Live {
    body: LeasedBody,
    frames: Frames,
}

impl Relay {
    /// Whether this is an answer to relay: an event stream.
    pub(crate) fn takes(answer: &Response<LeasedBody>) -> bool {
        let kind = answer.headers().get(header::CONTENT_TYPE);
        answer.status() == StatusCode::OK
            && kind.is_some_and(|it| it.as_bytes().starts_with(b"text/event-stream"))
    }

    /// Relays an answer of this cell that has begun.
    pub(crate) fn live(body: LeasedBody, fleet: Fleet, cell: CellId) -> Self {
        Self::at(Stage::Live(Live { body, frames: Frames::default() }), fleet, cell)
    }

    /// Shows signs of life until the answer begins, and then relays it.
    pub(crate) fn waiting(answer: Answer, clock: Arc<dyn Clock>, fleet: Fleet, cell: CellId) -> Self {
        Self::at(Stage::Waiting { answer, clock, greeted: false }, fleet, cell)
    }

    fn at(stage: Stage, fleet: Fleet, cell: CellId) -> Self {
        let mut looks = time::interval_at(time::Instant::now() + LOOK, LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { stage, fleet, cell, looks, silent: 0, said: None }
    }

    fn end_with(&mut self, problem: Problem) -> Bytes {
        self.stage = Stage::Ended;
        let event = serde_json::json!({ "error": problem.for_openai().error });
        Bytes::from(format!("data: {event}\n\n"))
    }

    /// A comment, where there is news of an agent that wakes, or nothing was sent for a while.
    fn sign_of_life(&mut self) -> Option<Bytes> {
        let is_due = self.silent >= SILENT_LOOKS;
        match self.stage {
            Stage::Waiting { .. } => {
                (is_due || phase(self.fleet.known(self.cell).as_ref()) != self.said).then(|| self.how_far())
            }
            Stage::Live(_) => is_due.then(|| Bytes::from_static(WORKING)),
            Stage::Ended => None,
        }
    }

    /// How far an agent is that wakes: `queued 3 of 7, about 12 s left`.
    fn how_far(&mut self) -> Bytes {
        let status = self.fleet.known(self.cell);
        self.said = phase(status.as_ref());
        match status {
            Some(CellStatus { waking: Some(waking), .. }) => Bytes::from(format!(": {waking}\n\n")),
            Some(CellStatus { state, .. }) if state.answers() => Bytes::from_static(WORKING),
            _ => Bytes::from_static(WAKING),
        }
    }

    /// The next bytes to send, if there are any now.
    fn poll_bytes(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        // Whoever is shut out gets not a byte more, however long their cell takes to stop.
        if !matches!(self.stage, Stage::Ended) && self.fleet.is_barred(self.cell) {
            let problem = Failure::barred().problem().clone();
            return Poll::Ready(Some(self.end_with(problem)));
        }
        loop {
            match &mut self.stage {
                Stage::Ended => return Poll::Ready(None),
                Stage::Waiting { greeted: greeted @ false, .. } => {
                    *greeted = true;
                    return Poll::Ready(Some(self.how_far()));
                }
                Stage::Waiting { answer, clock, .. } => match answer.as_mut().poll(context) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Err(error)) => {
                        let failure = Failure::from_fleet(error, &**clock);
                        return Poll::Ready(Some(self.end_with(failure.problem().clone())));
                    }
                    Poll::Ready(Ok(head)) if Self::takes(&head) => {
                        self.stage = Stage::Live(Live { body: head.into_body(), frames: Frames::default() });
                    }
                    Poll::Ready(Ok(head)) => {
                        let status = head.status();
                        tracing::warn!(%status, "a gateway answered a streaming request without a stream");
                        let problem = Problem::new(
                            Code::AgentDied,
                            format!("Your agent refused the request ({status})."),
                        );
                        return Poll::Ready(Some(self.end_with(problem)));
                    }
                },
                Stage::Live(live) => match live.poll_frames(context) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Some(bytes)) => return Poll::Ready(Some(bytes)),
                    Poll::Ready(None) if live.frames.are_done() => {
                        self.stage = Stage::Ended;
                        return Poll::Ready(None);
                    }
                    Poll::Ready(None) => {
                        return Poll::Ready(Some(self.end_with(broken_off().problem().clone())));
                    }
                },
            }
        }
    }
}

impl Live {
    /// Whole frames only.
    fn poll_frames(&mut self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        loop {
            let chunk = match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(chunk) => chunk,
                    Err(_trailers) => continue,
                },
                Poll::Ready(Some(Err(error))) => {
                    tracing::info!(%error, "a gateway's stream broke");
                    return Poll::Ready(None);
                }
                Poll::Ready(None) => return Poll::Ready(None),
            };
            if let Some(whole) = self.frames.take_in(chunk) {
                return Poll::Ready(Some(whole));
            }
            if self.frames.are_overgrown() {
                tracing::warn!("a gateway sent a frame without end");
                return Poll::Ready(None);
            }
        }
    }
}

fn phase(status: Option<&CellStatus>) -> Option<WakePhase> {
    status?.waking.map(|waking| waking.phase)
}

impl Body for Relay {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.poll_bytes(context) {
            Poll::Ready(Some(bytes)) => {
                self.silent = 0;
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            Poll::Ready(None) => return Poll::Ready(None),
            Poll::Pending => {}
        }
        while self.looks.poll_tick(context).is_ready() {
            self.silent += 1;
            if let Some(words) = self.sign_of_life() {
                self.silent = 0;
                return Poll::Ready(Some(Ok(Frame::data(words))));
            }
        }
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.stage, Stage::Ended)
    }
}
