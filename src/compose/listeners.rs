//! The two doors: one for people, one for agents.

mod connections;

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use anyhow::Context;
use axum::Router;
use mosaic_storage::Store;
use tokio::{net::TcpListener, time};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::cli::Serve;

/// How long open streams may go on once Mosaic is asked to end.
const STREAM_GRACE: Duration = Duration::from_secs(20);

/// Both listeners, bound.
#[derive(Debug)]
pub(crate) struct Listeners {
    public: TcpListener,
    public_address: SocketAddr,
    internal: TcpListener,
    internal_port: u16,
}

impl Listeners {
    /// Binds both. The internal port is kept across restarts: agents that run know it.
    pub(crate) async fn bind(store: &Store, serve: &Serve) -> anyhow::Result<Self> {
        let public = listen(serve.listen, "--listen").await?;
        let kept = store.internal_port().await?;
        let wanted = serve.internal_port.or(kept).unwrap_or(0);
        let internal = listen((Ipv4Addr::UNSPECIFIED, wanted).into(), "--internal-port").await?;
        let internal_port = internal.local_addr()?.port();
        store.save_listen_address(public.local_addr()?).await?;
        if kept != Some(internal_port) {
            store.save_internal_port(internal_port).await?;
        }
        let public_address = public.local_addr()?;
        Ok(Self { public, public_address, internal, internal_port })
    }

    pub(crate) const fn public_address(&self) -> SocketAddr {
        self.public_address
    }

    pub(crate) const fn internal_port(&self) -> u16 {
        self.internal_port
    }

    /// Serves both until told to stop.
    pub(crate) fn serve(self, public: Router, internal: Router, stop: &CancellationToken) -> Serving {
        let tasks = TaskTracker::new();
        tracing::info!(internal_port = self.internal_port, "Mosaic is at http://{}", self.public_address);
        for (listener, router) in [(self.public, public), (self.internal, internal)] {
            tasks.spawn(connections::serve(listener, router, stop.clone()));
        }
        tasks.close();
        Serving { tasks }
    }
}

/// Two servers at work.
#[derive(Debug)]
pub(crate) struct Serving {
    tasks: TaskTracker,
}

impl Serving {
    /// Lets open streams end, for a while.
    pub(crate) async fn finish(self) {
        if time::timeout(STREAM_GRACE, self.tasks.wait()).await.is_err() {
            tracing::warn!("some streams were still open and are cut");
        }
    }
}

async fn listen(address: SocketAddr, flag: &str) -> anyhow::Result<TcpListener> {
    let bound = TcpListener::bind(address).await;
    bound.with_context(|| format!("cannot listen on {address}; choose another with {flag}"))
}
