//! Runs the entrypoint: start the gateway, refresh its config, or probe its health.

use std::{convert::Infallible, io::Write as _, process::ExitCode, time::Duration};

use mosaic_entrypoint::{
    Command, Failure, Patience, Settings, Token, become_gateway, fetch, probe, write_private,
};

/// Mosaic writes the token as soon as the container runs; a longer silence means that somebody else started it.
const TOKEN_WAIT: Duration = Duration::from_mins(1);

fn main() -> ExitCode {
    let result = match Command::parse(std::env::args_os()) {
        Ok(Command::Start { gateway }) => start(&gateway).map(|never| match never {}),
        Ok(Command::Refresh) => refresh(),
        Ok(Command::Probe) => return if probe() { ExitCode::SUCCESS } else { ExitCode::FAILURE },
        Err(failure) => Err(failure),
    };
    let Err(failure) = result else { return ExitCode::SUCCESS };
    // Nothing is left to do about a stderr that cannot be written; the exit code still tells.
    let _ = writeln!(std::io::stderr(), "mosaic entrypoint: {failure}");
    ExitCode::from(failure.exit_code())
}

/// Reads the token, installs the config and becomes the gateway; returns only to fail.
fn start(gateway: &[std::ffi::OsString]) -> Result<Infallible, Failure> {
    let settings = Settings::from_env()?;
    let token = Token::from_stdin(TOKEN_WAIT)?;
    let config = fetch(&settings.config_url, &token, Patience::default())?;
    write_private(&settings.token_path, token.expose().as_bytes())?;
    write_private(&settings.config_path, &config)?;
    Err(become_gateway(gateway, &token))
}

/// Fetches the config again for a running gateway, which watches the file and reloads it.
fn refresh() -> Result<(), Failure> {
    let settings = Settings::from_env()?;
    let token = Token::from_file(&settings.token_path)?;
    let config = fetch(&settings.config_url, &token, Patience::default())?;
    write_private(&settings.config_path, &config)
}
