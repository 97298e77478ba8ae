//! Writing a secret file so that no other user can read it and no reader ever sees half of it.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use crate::Failure;

/// Writes `content` to `path` with mode 0600, replacing the file in one step.
pub fn write_private(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let temporary = beside(path);
    replace(path, &temporary, content).map_err(|source| {
        // The half-written file holds secrets too; that it may never have been made is fine.
        let _ = fs::remove_file(&temporary);
        Failure::Write { path: path.to_owned(), source }
    })
}

/// A name in the same directory (a rename must not cross file systems) that no other run of this program uses.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}", std::process::id()))
}

fn replace(path: &Path, temporary: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(temporary, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_file_is_replaced_in_one_step_and_only_its_owner_can_read_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("openclaw.json");
        fs::write(&path, "old, and readable by all").unwrap();
        write_private(&path, b"{\"new\":1}").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"{\"new\":1}");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1, "no temporary file stays behind");
    }

    #[test]
    fn a_directory_that_does_not_exist_is_named_in_the_failure() {
        let failure = write_private(Path::new("/nonexistent/openclaw.json"), b"{}").unwrap_err();
        assert_eq!(failure.exit_code(), 73);
        assert!(failure.to_string().contains("/nonexistent/openclaw.json"));
    }
}
