//! One database directory and the Postgres on it: made once, started or taken over.

use std::{
    fs::{self, File, OpenOptions},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use sqlx::{Connection, PgConnection};
use tokio::time::Instant;

use super::{
    EmbeddedError,
    binaries::{self, Binaries},
    layout::Layout,
    pid_file::{self, Found},
    postmaster::Postmaster,
};
use crate::store;

/// The database's superuser and, in production, the database.
const NAME: &str = "mosaic";
/// A log that has grown beyond this is set aside at the next start, replacing the one before.
const LOG_MAX_BYTES: u64 = 8 * 1024 * 1024;
/// How much of the log an error shows.
const LOG_TAIL_LINES: usize = 5;
/// How long Postgres may take to accept connections. After a crash it replays its log first.
const READY_TIMEOUT: Duration = Duration::from_mins(5);
const READY_INTERVAL: Duration = Duration::from_millis(20);
/// How often a start is tried while orphans of a killed Postgres still go away, and how far apart.
const START_ATTEMPTS: u32 = 10;
const START_INTERVAL: Duration = Duration::from_millis(500);

/// What Postgres is told at every start. It logs neither statements nor values: they are users' own.
const SETTINGS: [&str; 10] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=100",
    "jit=off",
    "lc_messages=C",
    "log_min_messages=log",
    "log_checkpoints=off",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "logging_collector=off",
];

/// What else it is told when its data may be lost at any time.
const THROWAWAY: [&str; 5] = [
    "max_connections=500",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "shared_buffers=64MB",
];

/// What the database is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Data that must survive.
    Production,
    /// Data of tests: not synced to disk, and made anew at every start.
    Throwaway,
}

/// A database directory with all that is needed to run it.
#[derive(Debug, Clone)]
pub(crate) struct Cluster {
    layout: Layout,
    binaries: Binaries,
    purpose: Purpose,
}

impl Cluster {
    /// Finds or fetches the programs, and makes the directories.
    pub(crate) async fn prepare(
        data_dir: &Path,
        purpose: Purpose,
        progress: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Self, EmbeddedError> {
        let layout = Layout::of(data_dir);
        layout.create()?;
        let present = data_version(&layout.data)?;
        let binaries = match binaries::find_or_fetch(&layout, present, progress).await {
            Err(EmbeddedError::NoBinaries { reason }) if present.is_some() => {
                let offered = binaries::find_or_fetch(&layout, None, progress).await;
                let found = present.unwrap_or_default();
                return Err(match offered {
                    Ok(other) => {
                        EmbeddedError::OtherVersion { data: layout.data, found, offered: other.major }
                    }
                    Err(_) => EmbeddedError::NoBinaries { reason },
                });
            }
            binaries => binaries?,
        };
        Ok(Self { layout, binaries, purpose })
    }

    /// Starts Postgres, or takes over the one that runs. One process does so at a time.
    pub(crate) async fn start_or_adopt(
        &self,
        progress: &mut (dyn FnMut(&str) + Send),
    ) -> Result<Postmaster, EmbeddedError> {
        let starting = lock(self.layout.start_lock.clone(), File::lock).await?;
        let postmaster = match self.adopt().await? {
            Some(postmaster) => postmaster,
            None => self.start_anew(progress).await?,
        };
        drop(starting);
        Ok(postmaster)
    }

    /// The Postgres that runs. One that was found in the act of ending is none, once it has ended.
    async fn adopt(&self) -> Result<Option<Postmaster>, EmbeddedError> {
        let Found::Running(pid) = self.look()? else { return Ok(None) };
        let mut postmaster = Postmaster::Adopted(pid);
        match self.wait_until_ready(&mut postmaster).await {
            Ok(()) => Ok(Some(postmaster)),
            Err(_) if matches!(self.look()?, Found::Nobody) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn start_anew(&self, progress: &mut (dyn FnMut(&str) + Send)) -> Result<Postmaster, EmbeddedError> {
        if self.purpose == Purpose::Throwaway {
            remove_dir(&self.layout.data)?;
        }
        if data_version(&self.layout.data)?.is_none() {
            progress("making a database");
            self.init().await?;
        }
        self.start().await
    }

    /// Marks Postgres as in use by this process, until the file is dropped. Waits for whoever is stopping it.
    pub(super) async fn lock_in_use(&self) -> Result<File, EmbeddedError> {
        lock(self.layout.in_use_lock.clone(), File::lock_shared).await
    }

    /// The file that [`Cluster::lock_in_use`] locks.
    pub(super) fn in_use_path(&self) -> PathBuf {
        self.layout.in_use_lock.clone()
    }

    /// Where to connect to one of the databases.
    pub(crate) fn url(&self, database: &str) -> String {
        let dir = percent_encode(&self.layout.socket_dir);
        format!("postgres://{NAME}@localhost/{database}?host={dir}")
    }

    /// Makes the production database if it is not there.
    pub(super) async fn create_database(&self) -> Result<(), EmbeddedError> {
        let failed = |error: sqlx::Error| EmbeddedError::Start { log: error.to_string() };
        let mut connection = store::connect(&self.url("postgres")).await.map_err(failed)?;
        let known: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = 'mosaic')")
                .fetch_one(&mut connection)
                .await
                .map_err(failed)?;
        if !known {
            match sqlx::query("CREATE DATABASE mosaic").execute(&mut connection).await {
                // Another process was quicker.
                Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {}
                Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P04") => {}
                made => {
                    made.map_err(failed)?;
                }
            }
        }
        connection.close().await.map_err(failed)
    }

    /// The last lines of the log.
    pub(super) fn log_tail(&self) -> String {
        let text = fs::read(&self.layout.log).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join(" | ")
    }

    fn look(&self) -> Result<Found, EmbeddedError> {
        pid_file::look(&self.layout.data).map_err(EmbeddedError::file("read", &self.layout.data))
    }

    /// Makes the database beside its place, and moves it there when it is whole.
    async fn init(&self) -> Result<(), EmbeddedError> {
        let new = &self.layout.new_data;
        remove_dir(new)?;
        self.layout.account.create_private_dir(new).map_err(EmbeddedError::file("make", new))?;
        let mut command = self.layout.account.command(&self.binaries.bin.join("initdb"));
        command.arg("--pgdata").arg(new);
        command.args(["--username", NAME, "--auth", "trust", "--encoding", "UTF8", "--locale", "C"]);
        if self.binaries.major >= 17 {
            command.args(["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]);
        }
        if self.purpose == Purpose::Throwaway {
            command.arg("--no-sync");
        }
        let output = command.stdin(Stdio::null()).output().await;
        let output = output.map_err(EmbeddedError::file("run initdb in", &self.binaries.bin))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(EmbeddedError::Init { output: said });
        }
        fs::rename(new, &self.layout.data).map_err(EmbeddedError::file("make", &self.layout.data))
    }

    /// Starts Postgres. While orphans of a killed one still touch the data it refuses, so it is tried some times.
    async fn start(&self) -> Result<Postmaster, EmbeddedError> {
        let mut attempt = 1;
        loop {
            // Nobody runs, so these are a killed one's; the socket's directory is for this database alone.
            for left_over in [".s.PGSQL.5432.lock", ".s.PGSQL.5432"] {
                remove_file(&self.layout.socket_dir.join(left_over))?;
            }
            let mut postmaster = Postmaster::Child(self.spawn()?);
            match self.wait_until_ready(&mut postmaster).await {
                Ok(()) => return Ok(postmaster),
                Err(error) if attempt == START_ATTEMPTS || !self.log_tail().contains("still in use") => {
                    return Err(error);
                }
                Err(_) => attempt += 1,
            }
            tokio::time::sleep(START_INTERVAL).await;
        }
    }

    fn spawn(&self) -> Result<tokio::process::Child, EmbeddedError> {
        let log = &self.layout.log;
        if fs::metadata(log).is_ok_and(|it| it.len() > LOG_MAX_BYTES) {
            let aside = log.with_extension("log.1");
            fs::rename(log, &aside).map_err(EmbeddedError::file("set aside", log))?;
        }
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(log);
        let file = file.map_err(EmbeddedError::file("write", log))?;
        let mut command = self.layout.account.command(&self.binaries.bin.join("postgres"));
        command.arg("-D").arg(&self.layout.data);
        command.arg("-k").arg(&self.layout.socket_dir);
        let more: &[&str] = if self.purpose == Purpose::Throwaway { &THROWAWAY } else { &[] };
        for setting in SETTINGS.iter().chain(more) {
            command.args(["-c", setting]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file);
        command.spawn().map_err(EmbeddedError::file("run postgres in", &self.binaries.bin))
    }

    /// Waits until Postgres accepts connections; fails when it ends instead.
    async fn wait_until_ready(&self, postmaster: &mut Postmaster) -> Result<(), EmbeddedError> {
        let deadline = Instant::now() + READY_TIMEOUT;
        let url = self.url("postgres");
        loop {
            if let Ok(connection) = store::connect(&url).await {
                drop(PgConnection::close(connection).await);
                return Ok(());
            }
            let ended = tokio::time::timeout(READY_INTERVAL, postmaster.gone()).await.is_ok();
            if ended || Instant::now() > deadline {
                return Err(EmbeddedError::Start { log: self.log_tail() });
            }
        }
    }
}

/// The major version that wrote the database; none where there is no database.
fn data_version(data: &Path) -> Result<Option<u32>, EmbeddedError> {
    match fs::read_to_string(data.join("PG_VERSION")) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        text => {
            let text = text.map_err(EmbeddedError::file("read", data))?;
            Ok(Some(text.trim().parse().unwrap_or_default()))
        }
    }
}

fn remove_file(path: &Path) -> Result<(), EmbeddedError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(EmbeddedError::file("remove", path)),
    }
}

fn remove_dir(path: &Path) -> Result<(), EmbeddedError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        removed => removed.map_err(EmbeddedError::file("remove", path)),
    }
}

/// Opens a lock file and waits for the lock.
pub(crate) async fn lock(
    path: PathBuf,
    how: fn(&File) -> std::io::Result<()>,
) -> Result<File, EmbeddedError> {
    let locking = tokio::task::spawn_blocking(move || {
        let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
        let file = file.map_err(EmbeddedError::file("open", &path))?;
        how(&file).map_err(EmbeddedError::file("lock", &path))?;
        Ok(file)
    });
    locking.await.expect("locking neither panics nor is cancelled")
}

/// Writes a path as part of a URL.
fn percent_encode(path: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.');
    let one = |byte: &u8| if plain(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") };
    path.as_os_str().as_encoded_bytes().iter().map(one).collect()
}
