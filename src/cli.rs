//! The command line.

#![expect(clippy::doc_markdown, reason = "these comments are the help that the program prints")]

mod people;

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use self::people::{Admin, RoleName, User};

/// A multi-user fleet of AI agents: one OpenClaw gateway a user, each in a container of its own.
///
/// Two variables start it: DATABASE_URL (without it Mosaic brings its own Postgres along) and
/// MOSAIC_SECRET_KEY. Everything else is kept in the database.
#[derive(Debug, Parser)]
#[command(name = "mosaic", version)]
pub(crate) struct Cli {
    /// Where the private Postgres and, without DATABASE_URL, the secret key are kept.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Log more: once for what happens in detail, twice for everything.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run Mosaic.
    Serve(Serve),
    /// Secret keys.
    #[command(subcommand)]
    Keys(Keys),
    /// Administrators.
    #[command(subcommand)]
    Admin(Admin),
    /// The first set-up.
    #[command(subcommand)]
    Onboarding(Onboarding),
    /// Users.
    #[command(subcommand)]
    User(User),
    /// Personal API tokens.
    #[command(subcommand)]
    Token(Token),
    /// Provider accounts.
    #[command(subcommand)]
    Provider(Provider),
    /// Agents.
    #[command(subcommand)]
    Agent(Agent),
    /// Settings.
    #[command(subcommand)]
    Config(Config),
    /// The audit log.
    #[command(subcommand)]
    Audit(Audit),
    /// Print this version's OpenAPI document.
    Openapi,
}

/// How to run.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Where people reach Mosaic.
    #[arg(long, default_value = "127.0.0.1:7777", value_name = "ADDR")]
    pub(crate) listen: SocketAddr,
    /// The port on which agents reach Mosaic; chosen at the first start and kept.
    #[arg(long, value_name = "PORT")]
    pub(crate) internal_port: Option<u16>,
    /// The image that agents run, in place of the setting `image`.
    #[arg(long, value_name = "NAME")]
    pub(crate) image: Option<String>,
    /// The container engine, as unix:///path or http://host:port.
    #[arg(long, value_name = "URL")]
    pub(crate) docker_host: Option<String>,
    /// Ports of 127.0.0.1 for gateways where this host cannot route to containers (Docker Desktop).
    #[arg(long, default_value = "19100-19999", value_parser = port_range, value_name = "FIRST-LAST")]
    pub(crate) gateway_ports: (u16, u16),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Print a new MOSAIC_SECRET_KEY.
    Generate,
    /// Show which keys of MOSAIC_SECRET_KEY are still needed, and by how many secrets.
    Status,
    /// Seal everything anew: with MOSAIC_SECRET_KEY=new,old set, afterwards `new` alone is enough.
    ///
    /// Mosaic may run meanwhile, once it was restarted with the same ring. If this is cut short, run it again.
    Rotate,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Check that nothing was changed in the log, left out or cut off; fails where something was, and says what.
    Verify {
        /// Check this export (ndjson), by itself and against the database where there is one.
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Write the whole log to standard output.
    Export {
        /// How. Only ndjson can be checked later.
        #[arg(long, default_value = "ndjson")]
        format: ExportFormat,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ExportFormat {
    Ndjson,
    Csv,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Onboarding {
    /// End the first set-up, however far it is: everything is set up by commands.
    Complete,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Token {
    /// Create a personal API token and print it, this once.
    Create {
        /// Whose, by e-mail address.
        #[arg(long)]
        user: String,
        /// What it is for.
        #[arg(long, default_value = "command line")]
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Provider {
    /// Add a provider account; its key is read from standard input.
    Add {
        /// Whose, by e-mail address.
        #[arg(long)]
        user: String,
        /// What to call it.
        #[arg(long)]
        name: String,
        /// A provider that is known by name, such as openai, anthropic or ollama; it says the next two.
        #[arg(long)]
        preset: Option<String>,
        /// Which API it speaks; openai-completions where nothing says it.
        #[arg(long)]
        kind: Option<ProviderKind>,
        /// Where; with /v1 for OpenAI's APIs, without for Anthropic's.
        #[arg(long)]
        base_url: Option<String>,
        /// It needs no key: read none from standard input.
        #[arg(long)]
        no_key: bool,
        /// A model it offers; the preferred one first.
        #[arg(long = "model", required = true)]
        models: Vec<String>,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ProviderKind {
    #[value(alias = "openai")]
    OpenaiCompletions,
    OpenaiResponses,
    #[value(alias = "anthropic")]
    AnthropicMessages,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Agent {
    /// Add an agent.
    Add {
        /// Whose, by e-mail address.
        #[arg(long)]
        user: String,
        /// Its name in requests.
        #[arg(long, default_value = "main")]
        slug: String,
        /// Its name for people.
        #[arg(long)]
        name: String,
        /// Who it is.
        #[arg(long, default_value = "")]
        personality: String,
        /// The model that answers, as provider-name/model-id.
        #[arg(long)]
        model: String,
        /// A model that stands in when that one does not answer; several are tried in this order.
        #[arg(long = "fallback")]
        fallbacks: Vec<String>,
        /// Its picture: one emoji.
        #[arg(long)]
        emoji: Option<String>,
        /// It answers where no agent is named. One's first agent does in any case.
        #[arg(long)]
        default: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Show one setting, or all of them.
    Get {
        /// Which.
        key: Option<String>,
    },
    /// Change a setting; a running Mosaic takes it up at once.
    Set {
        /// Which.
        key: String,
        /// Its new value.
        value: String,
    },
    /// Give a setting its default back.
    Reset {
        /// Which.
        key: String,
    },
}

fn port_range(text: &str) -> Result<(u16, u16), String> {
    let range =
        text.split_once('-').and_then(|(first, last)| Some((first.parse().ok()?, last.parse().ok()?)));
    match range {
        Some((first, last)) if 0 < first && first <= last => Ok((first, last)),
        _ => Err("a range of ports looks like 19100-19999".to_owned()),
    }
}
