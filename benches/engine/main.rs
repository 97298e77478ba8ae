//! What Mosaic adds on a real container engine: to a cold start, to a thaw, to a death, and to its own end.
//!
//! No criterion: these take seconds each and are done a few times, Mosaic and its floor in turn. The floor of a start
//! is the same adapter asked directly: the same calls of the engine, the same image, the same configuration, the same
//! looks at the gateway, and nothing of the fleet. The machine should have nothing else to do.
#![expect(
    clippy::print_stdout,
    clippy::panic,
    clippy::print_stderr,
    reason = "the result, or why there is none"
)]

mod bare;
mod figures;
mod kills;
mod starts;

/// The tests' own Mosaic: the program itself, in a data directory of its own.
#[path = "../../tests/it"]
mod it {
    #[expect(dead_code, unused_imports, reason = "the tests use all of it")]
    pub(crate) mod support;
}

use mosaic_model_server::{ModelServer, ModelServerConfig};

use self::it::support;

/// Opens the scripted model server.
const KEY: &str = "sk-benchmark";

#[tokio::main]
async fn main() {
    let config = ModelServerConfig {
        listen: "0.0.0.0:0".parse().expect("an address"),
        keys: vec![KEY.to_owned()],
        ..ModelServerConfig::default()
    };
    let models = ModelServer::start(config).await.expect("a free port");
    let provider = format!("host.mosaic.internal:{}", models.addr().port());
    for (name, image, rounds) in [("stand-in", support::standin(), 20), ("OpenClaw", support::agent(), 3)] {
        starts::measure(name, image, &provider, rounds).await;
    }
    kills::measure(support::standin()).await;
}
