//! The way to an actor, with a count of what lies before it unread: the framework keeps none.

use std::time::Duration;

use prometheus_client::metrics::gauge::Gauge;
use ractor::{ActorCell, ActorId, ActorRef, ActorStatus, MessagingErr};
use tokio::task::JoinHandle;

/// Where an actor is sent its messages.
#[derive(Debug)]
pub(crate) struct Mailbox<M: Send + 'static> {
    actor: ActorRef<Letter<M>>,
    unread: Gauge,
}

/// A message on its way. It counts as unread until it is opened, or lost with its actor.
#[derive(Debug)]
pub(crate) struct Letter<M> {
    message: M,
    _unread: Unread,
}

#[derive(Debug)]
struct Unread(Gauge);

impl Drop for Unread {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl<M> Letter<M> {
    fn new(message: M, unread: &Gauge) -> Self {
        unread.inc();
        Self { message, _unread: Unread(unread.clone()) }
    }

    pub(crate) fn open(self) -> M {
        self.message
    }
}

impl<M: Send + 'static> Mailbox<M> {
    /// The way to this actor; what it has not read counts in `unread`, with all others of its kind.
    pub(crate) const fn new(actor: ActorRef<Letter<M>>, unread: Gauge) -> Self {
        Self { actor, unread }
    }

    /// Sends a message; gives it back where nobody takes it any more.
    pub(crate) fn cast(&self, message: M) -> Result<(), MessagingErr<M>> {
        self.actor.cast(Letter::new(message, &self.unread)).map_err(|error| error.map(Letter::open))
    }

    /// Sends a message after a while.
    pub(crate) fn send_after(
        &self,
        delay: Duration,
        message: impl FnOnce() -> M + Send + 'static,
    ) -> JoinHandle<Result<(), MessagingErr<Letter<M>>>> {
        let unread = self.unread.clone();
        self.actor.send_after(delay, move || Letter::new(message(), &unread))
    }

    pub(crate) fn id(&self) -> ActorId {
        self.actor.get_id()
    }

    /// Whether it takes messages, and goes on to.
    pub(crate) fn is_open(&self) -> bool {
        self.actor.get_status() < ActorStatus::Draining
    }

    /// The actor as whoever it supervises knows it.
    pub(crate) fn supervisor(&self) -> ActorCell {
        self.actor.get_cell()
    }

    /// Ends the actor after the message it is at.
    pub(crate) fn stop(&self) {
        self.actor.stop(None);
    }

    #[cfg(test)]
    pub(crate) fn kill(&self) {
        self.actor.kill();
    }

    /// Shuts the door, and ends the actor when it has read all that is in.
    pub(crate) fn drain(&self) {
        let _ = self.actor.drain();
    }
}

impl<M: Send + 'static> Clone for Mailbox<M> {
    fn clone(&self) -> Self {
        Self { actor: self.actor.clone(), unread: self.unread.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_counts_until_it_is_opened_or_lost() {
        let unread = Gauge::default();
        let (read, lost) = (Letter::new("a", &unread), Letter::new("b", &unread));
        assert_eq!(unread.get(), 2);
        assert_eq!((read.open(), unread.get()), ("a", 1));
        drop(lost);
        assert_eq!(unread.get(), 0);
    }
}
