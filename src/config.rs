//! The environment: read here, once, and nowhere else.

use std::{
    env,
    ffi::OsString,
    fs,
    io::{IsTerminal, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use mosaic_model::Secret;
use mosaic_storage::KeyRing;
use tracing_subscriber::EnvFilter;

const KEY_FILE: &str = "secret.key";
/// Where root keeps it: nobody else may enter `/root`, and Postgres does not run as root.
const ROOT_DATA_DIR: &str = "/var/lib/mosaic";

/// Where the data is and how it is sealed.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) data_dir: PathBuf,
    pub(crate) database: Database,
    pub(crate) keys: KeyRing,
}

/// Whose database.
#[derive(Debug)]
pub(crate) enum Database {
    /// The one of `DATABASE_URL`.
    External(Secret<String>),
    /// Our own.
    Embedded,
}

impl Config {
    /// Reads the environment; without a database of the user's, makes a key at the first start.
    pub(crate) fn read(data_dir: Option<PathBuf>) -> anyhow::Result<Self> {
        let data_dir = match data_dir {
            Some(dir) => std::path::absolute(dir)?,
            None => default_data_dir()?,
        };
        let key = variable("MOSAIC_SECRET_KEY")?.map(Secret::new);
        let (database, key) = match (variable("DATABASE_URL")?, key) {
            (Some(url), Some(key)) => (Database::External(Secret::new(url)), key),
            (Some(_), None) => bail!(
                "MOSAIC_SECRET_KEY is missing: with DATABASE_URL set it must be given, since nothing in the database can be \
                 read without it. Make one with `mosaic keys generate`, and keep it as safe as the data"
            ),
            (None, Some(key)) => (Database::Embedded, key),
            (None, None) => (Database::Embedded, kept_key(&data_dir)?),
        };
        Ok(Self { data_dir, database, keys: KeyRing::parse(key.expose())? })
    }
}

/// Whether there is a database to open: without one, opening makes a new installation.
pub(crate) fn is_installed(data_dir: Option<&Path>) -> anyhow::Result<bool> {
    let data_dir = data_dir.map_or_else(default_data_dir, |dir| Ok(dir.to_owned()))?;
    Ok(variable("DATABASE_URL")?.is_some() || data_dir.exists())
}

fn variable(name: &'static str) -> anyhow::Result<Option<String>> {
    #[expect(clippy::disallowed_methods, reason = "this is the one reader of the environment")]
    match env::var(name) {
        Ok(value) if value.trim().is_empty() => bail!("{name} is set and empty; give it a value or unset it"),
        Ok(value) => Ok(Some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => bail!("{name} is not plain text"),
    }
}

fn default_data_dir() -> anyhow::Result<PathBuf> {
    if fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0) {
        return Ok(PathBuf::from(ROOT_DATA_DIR));
    }
    let from = |name: &str| env::var_os(name).filter(|value: &OsString| !value.is_empty()).map(PathBuf::from);
    let base = from("XDG_DATA_HOME").or_else(|| from("HOME").map(|home| home.join(".local/share")));
    Ok(base.context("neither XDG_DATA_HOME nor HOME is set: say where with --data-dir")?.join("mosaic"))
}

/// The key of the private database: made once, readable by its owner alone.
fn kept_key(data_dir: &Path) -> anyhow::Result<Secret<String>> {
    let path = data_dir.join(KEY_FILE);
    match fs::read_to_string(&path) {
        Ok(text) => return Ok(Secret::new(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
    let key = KeyRing::generate();
    let write = || {
        fs::create_dir_all(data_dir)?;
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        writeln!(file, "{}", key.expose())?;
        file.sync_all()
    };
    write().with_context(|| format!("cannot write {}", path.display()))?;
    tracing::warn!(
        path = %path.display(),
        "made a new secret key; keep a copy of it elsewhere: without it no provider key in the database can be read"
    );
    Ok(key)
}

/// Logs to standard error: what goes wrong, what happens to agents while serving, and more if asked.
pub(crate) fn init_logging(verbose: u8, serving: bool) {
    let filter = match verbose {
        0 if !serving => "warn",
        0 => "warn,mosaic=info,mosaic_actors=info,mosaic_http=info,mosaic_storage=info,mosaic_docker=info",
        1 => {
            "info,ractor=warn,mosaic=debug,mosaic_actors=debug,mosaic_http=debug,mosaic_storage=debug,mosaic_docker=debug"
        }
        _ => "debug",
    };
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}
