//! As whom Postgres runs. It refuses to be root, so for root it runs as `nobody`.

use std::{
    fs, io,
    os::unix::fs::{PermissionsExt, chown},
    path::Path,
};

use rustix::process::geteuid;
use tokio::process::Command;

/// `nobody`: an account that every system has and that owns nothing else of ours.
const NOBODY: u32 = 65_534;

/// The account that runs Postgres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Account {
    /// Our own.
    Own,
    /// `nobody`, since we are root.
    Nobody,
}

impl Account {
    /// The account to use.
    pub(super) fn choose() -> Self {
        if geteuid().is_root() { Self::Nobody } else { Self::Own }
    }

    /// Prepares a command to run as this account, outside our process group: a terminal's Ctrl-C is for us.
    pub(super) fn command(self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // Nothing of our environment is Postgres's business, and our directory may be closed to it.
        command.env_clear().env("LC_ALL", "C").env("TZ", "UTC").current_dir("/").process_group(0);
        if self == Self::Nobody {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    /// Makes a directory that only this account can enter (and root). Refuses one that is somebody else's.
    pub(super) fn create_private_dir(self, path: &Path) -> io::Result<()> {
        match fs::create_dir(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        if !fs::symlink_metadata(path)?.is_dir() {
            return Err(io::Error::other("it is not a directory"));
        }
        // Fails where the directory is not ours.
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
        if self == Self::Nobody {
            chown(path, Some(NOBODY), Some(NOBODY))?;
        }
        Ok(())
    }

    /// Whether this account can get to things below the directory.
    pub(super) fn can_enter(self, path: &Path) -> bool {
        let open = |dir: &Path| fs::metadata(dir).is_ok_and(|it| it.permissions().mode() & 0o001 != 0);
        self == Self::Own || path.ancestors().all(open)
    }
}
