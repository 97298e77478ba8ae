//! News between the processes on one database: who writes says so in the same transaction, who runs hears it.
//!
//! News is a reason to look, never the fact itself: it can come twice, late, or be missed while the
//! connection is down. Whoever hears [`News::Missed`] looks at everything.

use std::{convert::Infallible, time::Duration};

use mosaic_model::{CellId, UserId};
use sqlx::{PgConnection, postgres::PgListener};
use tokio_util::sync::CancellationToken;

use crate::{Store, StoreError};

/// The one channel that all news goes through.
const CHANNEL: &str = "mosaic_news";
/// How long to wait before listening again after the connection was lost.
const LISTEN_AGAIN: Duration = Duration::from_secs(2);
/// Settings are read again after this long even if nothing was heard: a connection can be dead and not look it.
const POLL_INTERVAL: Duration = Duration::from_secs(30);

/// What another process, or this one, has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// The installation's settings.
    Settings,
    /// What this cell is configured from.
    ConfigChanged(CellId),
    /// Who this user is, or what lets them in: tokens, sessions, role.
    AccessChanged(UserId),
    /// This user is new.
    Newcomer(UserId),
    /// Anything: nobody listened for a while, or a newer version said something that this one does not know.
    Missed,
}

impl News {
    fn write(self) -> String {
        match self {
            Self::Settings => "settings".to_owned(),
            Self::ConfigChanged(cell) => format!("config {cell}"),
            Self::AccessChanged(user) => format!("access {user}"),
            Self::Newcomer(user) => format!("newcomer {user}"),
            Self::Missed => "missed".to_owned(),
        }
    }

    fn read(payload: &str) -> Self {
        let user = |text: &str| text.parse().ok().map(UserId::from_uuid);
        let known = match payload.split_once(' ') {
            Some(("config", cell)) => cell.parse().ok().map(Self::ConfigChanged),
            Some(("access", id)) => user(id).map(Self::AccessChanged),
            Some(("newcomer", id)) => user(id).map(Self::Newcomer),
            None if payload == "settings" => Some(Self::Settings),
            _ => None,
        };
        known.unwrap_or(Self::Missed)
    }
}

/// Tells every process that follows, when and if this transaction is committed.
pub(crate) async fn announce(connection: &mut PgConnection, news: News) -> Result<(), StoreError> {
    sqlx::query("SELECT pg_notify($1, $2)").bind(CHANNEL).bind(news.write()).execute(connection).await?;
    Ok(())
}

impl Store {
    /// Hears the news until cancelled, and keeps this process's settings up to date. `tell` is told
    /// everything, beginning with [`News::Missed`]: what happened before is unknown.
    pub async fn follow_news(self, cancel: CancellationToken, tell: impl Fn(News) + Send) {
        let following = async { tokio::join!(self.listen_on(&tell), self.poll_settings()) };
        cancel.run_until_cancelled(following).await;
    }

    async fn listen_on(&self, tell: &(impl Fn(News) + Send)) -> Infallible {
        loop {
            let Err(error) = self.listen(tell).await;
            tracing::warn!(%error, "news cannot be heard at the moment");
            tokio::time::sleep(LISTEN_AGAIN).await;
        }
    }

    /// Listens until something fails; then the caller begins anew.
    async fn listen(&self, tell: &(impl Fn(News) + Send)) -> Result<Infallible, StoreError> {
        let mut listener = PgListener::connect_with(self.app()).await?;
        listener.listen(CHANNEL).await?;
        let mut news = News::Missed;
        loop {
            if matches!(news, News::Settings | News::Missed) {
                self.reload_settings().await?;
            }
            tell(news);
            // Without one the connection was lost, and is back.
            let heard = listener.try_recv().await?;
            news = heard.map_or(News::Missed, |heard| News::read(heard.payload()));
        }
    }

    async fn poll_settings(&self) -> Infallible {
        loop {
            tokio::time::sleep(POLL_INTERVAL).await;
            if let Err(error) = self.reload_settings().await {
                tracing::warn!(%error, "settings cannot be read at the moment");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use mosaic_model::SystemCellId;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_not_understood_may_be_anything() {
        for payload in ["", "missed", "config", "config x", "settings now", "tea is ready"] {
            assert_eq!(News::read(payload), News::Missed, "{payload}");
        }
    }

    proptest! {
        #[test]
        fn news_reads_back_from_its_text(id in any::<u128>()) {
            let user = UserId::from_uuid(Uuid::from_u128(id));
            let cells = [CellId::User(user), CellId::System(SystemCellId::from_uuid(user.as_uuid()))];
            let configs = cells.map(News::ConfigChanged);
            let others = [News::Settings, News::AccessChanged(user), News::Newcomer(user), News::Missed];
            for news in configs.into_iter().chain(others) {
                prop_assert_eq!(News::read(&news.write()), news);
            }
        }

        #[test]
        fn any_text_is_survived(text in ".*") {
            let _ = News::read(&text);
        }
    }
}
