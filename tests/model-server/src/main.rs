//! `mosaic-model-server --listen ADDR [--key KEY]...`: the demo's model server, which is no real model.

use std::{fmt, net::SocketAddr, process::ExitCode, str::FromStr, time::Duration};

use mosaic_model_server::{ModelServer, ModelServerConfig};

const USAGE: &str = "usage: mosaic-model-server --listen ADDR [--key KEY]... [--delay-ms N]";

#[tokio::main]
async fn main() -> ExitCode {
    let config = match read(std::env::args().skip(1)) {
        Ok(config) => config,
        Err(problem) => return fail(&format!("{problem}\n{USAGE}")),
    };
    let listen = config.listen;
    match ModelServer::start(config).await {
        Ok(server) => {
            say(&format!("a scripted model server, no real model, listens on http://{}/v1", server.addr()));
            server.run().await;
            ExitCode::SUCCESS
        }
        Err(error) => fail(&format!("cannot listen on {listen}: {error}")),
    }
}

/// Reads the command line by hand: two options are not worth a parser's compile time.
fn read(mut arguments: impl Iterator<Item = String>) -> Result<ModelServerConfig, String> {
    let mut config =
        ModelServerConfig { delta_delay: Duration::from_millis(25), ..ModelServerConfig::default() };
    let mut listen = None;
    while let Some(option) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{option} needs a value"))?;
        match option.as_str() {
            "--listen" => listen = Some(parse::<SocketAddr>(&option, &value)?),
            "--key" => config.keys.push(value),
            "--delay-ms" => config.delta_delay = Duration::from_millis(parse(&option, &value)?),
            _ => return Err(format!("unknown option {option}")),
        }
    }
    config.listen = listen.ok_or("--listen is missing")?;
    Ok(config)
}

fn parse<T>(option: &str, value: &str) -> Result<T, String>
where
    T: FromStr<Err: fmt::Display>,
{
    value.parse().map_err(|error| format!("{option} {value}: {error}"))
}

#[expect(clippy::print_stdout, reason = "the address is this program's output")]
fn say(line: &str) {
    println!("{line}");
}

#[expect(clippy::print_stderr, reason = "a program's complaint belongs on stderr")]
fn fail(problem: &str) -> ExitCode {
    eprintln!("mosaic-model-server: {problem}");
    ExitCode::FAILURE
}
