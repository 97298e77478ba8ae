//! The private Postgres, killed in every way that happens.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use mosaic_storage::{EmbeddedError, EmbeddedPostgres};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, PgConnection};

/// Names the data directory to a copy of this program that is about to be killed.
const HOST_DIR: &str = "MOSAIC_TEST_EMBEDDED_DIR";

/// A directory that the account of Postgres can get to.
fn data_dir() -> tempfile::TempDir {
    let dir = tempfile::Builder::new().prefix("mosaic-test-").tempdir_in("/tmp").unwrap();
    fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711)).unwrap();
    dir
}

async fn start(dir: &Path) -> EmbeddedPostgres {
    EmbeddedPostgres::start(dir, &mut |_| {}).await.unwrap()
}

fn postmaster(dir: &Path) -> Option<Pid> {
    let text = fs::read_to_string(EmbeddedPostgres::home(dir).join("data/postmaster.pid")).ok()?;
    Pid::from_raw(text.lines().next()?.parse().ok()?)
}

/// Tries until the future's answer is there, for at most half a minute.
async fn eventually<T, F: Future<Output = Option<T>>>(mut ask: impl FnMut() -> F) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), asking).await.expect("it happens in time")
}

async fn run(url: &str, statement: &'static str) -> Option<PgConnection> {
    let mut connection = PgConnection::connect(url).await.ok()?;
    sqlx::query(statement).execute(&mut connection).await.ok()?;
    Some(connection)
}

#[tokio::test]
async fn it_starts_stops_and_keeps_what_was_written() {
    let dir = data_dir();
    let postgres = start(dir.path()).await;
    assert!(EmbeddedPostgres::installed(dir.path()));
    run(&postgres.url(), "CREATE TABLE kept AS SELECT 1 AS one").await.unwrap();
    postgres.stop().await.unwrap();
    assert_eq!(postmaster(dir.path()), None, "it is stopped");
    let postgres = start(dir.path()).await;
    run(&postgres.url(), "SELECT one FROM kept").await.unwrap();
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_database_of_another_version_is_left_alone() {
    let dir = data_dir();
    let data = EmbeddedPostgres::home(dir.path()).join("data");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("PG_VERSION"), "12\n").unwrap();
    let refused = EmbeddedPostgres::start(dir.path(), &mut |_| {}).await;
    assert!(matches!(refused, Err(EmbeddedError::OtherVersion { found: 12, .. })), "{refused:?}");
    assert_eq!(fs::read_to_string(data.join("PG_VERSION")).unwrap(), "12\n");
}

#[tokio::test]
async fn a_killed_postgres_is_started_again() {
    let dir = data_dir();
    let postgres = start(dir.path()).await;
    let url = postgres.url();
    run(&url, "CREATE TABLE kept AS SELECT 1 AS one").await.unwrap();
    let killed = postmaster(dir.path()).unwrap();
    kill_process(killed, Signal::KILL).unwrap();
    eventually(async || postmaster(dir.path()).filter(|pid| *pid != killed)).await;
    eventually(async || run(&url, "SELECT one FROM kept").await).await;
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn it_goes_on_while_another_process_uses_it() {
    let dir = data_dir();
    let server = start(dir.path()).await;
    let pid = postmaster(dir.path());
    let command_line = start(dir.path()).await;
    assert_eq!(postmaster(dir.path()), pid, "the second took over what ran");
    command_line.stop().await.unwrap();
    run(&server.url(), "SELECT 1").await.expect("the first still has its database");
    server.stop().await.unwrap();
    assert_eq!(postmaster(dir.path()), None);
}

/// Not a test of its own: the process that the next one kills.
#[tokio::test]
async fn host() {
    #[expect(clippy::disallowed_methods, reason = "how a test speaks to the copy of itself that it starts")]
    let Ok(dir) = std::env::var(HOST_DIR) else { return };
    let _postgres = start(Path::new(&dir)).await;
    std::future::pending::<()>().await;
}

struct Host(Child);

impl Host {
    fn start(dir: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "embedded::host"]).env(HOST_DIR, dir);
        Self(command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[tokio::test]
async fn a_killed_mosaic_leaves_a_database_that_the_next_one_takes_over() {
    let dir = data_dir();
    let host = Host::start(dir.path());
    let url = format!(
        "postgres://mosaic@localhost/mosaic?host={}",
        EmbeddedPostgres::home(dir.path()).join("run").display()
    );
    let mut open = eventually(async || run(&url, "CREATE TABLE kept AS SELECT 1 AS one").await).await;
    let pid = postmaster(dir.path()).unwrap();
    drop(host);

    let postgres = start(dir.path()).await;
    assert_eq!(postmaster(dir.path()), Some(pid), "the same Postgres");
    sqlx::query("SELECT one FROM kept").execute(&mut open).await.expect("not even a session was cut");
    postgres.stop().await.unwrap();
    assert_eq!(postmaster(dir.path()), None, "what was taken over is stopped as one's own");
}

#[tokio::test]
async fn after_both_were_killed_it_starts_as_if_nothing_had_been() {
    let dir = data_dir();
    let host = Host::start(dir.path());
    let url = format!(
        "postgres://mosaic@localhost/mosaic?host={}",
        EmbeddedPostgres::home(dir.path()).join("run").display()
    );
    eventually(async || run(&url, "CREATE TABLE kept AS SELECT 1 AS one").await).await;
    let pid = postmaster(dir.path()).unwrap();
    drop(host);
    kill_process(pid, Signal::KILL).unwrap();

    let postgres = start(dir.path()).await;
    run(&postgres.url(), "SELECT one FROM kept").await.unwrap();
    postgres.stop().await.unwrap();
}
