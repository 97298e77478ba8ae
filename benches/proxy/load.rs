//! The load: the same client for every target.

mod short;
mod streams;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::{Context, ensure};
use bytes::Bytes;
use clap::{Args, ValueEnum};
use http::{Method, Request, header};
use http_body_util::Full;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::json;

pub(crate) type HttpClient = Client<HttpConnector, Full<Bytes>>;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// What to do.
    kind: Kind,
    /// Whom to ask.
    #[arg(long)]
    target: SocketAddr,
    /// The users' tokens, one a line. Every target gets them; only Mosaic looks.
    #[arg(long)]
    tokens: PathBuf,
    /// Processes whose cost is read over exactly the measured time.
    #[arg(long, value_delimiter = ',')]
    watch: Vec<u32>,
    /// Short requests a second.
    #[arg(long, default_value_t = 1_000)]
    rate: u32,
    /// How long short requests are sent.
    #[arg(long, default_value_t = 5)]
    seconds: u32,
    /// Streams at the same time.
    #[arg(long, default_value_t = 500)]
    streams: usize,
    /// Chunks of each stream.
    #[arg(long, default_value_t = 250)]
    chunks: usize,
    /// Between two chunks of a stream.
    #[arg(long, default_value_t = 20)]
    pause_ms: u64,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// Every user asks once, one after the other: wakes their cells.
    Warm,
    /// Short requests at a constant rate.
    Short,
    /// Streams.
    Streams,
}

pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let tokens = std::fs::read_to_string(&options.tokens).context("cannot read the tokens")?;
    let tokens: Vec<String> = tokens.lines().map(str::to_owned).collect();
    ensure!(!tokens.is_empty(), "there are no tokens");
    let callers = Callers { target: options.target, tokens };
    let report = match options.kind {
        Kind::Warm => short::warm(&callers).await?,
        Kind::Short => short::measure(&callers, &options).await?,
        Kind::Streams => streams::measure(&callers, &options).await?,
    };
    println!("{report}");
    Ok(())
}

/// Who asks, and whom.
#[derive(Debug, Clone)]
pub(crate) struct Callers {
    target: SocketAddr,
    tokens: Vec<String>,
}

impl Callers {
    /// The request of one of the users, whichever number it is.
    fn request(&self, number: usize, content: &str, stream: bool) -> Request<Full<Bytes>> {
        let token = &self.tokens[number % self.tokens.len()];
        let question = json!({ "model": "main", "stream": stream, "messages": [{ "role": "user", "content": content }] });
        Request::builder()
            .method(Method::POST)
            .uri(format!("http://{}/v1/chat/completions", self.target))
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(question.to_string())))
            .expect("all its parts are sound")
    }
}

fn client() -> HttpClient {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new()).pool_idle_timeout(Duration::from_secs(30)).build(connector)
}
