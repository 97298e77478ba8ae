//! The gateway's life: starting, running, draining; and what it counts while it runs.

use std::{
    fs,
    hash::{BuildHasher as _, RandomState},
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use mosaic_model_server::wire;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch};

use crate::{Config, Settings, clock, sessions::Sessions, suspend::Suspension};

/// Where the gateway is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Starting,
    Running,
    Draining,
}

/// A running stand-in.
#[derive(Debug)]
pub struct Gateway {
    pub(crate) settings: Settings,
    pub(crate) sessions: Sessions,
    config: Mutex<Config>,
    /// The digest of what it runs with, as last told.
    applied: Mutex<String>,
    digests: RandomState,
    phase: watch::Sender<Phase>,
    active: watch::Sender<usize>,
    suspension: Mutex<Suspension>,
    pub(crate) hung: AtomicBool,
}

impl Gateway {
    /// Opens the sessions on the volume.
    pub fn new(settings: Settings, config: Config) -> io::Result<Arc<Self>> {
        let sessions = Sessions::open(settings.state_dir.join("standin").join("sessions"))?;
        Ok(Arc::new(Self {
            settings,
            sessions,
            config: Mutex::new(config),
            applied: Mutex::default(),
            digests: RandomState::new(),
            phase: watch::Sender::new(Phase::Starting),
            active: watch::Sender::new(0),
            suspension: Mutex::default(),
            hung: AtomicBool::new(false),
        }))
    }

    /// Listens on `port` of all addresses and serves until [`drain`](Self::drain) was called and every turn has ended.
    pub async fn serve(self: Arc<Self>, port: u16) -> io::Result<()> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, port))).await?;
        let (drained, watch_drained) = watch::channel(false);
        let starting = async {
            let delay = self.config().start_delay;
            tokio::time::sleep(delay).await;
            // A drain that began meanwhile stays.
            self.phase.send_if_modified(|phase| {
                let starting = *phase == Phase::Starting;
                if starting {
                    *phase = Phase::Running;
                }
                starting
            });
            self.wait_drained().await;
            drained.send_replace(true);
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = wire::serve(listener, Arc::clone(&self), watch_drained) => Ok(()),
            () = starting => Ok(()),
        }
    }

    /// Takes no new work from now on. Turns that run go on to their end.
    pub fn drain(&self) {
        self.phase.send_replace(Phase::Draining);
    }

    async fn wait_drained(&self) {
        let (mut phase, mut active) = (self.phase.subscribe(), self.active.subscribe());
        // The senders live in self: neither wait can fail.
        let _ = phase.wait_for(|phase| *phase == Phase::Draining).await;
        let _ = active.wait_for(|count| *count == 0).await;
    }

    pub(crate) fn phase(&self) -> Phase {
        *self.phase.borrow()
    }

    /// Whether new work is refused.
    pub(crate) fn unavailable(&self) -> bool {
        self.phase() != Phase::Running || self.suspended()
    }

    pub(crate) fn suspended(&self) -> bool {
        self.suspension().holds(clock::now_ms())
    }

    pub(crate) fn suspension(&self) -> MutexGuard<'_, Suspension> {
        self.suspension.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn active(&self) -> usize {
        *self.active.borrow()
    }

    /// The config as the file says now. Like OpenClaw, it goes on with the old one when the new one is invalid.
    pub(crate) fn config(&self) -> Config {
        let mut config = self.config.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(newer) = Config::load(&self.settings.config_path) {
            *config = newer;
        }
        config.clone()
    }

    /// What it reads in the file and what it runs with, as digests; it takes up at once what it can run with.
    pub(crate) fn config_snapshot(&self) -> Value {
        let text = fs::read(&self.settings.config_path).unwrap_or_default();
        let mut applied = self.applied.lock().unwrap_or_else(PoisonError::into_inner);
        match Config::load(&self.settings.config_path) {
            Ok(_) => {
                *applied = format!("{:016x}", RandomState::hash_one(&self.digests, &text));
                json!({ "valid": true, "issues": [], "configRevisionHash": *applied, "appliedConfigHash": *applied })
            }
            Err(refused) => json!({
                "valid": false, "issues": [{ "path": "", "message": refused.to_string() }],
                "configRevisionHash": null, "appliedConfigHash": *applied,
            }),
        }
    }

    /// Counts a turn for as long as the returned value lives.
    pub(crate) fn begin_turn(self: Arc<Self>) -> ActiveTurn {
        self.active.send_modify(|count| *count += 1);
        ActiveTurn(self)
    }

    /// Never answers when an order made the gateway hang.
    pub(crate) async fn hang_if_ordered(&self) {
        if self.hung.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
    }
}

/// A turn that runs.
#[derive(Debug)]
pub(crate) struct ActiveTurn(Arc<Gateway>);

impl Drop for ActiveTurn {
    fn drop(&mut self) {
        self.0.active.send_modify(|count| *count -= 1);
    }
}
