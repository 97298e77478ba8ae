//! A turn's task: asks the agent, tells and keeps what comes of it, and ends it.

use std::{convert::Infallible, sync::Arc, time::Duration};

use http_body_util::BodyExt;
use mosaic_actors::{GatewayRequest, LeasedBody};
use mosaic_api::{
    Code,
    sse::{DONE, Frame, Splitter},
};
use mosaic_model::{CellId, ConversationId, Owner, Timestamp, TokenUsage, TurnEvent, TurnState, remembered};
use mosaic_storage::{BegunTurn, StoreError, TurnEnd};
use tokio::time;
use tracing::Instrument as _;

use super::{Channel, Live, Seat, bodies::turn_failure, waking};
use crate::{
    HttpState,
    chat::{Chunk, Relay, broken_off, no_answer, refused, request},
    failure::Failure,
};

/// How long an answer may take altogether.
const TURN_TIMEOUT: Duration = Duration::from_mins(30);
/// How often what has come is kept.
const KEEP_INTERVAL: Duration = Duration::from_millis(200);
/// The longest answer. Bytes.
const ANSWER_MAX_BYTES: usize = 1024 * 1024;
/// The waits between tries to keep an answer while the database is away.
const KEEP_TRIES: [Duration; 5] = [
    Duration::from_millis(200),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(10),
    Duration::from_secs(30),
];

/// Begins to answer a turn, and tells of it. Nobody has to stay for the answer.
pub(crate) fn start(
    state: &HttpState,
    owner: Owner,
    conversation: ConversationId,
    begun: BegunTurn,
    seat: Seat,
) -> Arc<Live> {
    let BegunTurn { turn, untold, is_new: _ } = begun;
    let request = turn
        .agent
        .as_ref()
        .map(|(_, slug)| request(slug, &turn.session, &remembered(&untold), &turn.question));
    let live = Arc::new(Live::new(turn));
    let channel = state.turns.channel(conversation);
    channel.begin(Arc::clone(&live));
    let task = Task { state: state.clone(), owner, live: Arc::clone(&live), _channel: channel, _seat: seat };
    // Of the request that began it, so that its log lines are found by the request's id.
    state.tasks.spawn(async move { task.run(request).await }.in_current_span());
    live
}

/// How a turn ended, as its task sees it.
type Ending = (TurnEvent, Option<Failure>, Option<TokenUsage>);

#[derive(Debug)]
struct Task {
    state: HttpState,
    owner: Owner,
    live: Arc<Live>,
    /// Whoever comes to watch finds the turn as long as it goes on.
    _channel: Arc<Channel>,
    _seat: Seat,
}

impl Task {
    async fn run(self, request: Option<GatewayRequest>) {
        let (event, failure, usage) = {
            let answering = time::timeout(TURN_TIMEOUT, self.answer(request));
            tokio::select! {
                biased;
                // What is dropped here ends the upstream call.
                () = self.live.stop.cancelled() => (TurnEvent::StopAsked, None, None),
                () = self.state.turns.closing.cancelled() => (TurnEvent::Abandoned, Some(abandoned()), None),
                ending = answering => ending.map_or_else(|_elapsed| too_slow(), ending_of),
                never = self.keep() => match never {},
            }
        };
        let Some(state) = self.live.advance(event) else { return };
        self.finish(state, failure, usage).await;
    }

    /// Asks, and listens to the end.
    async fn answer(&self, request: Option<GatewayRequest>) -> Result<Option<TokenUsage>, Failure> {
        let request =
            request.ok_or_else(|| Failure::new(Code::UnknownAgent, "This agent is gone. Ask another."))?;
        self.note(TurnEvent::Forwarded).await?;
        let head = self.ask(request).await?;
        if !Relay::takes(&head) {
            let status = head.status();
            let unknown =
                || Failure::new(Code::AgentDied, format!("Your agent refused the request ({status})."));
            return Err(no_answer(status).unwrap_or_else(unknown));
        }
        self.note(TurnEvent::Began).await?;
        self.listen(head.into_body()).await
    }

    /// Notes how far the turn is, here and in the database: before a question leaves, it is known that it may have.
    async fn note(&self, event: TurnEvent) -> Result<(), Failure> {
        let Some(state) = self.live.advance(event) else { return Ok(()) };
        Ok(self.state.store.note_turn(self.owner, self.live.id, state).await?)
    }

    /// Hands the question over and waits for the head of the answer; tells how the agent wakes meanwhile.
    async fn ask(&self, request: GatewayRequest) -> Result<http::Response<LeasedBody>, Failure> {
        let HttpState { fleet, clock, .. } = &self.state;
        let cell = CellId::User(self.owner.user_id());
        let head = tokio::select! {
            biased;
            head = fleet.forward(cell, request) => head,
            never = waking::tell(fleet, &**clock, cell, &self.live) => match never {},
        };
        head.map_err(|error| Failure::from_fleet(error, &**clock))
    }

    /// Tells what comes, to the end mark: an answer without one is not whole.
    async fn listen(&self, mut body: LeasedBody) -> Result<Option<TokenUsage>, Failure> {
        let (mut splitter, mut usage) = (Splitter::default(), None);
        let cell = CellId::User(self.owner.user_id());
        while let Some(Ok(frame)) = body.frame().await {
            if self.state.fleet.is_barred(cell) {
                return Err(Failure::barred());
            }
            let chunk = frame.into_data().unwrap_or_default();
            let frames = splitter.push(&chunk).ok().ok_or_else(broken_off)?;
            for frame in frames {
                let Frame::Data(data) = frame else { continue };
                if data == DONE {
                    return Ok(usage);
                }
                let chunk = Chunk::read(&data).ok_or_else(broken_off)?;
                usage = chunk.tokens().map(|(prompt, answer)| TokenUsage { prompt, answer }).or(usage);
                if self.live.add(&chunk.text()) > ANSWER_MAX_BYTES {
                    return Err(Failure::new(
                        Code::AnswerTooLong,
                        "The answer became too long and was cut off here.",
                    ));
                }
                if let Some(refusal) = chunk.into_refusal() {
                    return Err(refused(&refusal));
                }
            }
        }
        Err(broken_off())
    }

    /// Keeps what comes, a little behind it. What is not kept yet when Mosaic crashes is lost, and nothing else.
    async fn keep(&self) -> Infallible {
        let mut kept = 0;
        loop {
            time::sleep(KEEP_INTERVAL).await;
            let (number, text) = self.live.answer_from(kept);
            // U+0000 cannot be kept; nothing says it in earnest.
            let words = text.replace('\0', "\u{fffd}");
            if words.is_empty() {
                continue;
            }
            match self.state.store.append_answer(self.owner, self.live.id, number, &words).await {
                Ok(()) => kept += text.len(),
                // Deleted with its conversation.
                Err(StoreError::NotFound) => self.live.stop.cancel(),
                Err(error) => tracing::warn!(%error, "a piece of an answer is not kept yet"),
            }
        }
    }

    async fn finish(&self, state: TurnState, failure: Option<Failure>, usage: Option<TokenUsage>) {
        let failure = failure.as_ref().map(turn_failure);
        let answer = self.live.answer_from(0).1.replace('\0', "\u{fffd}");
        let end = TurnEnd { state, answer, failure, usage };
        let at = self.commit(&end).await;
        self.live.end(end.failure, usage, at);
    }

    /// Keeps the end. Those who watch are told of it after that, so that a look at the database shows no less.
    async fn commit(&self, end: &TurnEnd) -> Timestamp {
        let mut waits = KEEP_TRIES.into_iter();
        loop {
            match self.state.store.finish_turn(self.owner, self.live.id, end).await {
                Ok(at) => return at,
                // Deleted with its conversation, or with its user.
                Err(StoreError::NotFound) => return self.state.clock.now(),
                Err(error) => {
                    tracing::warn!(%error, "the end of an answer is not kept yet");
                    // Given up, the next start finds it open, with what was kept of it.
                    let Some(wait) = waits.next() else { return self.state.clock.now() };
                    time::sleep(wait).await;
                }
            }
        }
    }
}

fn ending_of(answered: Result<Option<TokenUsage>, Failure>) -> Ending {
    match answered {
        Ok(usage) => (TurnEvent::Completed, None, usage),
        Err(failure) => (TurnEvent::Broke, Some(failure), None),
    }
}

fn too_slow() -> Ending {
    let failure = Failure::new(Code::AgentTimeout, "Your agent did not finish its answer in time.");
    (TurnEvent::Broke, Some(failure), None)
}

/// Mosaic ends, or ended, in the middle.
pub(super) fn abandoned() -> Failure {
    Failure::new(
        Code::Unavailable,
        "Mosaic was restarted in the middle of this answer. Ask again to get all of it.",
    )
}
