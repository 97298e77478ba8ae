//! Postgres's main process.

use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;

use super::pid_file::is_alive;

/// How often a process that is not our child is looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(250);
/// How long Postgres may take to end its sessions and write what it holds, before it is told to drop everything.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);

/// The main process: our child, or one that an earlier Mosaic left behind.
#[derive(Debug)]
pub(crate) enum Postmaster {
    /// We started it.
    Child(Child),
    /// We found it.
    Adopted(Pid),
}

impl Postmaster {
    /// Waits until it has ended.
    pub(super) async fn gone(&mut self) {
        match self {
            Self::Child(child) => {
                // An error means that it was waited for before.
                drop(child.wait().await);
            }
            Self::Adopted(pid) => {
                while is_alive(*pid) {
                    tokio::time::sleep(LOOK_INTERVAL).await;
                }
            }
        }
    }

    /// Ends it cleanly: open sessions are cut, what was committed is safe.
    pub(super) async fn stop(mut self) {
        self.signal(Signal::INT);
        if tokio::time::timeout(STOP_TIMEOUT, self.gone()).await.is_err() {
            tracing::warn!("Postgres takes long to stop; it will replay its log at the next start");
            self.signal(Signal::QUIT);
            self.gone().await;
        }
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.pid()
            && let Err(error) = kill_process(pid, signal)
        {
            tracing::debug!(%error, "Postgres had ended by itself");
        }
    }

    /// Its process, while it has not been waited for.
    fn pid(&self) -> Option<Pid> {
        match self {
            Self::Child(child) => Pid::from_raw(child.id()?.try_into().ok()?),
            Self::Adopted(pid) => Some(*pid),
        }
    }
}
