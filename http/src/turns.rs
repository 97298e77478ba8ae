//! Turns that the server owns: a question is answered whoever watches, and whoever comes back reads on.
//!
//! A task a turn holds the lease and the upstream call, tells what happens as numbered events, and keeps the answer
//! in the database as it comes. Readers share what it has told, from memory while it goes on and from the database
//! once it has ended; none of them can hold it up or end it.

mod bodies;
mod channel;
mod live;
mod reader;
mod recover;
mod run;
mod seats;
mod waking;

use std::sync::{Arc, Weak};

use dashmap::DashMap;
use mosaic_model::{ConversationId, UserId};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

pub use self::recover::LeftOpen;
pub(crate) use self::{
    bodies::{conversation_body, turn_body},
    channel::Channel,
    live::Live,
    reader::{Reader, stream},
    run::start,
    seats::{Seat, Seats},
};

/// How many changes of access a stream may be behind before it takes them all for its own.
const ACCESS_NEWS: usize = 64;
/// From this many on, channels that nobody holds any more are cleared away.
const CHANNELS_SWEPT_FROM: usize = 1_024;

/// Everything that goes on.
#[derive(Debug)]
pub(crate) struct Turns {
    channels: DashMap<ConversationId, Weak<Channel>>,
    /// Turns under way, by user.
    pub(crate) in_flight: Arc<Seats>,
    /// Streams of events, by user.
    pub(crate) readers: Arc<Seats>,
    /// Tells whose access has changed; nobody's name is everybody's.
    pub(crate) access: broadcast::Sender<Option<UserId>>,
    /// Mosaic ends: turns are given up and streams end.
    pub(crate) closing: CancellationToken,
}

impl Turns {
    /// Nothing goes on, until Mosaic ends.
    pub(crate) fn until(closing: CancellationToken) -> Self {
        Self {
            channels: DashMap::new(),
            in_flight: Arc::default(),
            readers: Arc::default(),
            access: broadcast::Sender::new(ACCESS_NEWS),
            closing,
        }
    }

    /// Where a conversation's events are told. It is one for all who hold it.
    pub(crate) fn channel(&self, conversation: ConversationId) -> Arc<Channel> {
        if self.channels.len() >= CHANNELS_SWEPT_FROM {
            self.channels.retain(|_, channel| channel.strong_count() > 0);
        }
        let mut entry = self.channels.entry(conversation).or_default();
        if let Some(channel) = entry.upgrade() {
            return channel;
        }
        let channel = Arc::new(Channel::default());
        *entry = Arc::downgrade(&channel);
        channel
    }

    /// Somebody's access has changed, or anybody's: streams end, and who may reads on in another.
    pub(crate) fn access_changed(&self, user: Option<UserId>) {
        // Nobody may be listening.
        let _ = self.access.send(user);
    }

    /// Lets one more stream of events of this user begin.
    pub(crate) fn take_reader(&self, user: UserId) -> Option<Seat> {
        self.readers.take(user, reader::READERS_PER_USER)
    }
}

#[cfg(test)]
mod tests {
    use mosaic_model::Timestamp;

    use super::*;

    #[test]
    fn a_conversation_has_one_channel_as_long_as_anybody_holds_it() {
        let turns = Turns::until(CancellationToken::new());
        let id = ConversationId::new(Timestamp::UNIX_EPOCH, [1; 10]);
        let first = turns.channel(id);
        assert!(Arc::ptr_eq(&first, &turns.channel(id)));
        let before = Arc::downgrade(&first);
        drop(first);
        assert!(before.upgrade().is_none(), "nothing else keeps it");
        for seed in 0..=u8::MAX {
            for more in 0..5 {
                turns.channel(ConversationId::new(
                    Timestamp::UNIX_EPOCH,
                    [seed, more, 0, 0, 0, 0, 0, 0, 0, 0],
                ));
            }
        }
        assert!(turns.channels.len() <= CHANNELS_SWEPT_FROM + 1, "{}", turns.channels.len());
    }
}
