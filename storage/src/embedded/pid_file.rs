//! Postgres's pid file: who runs on this data directory, if anybody.

use std::{fs, io, path::Path};

use rustix::process::{Pid, test_kill_process};

/// A number that is no process's: above every system's limit.
const NO_PROCESS: &str = "2147483647";

/// What the pid file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// Nobody runs. If a file is there, Postgres itself clears it away, and checks for orphans before.
    Nobody,
    /// This process runs.
    Running(Pid),
}

/// Looks who runs on the data directory.
///
/// A file whose number has gone to another program, or belongs to one that ended and was not waited for, would
/// keep Postgres from starting: it is rewritten to name no process at all. It is not removed, since by the rest
/// of it Postgres recognises orphans of a killed predecessor that still touch the data.
pub(super) fn look(data: &Path) -> io::Result<Found> {
    let path = data.join("postmaster.pid");
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nobody),
        text => text?,
    };
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let pid = first.trim().parse().ok().filter(|pid| *pid > 0).and_then(Pid::from_raw);
    let Some(pid) = pid.filter(|pid| exists(*pid)) else {
        return Ok(Found::Nobody);
    };
    if is_alive(pid) && works_on(pid, data) {
        return Ok(Found::Running(pid));
    }
    fs::write(&path, format!("{NO_PROCESS}\n{rest}"))?;
    Ok(Found::Nobody)
}

/// Whether the process exists and has not ended.
pub(super) fn is_alive(pid: Pid) -> bool {
    exists(pid) && !is_zombie(pid)
}

/// Whether the number is taken, if only by a process that has ended.
fn exists(pid: Pid) -> bool {
    matches!(test_kill_process(pid), Ok(()) | Err(rustix::io::Errno::PERM))
}

/// Whether the process has ended and waits for its parent to notice. Only Linux tells.
fn is_zombie(pid: Pid) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())) else {
        return false;
    };
    // The state stands behind the program's name, which is in parentheses and may hold any character.
    stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('Z'))
}

/// Whether the process is a Postgres that was started on this data directory. Where it cannot be told, it is.
fn works_on(pid: Pid, data: &Path) -> bool {
    let Ok(command) = fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())) else {
        return true;
    };
    command.split(|byte| *byte == 0).any(|argument| argument == data.as_os_str().as_encoded_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data_with(pid_file: Option<&str>) -> tempfile::TempDir {
        let data = tempfile::tempdir().unwrap();
        if let Some(text) = pid_file {
            fs::write(data.path().join("postmaster.pid"), text).unwrap();
        }
        data
    }

    #[test]
    fn nobody_runs_where_nothing_or_nonsense_is_written() {
        for text in [None, Some(""), Some("x\n"), Some("-5\n"), Some("2147483647\n/data\n")] {
            assert_eq!(look(data_with(text).path()).unwrap(), Found::Nobody, "{text:?}");
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_number_that_went_to_another_program_is_taken_out_and_the_rest_kept() {
        let data = data_with(Some(&format!("{}\n/data\n1\n5432\n", std::process::id())));
        assert_eq!(look(data.path()).unwrap(), Found::Nobody);
        let left = fs::read_to_string(data.path().join("postmaster.pid")).unwrap();
        assert_eq!(left, format!("{NO_PROCESS}\n/data\n1\n5432\n"));
    }
}
