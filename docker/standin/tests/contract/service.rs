//! The config service that the entrypoint asks: one config, for one token.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use http::{Request, StatusCode, header::AUTHORIZATION};
use hyper::body::Incoming;
use mosaic_model_server::wire::{self, Handler, Reply};
use serde_json::Value;
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

/// A running config service; dropped, it ends.
pub(crate) struct ConfigService {
    pub(crate) address: SocketAddr,
    answers: Arc<Answers>,
    _serving: JoinSet<()>,
}

struct Answers {
    token: String,
    config: Mutex<Value>,
}

impl ConfigService {
    pub(crate) async fn start(address: Ipv4Addr, token: &str, config: Value) -> Self {
        let listener = TcpListener::bind((address, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let answers = Arc::new(Answers { token: token.to_owned(), config: Mutex::new(config) });
        let mut serving = JoinSet::new();
        serving.spawn(wire::serve(listener, Arc::clone(&answers), watch::channel(false).1));
        Self { address, answers, _serving: serving }
    }

    pub(crate) fn change(&self, config: Value) {
        *self.answers.config.lock().unwrap() = config;
    }
}

impl Handler for Answers {
    async fn handle(self: Arc<Self>, request: Request<Incoming>) -> Reply {
        let expected = format!("Bearer {}", self.token);
        if request.headers().get(AUTHORIZATION).is_none_or(|value| value.as_bytes() != expected.as_bytes()) {
            return wire::status(StatusCode::UNAUTHORIZED);
        }
        wire::json(StatusCode::OK, &self.config.lock().unwrap())
    }
}
