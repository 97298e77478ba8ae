//! The database: the user's, or our own along with it.

use std::sync::Arc;

use mosaic_model::Clock;
use mosaic_storage::{EmbeddedPostgres, Store};

use crate::config;

/// An open store, and the Postgres under it if that is ours.
#[derive(Debug)]
pub(crate) struct Database {
    store: Store,
    url: String,
    embedded: Option<EmbeddedPostgres>,
}

impl Database {
    /// Starts what must be started and opens the store.
    pub(crate) async fn open(config: config::Config, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let (url, embedded) = match config.database {
            config::Database::External(url) => (url.expose().clone(), None),
            config::Database::Embedded => {
                let mut progress = |line: &str| tracing::info!("database: {line}");
                let embedded = EmbeddedPostgres::start(&config.data_dir, &mut progress).await?;
                (embedded.url(), Some(embedded))
            }
        };
        match Store::open(&url, config.keys, clock).await {
            Ok(store) => Ok(Self { store, url, embedded }),
            Err(error) => {
                if let Some(embedded) = embedded {
                    embedded.stop().await?;
                }
                Err(error.into())
            }
        }
    }

    pub(crate) const fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Closes the connections, and our own Postgres cleanly.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        self.store.close().await;
        if let Some(embedded) = self.embedded {
            embedded.stop().await?;
        }
        Ok(())
    }
}
