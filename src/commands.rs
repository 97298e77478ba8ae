//! What each command does. All but `serve` open the database, do one thing and close it.

mod audit;
mod keys;
mod people;
mod setup;

use std::{
    io::{IsTerminal, Read},
    sync::Arc,
};

use anyhow::{Context, bail};
use mosaic_model::{By, Secret};
use mosaic_storage::{KeyRing, Store};

use crate::{
    cli::{Audit, Cli, Command, Config as Settings, Keys, Onboarding},
    clock::SystemClock,
    compose::{self, Database},
    config::Config,
};

/// Carries out a command.
pub(crate) async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Keys(Keys::Generate) => say(KeyRing::generate().expose()),
        Command::Openapi => say(mosaic_http::openapi_json().trim_end()),
        Command::Audit(Audit::Verify { file: Some(file) }) => {
            return audit::verify_file(cli.data_dir, file).await;
        }
        Command::Serve(serve) => return compose::serve(Config::read(cli.data_dir)?, serve).await,
        command => {
            let database =
                Database::open(Config::read(cli.data_dir)?, Arc::new(SystemClock::start())).await?;
            let outcome = in_database(&database, command).await;
            database.close().await?;
            outcome?;
        }
    }
    Ok(())
}

async fn in_database(database: &Database, command: Command) -> anyhow::Result<()> {
    let store = database.store();
    match command {
        Command::Keys(Keys::Rotate) => keys::rotate(store).await,
        Command::Keys(Keys::Status) => keys::status(store).await,
        Command::Audit(command) => audit::run(store, command).await,
        Command::Admin(command) => people::admin(store, command).await,
        Command::User(command) => people::user(database, command).await,
        Command::Onboarding(Onboarding::Complete) => {
            store.complete_onboarding(&By::host()).await?;
            say("the first set-up is complete; `mosaic admin create` makes an administrator");
            Ok(())
        }
        Command::Token(command) => setup::token(store, command).await,
        Command::Provider(command) => setup::provider(store, command).await,
        Command::Agent(command) => setup::agent(store, command).await,
        Command::Config(command) => settings(store, command).await,
        Command::Serve(_) | Command::Keys(Keys::Generate) | Command::Openapi => Ok(()),
    }
}

async fn settings(store: &Store, command: Settings) -> anyhow::Result<()> {
    match command {
        Settings::Get { key: Some(key) } => say(&store.settings().get(&key)?),
        Settings::Get { key: None } => {
            let settings = store.settings();
            for setting in mosaic_model::Settings::all() {
                say(&format!("{:26} {:24} {}", setting.key, settings.get(setting.key)?, setting.about));
            }
        }
        Settings::Set { key, value } => {
            let settings = store.set_setting(&key, &value, &By::host()).await?;
            say(&format!("{key} = {}", settings.get(&key)?));
        }
        Settings::Reset { key } => {
            let settings = store.reset_setting(&key, &By::host()).await?;
            say(&format!("{key} = {}", settings.get(&key)?));
        }
    }
    Ok(())
}

/// The one place that writes a command's result.
#[expect(clippy::print_stdout, reason = "the command line's own voice")]
fn say(line: &str) {
    println!("{line}");
}

/// A secret from standard input: the first line, without its end.
fn secret_from_stdin(what: &str) -> anyhow::Result<Secret<String>> {
    const SECRET_MAX_BYTES: u64 = 64 * 1024;
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        bail!("give the {what} on standard input, for example: printf %s \"$SECRET\" | mosaic …");
    }
    let mut text = String::new();
    let read = stdin.lock().take(SECRET_MAX_BYTES).read_to_string(&mut text);
    let text = Secret::new(text);
    read.with_context(|| format!("cannot read the {what}"))?;
    let line = text.expose().lines().next().unwrap_or_default().to_owned();
    if line.is_empty() {
        bail!("the {what} on standard input is empty");
    }
    Ok(Secret::new(line))
}
