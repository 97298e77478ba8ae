//! Where things are.

use std::{
    env, fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::{EmbeddedError, account::Account};

/// Where root's Postgres lives when `nobody` cannot get to the data directory.
const ROOT_HOME: &str = "/var/lib/mosaic";
/// The longest path of a socket's directory; the system allows about 107 bytes with the socket's own name.
const SOCKET_DIR_MAX: usize = 85;

/// The paths of one embedded Postgres.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// Everything but the programs.
    pub(super) home: PathBuf,
    /// The database.
    pub(super) data: PathBuf,
    /// Where a new database is made, before it takes its place.
    pub(super) new_data: PathBuf,
    /// The directory of the socket.
    pub(super) socket_dir: PathBuf,
    /// What Postgres says.
    pub(super) log: PathBuf,
    /// Held by whoever starts Postgres at this moment.
    pub(super) start_lock: PathBuf,
    /// Held, shared, by every process that uses Postgres.
    pub(super) in_use_lock: PathBuf,
    /// As whom Postgres runs.
    pub(super) account: Account,
}

impl Layout {
    /// The paths for this data directory. Makes the directory if it is not there, and nothing in it.
    pub(super) fn of(data_dir: &Path) -> Self {
        let account = Account::choose();
        // An error shows again, with words, when the home is made.
        drop(create_open_dir(data_dir, account));
        let data_dir = fs::canonicalize(data_dir).unwrap_or_else(|_| data_dir.to_owned());
        let home = if account.can_enter(&data_dir) {
            data_dir.join("postgres")
        } else {
            Path::new(ROOT_HOME).join(format!("postgres-{}", short_hash(&data_dir)))
        };
        Self {
            data: home.join("data"),
            new_data: home.join("data.new"),
            socket_dir: socket_dir(&home),
            log: home.join("postgres.log"),
            start_lock: home.join("start.lock"),
            in_use_lock: home.join("in-use.lock"),
            home,
            account,
        }
    }

    /// Makes the home and the socket's directory.
    pub(super) fn create(&self) -> Result<(), EmbeddedError> {
        create_open_dir(&self.home, self.account).map_err(EmbeddedError::file("make", &self.home))?;
        self.account
            .create_private_dir(&self.socket_dir)
            .map_err(EmbeddedError::file("make", &self.socket_dir))
    }
}

/// Where the programs are kept for all data directories of this account.
pub(crate) fn cache_dir() -> PathBuf {
    match Account::choose() {
        Account::Nobody => PathBuf::from("/var/cache/mosaic"),
        Account::Own => env::home_dir().unwrap_or_else(env::temp_dir).join(".cache/mosaic"),
    }
}

/// Makes a directory, and those above it, that the account can pass through.
pub(super) fn create_open_dir(path: &Path, account: Account) -> io::Result<()> {
    let missing: Vec<&Path> = path.ancestors().take_while(|dir| !dir.exists()).collect();
    let mode = match account {
        Account::Own => 0o700,
        Account::Nobody => 0o711,
    };
    for dir in missing.into_iter().rev() {
        match fs::create_dir(dir) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            made => made?,
        }
        fs::set_permissions(dir, fs::Permissions::from_mode(mode))?;
    }
    Ok(())
}

/// Below the home, unless that is too deep for a socket.
fn socket_dir(home: &Path) -> PathBuf {
    let near = home.join("run");
    if near.as_os_str().len() <= SOCKET_DIR_MAX {
        return near;
    }
    let name = format!("mosaic-{}", short_hash(home));
    match Account::choose() {
        Account::Nobody if Path::new("/run").is_dir() => Path::new("/run").join(name),
        _ => Path::new("/tmp").join(name),
    }
}

fn short_hash(path: &Path) -> String {
    let mut text = hex::encode(Sha256::digest(path.as_os_str().as_encoded_bytes()));
    text.truncate(12);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_directory_gets_a_short_socket_path() {
        let deep = Path::new("/tmp").join("x".repeat(120));
        assert!(socket_dir(&deep).as_os_str().len() <= SOCKET_DIR_MAX);
        assert_ne!(socket_dir(&deep), socket_dir(&deep.join("y")));
        assert_eq!(socket_dir(Path::new("/srv/mosaic/postgres")), Path::new("/srv/mosaic/postgres/run"));
    }
}
