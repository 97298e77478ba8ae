//! Starting, steering and watching the server from a test.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use crate::{Behaviour, Listing, SeenRequest, record::Record, routes::Routes, wire};

/// How a model server is set up.
#[derive(Debug, Clone)]
pub struct ModelServerConfig {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The keys it accepts; none means any key, or no key.
    pub keys: Vec<String>,
    /// What it calls its models. A request may name another one.
    pub models: Vec<String>,
    /// Whether it refuses models that are none of its own.
    pub only_these_models: bool,
    /// How it answers when it is asked for its models.
    pub listing: Listing,
    /// The pause before each streamed word.
    pub delta_delay: Duration,
    /// How many requests it remembers.
    pub remembered: usize,
}

impl Default for ModelServerConfig {
    /// A free port on loopback, any key, one model, no pauses.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            keys: Vec::new(),
            models: vec!["demo".to_owned()],
            only_these_models: false,
            listing: Listing::Models,
            delta_delay: Duration::ZERO,
            remembered: 1000,
        }
    }
}

/// A running model server. Dropping it closes its port and every connection.
#[derive(Debug)]
pub struct ModelServer {
    address: SocketAddr,
    routes: Arc<Routes>,
    accepting: JoinSet<()>,
}

impl ModelServer {
    /// Binds and starts to serve.
    pub async fn start(config: ModelServerConfig) -> io::Result<Self> {
        let listener = TcpListener::bind(config.listen).await?;
        let address = listener.local_addr()?;
        let routes = Arc::new(Routes {
            keys: config.keys,
            models: config.models,
            only_these_models: config.only_these_models,
            listing: config.listing,
            delta_delay: config.delta_delay,
            record: Record::new(config.remembered),
            number: AtomicU64::new(1),
        });
        let mut accepting = JoinSet::new();
        let (_, never_draining) = watch::channel(false);
        accepting.spawn(wire::serve(listener, Arc::clone(&routes), never_draining));
        Ok(Self { address, routes, accepting })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// Serves until the process ends.
    pub async fn run(mut self) {
        self.accepting.join_next().await;
    }

    /// Queues how the next request that is not yet spoken for will be answered.
    pub fn script(&self, behaviour: Behaviour) {
        self.routes.record.script(behaviour);
    }

    /// The requests so far, oldest first, refused ones included.
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.routes.record.requests()
    }

    /// How many clients left before their answer was finished.
    pub fn aborted(&self) -> usize {
        self.routes.record.counts().borrow().aborted
    }

    /// Waits until at least `count` requests have come.
    pub async fn requests_reach(&self, count: usize) {
        let mut counts = self.routes.record.counts();
        counts.wait_for(|counts| counts.requests >= count).await.expect("the sender lives in self");
    }

    /// Waits until at least `count` clients have left early.
    pub async fn aborted_reach(&self, count: usize) {
        let mut counts = self.routes.record.counts();
        counts.wait_for(|counts| counts.aborted >= count).await.expect("the sender lives in self");
    }
}
