//! Runs the stand-in gateway as the image's CMD.

use std::{io::Write as _, process::ExitCode, sync::Arc};

use mosaic_standin::{Config, Gateway, Settings};
use tokio::signal::unix::{SignalKind, signal};

/// OpenClaw's port.
const PORT: u16 = 18789;

/// OpenClaw's exit code for a config that it does not start with.
const CONFIG_REFUSED: u8 = 78;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, problem)) => {
            // A stderr that is closed leaves the exit code to tell.
            let _ = writeln!(std::io::stderr(), "{problem}");
            ExitCode::from(code)
        }
    }
}

async fn run() -> Result<(), (u8, String)> {
    let settings = Settings::from_env().map_err(|problem| (CONFIG_REFUSED, problem))?;
    let config =
        Config::load(&settings.config_path).map_err(|refused| (CONFIG_REFUSED, refused.to_string()))?;
    if let Some(code) = config.die_at_start {
        return Err((
            code,
            "stand-in: loading\nstand-in: something essential is missing\nstand-in: giving up".to_owned(),
        ));
    }
    let failed = |error: std::io::Error| (1, format!("stand-in: {error}"));
    let gateway = Gateway::new(settings, config).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let serving = Arc::clone(&gateway).serve(PORT);
    tokio::pin!(serving);
    tokio::select! {
        served = &mut serving => served.map_err(failed),
        _ = terminate.recv() => {
            gateway.drain();
            serving.await.map_err(failed)
        }
    }
}
