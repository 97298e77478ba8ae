//! Somebody who watches a conversation: catches up, then hears what happens as it happens.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{Stream, stream as streams};
use mosaic_api::{ConversationEvent, ConversationNews};
use mosaic_model::{CellId, ChatCursor, ChatPosition, ConversationId, Owner, UserId};
use mosaic_storage::StoreError;
use tokio::{
    sync::{broadcast, watch},
    time,
};

use super::{Channel, Live, Seat, bodies::turn_body};
use crate::HttpState;

/// How many streams of events one user may have open: tabs and devices.
pub(super) const READERS_PER_USER: u32 = 32;
/// A silent stream shows a sign of life this often.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// How many turns are caught up with at a time.
const CATCH_UP: u32 = 50;
const ALIVE: &[u8] = b": nothing new\n\n";

/// Where a reader is, and where it hears more.
#[derive(Debug)]
pub(crate) struct Reader {
    state: HttpState,
    owner: Owner,
    conversation: ConversationId,
    channel: Arc<Channel>,
    turns: watch::Receiver<Option<Arc<Live>>>,
    /// Hears whose access has changed.
    access: broadcast::Receiver<Option<UserId>>,
    cursor: ChatCursor,
    /// Whether to wait for more.
    follow: bool,
    pending: VecDeque<ConversationEvent>,
    is_over: bool,
    _seat: Seat,
}

/// What comes next.
enum Next {
    Event(ConversationEvent),
    Silence,
    Over,
}

impl Reader {
    /// Reads on behind the cursor. The conversation is the owner's: whoever calls this has looked.
    pub(crate) fn new(
        state: HttpState,
        owner: Owner,
        conversation: ConversationId,
        cursor: ChatCursor,
        follow: bool,
        seat: Seat,
    ) -> Self {
        let channel = state.turns.channel(conversation);
        let (turns, access) = (channel.watch(), state.turns.access.subscribe());
        let pending = VecDeque::new();
        Self {
            state,
            owner,
            conversation,
            channel,
            turns,
            access,
            cursor,
            follow,
            pending,
            is_over: false,
            _seat: seat,
        }
    }

    async fn next(&mut self) -> Result<Next, StoreError> {
        loop {
            // Whoever is shut out gets not a word more.
            if self.state.fleet.is_barred(CellId::User(self.owner.user_id())) {
                return Ok(Next::Over);
            }
            if let Some(event) = self.pending.pop_front() {
                return Ok(Next::Event(event));
            }
            if self.is_over {
                return Ok(Next::Over);
            }
            let before = self.cursor;
            let live = self.turns.borrow_and_update().clone();
            match &live {
                Some(live) if live.number == self.cursor.turn => self.read_on(live),
                Some(live) if live.number > self.cursor.turn => self.catch_up(Some(live.number)).await?,
                // The newest that is known here is behind the reader.
                Some(_) => {}
                None => self.catch_up(None).await?,
            }
            if !self.pending.is_empty() || self.cursor != before {
                continue;
            }
            if !self.follow {
                return Ok(Next::Over);
            }
            if !self.wait(live.as_deref()).await {
                return Ok(Next::Silence);
            }
        }
    }

    /// Takes what the turn under way has told since.
    fn read_on(&mut self, live: &Live) {
        let ChatPosition::Event(seen) = self.cursor.position else { return };
        self.pending.extend(live.after(seen));
        self.follow_pending();
    }

    /// Takes turns that have ended, as they are now, up to the one that is under way; then its first event.
    async fn catch_up(&mut self, up_to: Option<u64>) -> Result<(), StoreError> {
        let ChatCursor { turn, position } = self.cursor;
        let from = if position == ChatPosition::End { turn + 1 } else { turn };
        let turns = self.state.store.turns_from(self.owner, self.conversation, from, CATCH_UP).await?;
        let is_before = |number: u64| up_to.is_none_or(|up_to| number < up_to);
        // One that is open and not under way here was left open by a crash: it is told of when it is closed.
        let ended = turns.into_iter().take_while(|turn| is_before(turn.number) && turn.state.is_over());
        for turn in ended {
            let id = ChatCursor::ended(turn.number).to_string();
            let news = ConversationNews::Turn { turn: Box::new(turn_body(turn)) };
            self.pending.push_back(ConversationEvent { id, news });
        }
        self.follow_pending();
        if let (true, Some(number)) = (self.pending.is_empty(), up_to) {
            self.cursor = ChatCursor::at(number, 0);
        }
        Ok(())
    }

    /// The cursor is behind what is about to be told.
    fn follow_pending(&mut self) {
        if let Some(cursor) = self.pending.back().and_then(|event| event.id.parse().ok()) {
            self.cursor = cursor;
        }
    }

    /// Waits until there may be more; false after a while without any.
    async fn wait(&mut self, live: Option<&Live>) -> bool {
        let Self { turns, channel, cursor, access, owner, .. } = self;
        let more = async {
            match live.filter(|live| live.number == cursor.turn && cursor.position != ChatPosition::End) {
                Some(live) => {
                    let mut told = live.watch();
                    let ChatPosition::Event(seen) = cursor.position else { return };
                    let is_new = |count: &usize| *count as u64 > seen;
                    let _ = told.wait_for(is_new).await;
                }
                // The channel is held here: it does not go.
                None => drop(turns.changed().await),
            }
        };
        let changed = async {
            // Who has missed some cannot know whose it was.
            while access.recv().await.is_ok_and(|user| user.is_some_and(|user| user != owner.user_id())) {}
        };
        tokio::select! {
            biased;
            () = self.state.turns.closing.cancelled() => self.is_over = true,
            () = channel.deleted.cancelled() => {
                self.is_over = true;
                let id = ChatCursor::ended(self.cursor.turn).to_string();
                self.pending.push_back(ConversationEvent { id, news: ConversationNews::Deleted });
            }
            () = more => {}
            // Whoever reads comes again with what lets them in, if that still holds.
            () = changed => self.is_over = true,
            () = time::sleep(HEARTBEAT) => return false,
        }
        true
    }
}

/// The events as they are sent, with signs of life in between.
pub(crate) fn stream(reader: Reader) -> impl Stream<Item = Result<Bytes, StoreError>> + Send + 'static {
    streams::try_unfold(reader, |mut reader: Reader| async move {
        let bytes = match reader.next().await {
            Ok(Next::Event(event)) => written(&event),
            Ok(Next::Silence) => Bytes::from_static(ALIVE),
            Ok(Next::Over) => return Ok(None),
            // The stream breaks off; whoever reads it comes again with its cursor.
            Err(error) => {
                tracing::warn!(%error, "a conversation's events cannot be read at the moment");
                return Err(error);
            }
        };
        Ok(Some((bytes, reader)))
    })
}

fn written(event: &ConversationEvent) -> Bytes {
    let data = serde_json::to_string(event).expect("plain data");
    Bytes::from(format!("id: {}\ndata: {data}\n\n", event.id))
}
