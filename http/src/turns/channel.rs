//! Where those who watch a conversation hear of it.

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Live;

/// One conversation's news, for all who watch it.
#[derive(Debug)]
pub(crate) struct Channel {
    /// The newest turn that was under way while anybody held this; it may have ended.
    latest: watch::Sender<Option<Arc<Live>>>,
    /// The conversation was deleted.
    pub(crate) deleted: CancellationToken,
}

impl Default for Channel {
    fn default() -> Self {
        Self { latest: watch::Sender::new(None), deleted: CancellationToken::new() }
    }
}

impl Channel {
    /// A turn begins.
    pub(super) fn begin(&self, live: Arc<Live>) {
        self.latest.send_replace(Some(live));
    }

    /// Something was changed that is in the database alone.
    pub(super) fn touch(&self) {
        self.latest.send_modify(|_| ());
    }

    /// Hears of the next turn; what is there already counts as seen.
    pub(super) fn watch(&self) -> watch::Receiver<Option<Arc<Live>>> {
        self.latest.subscribe()
    }

    /// The turn that was under way last.
    pub(crate) fn latest(&self) -> Option<Arc<Live>> {
        self.latest.borrow().clone()
    }
}
