//! Child processes: run to the end with their lines on the log, or captured.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::environment;
use crate::progress::Log;
use crate::workspace;

/// How often a long cargo build says where it is.
const BUILD_NEWS: Duration = Duration::from_secs(5);

/// A command in the root of the workspace.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace::root());
    command
}

/// The cargo that runs this xtask, in the root of the workspace.
pub(crate) fn cargo() -> Command {
    command(environment::variable("CARGO").unwrap_or_else(|| "cargo".to_owned()))
}

/// Runs a command to its end; each line it prints goes to the log.
pub(crate) fn run(log: &Log, command: &mut Command) -> Result<()> {
    each_line(command, |line| log.line(line))
}

/// Runs a cargo build. Instead of a line for each crate it says from time to time how far it is; warnings and
/// errors are shown in full.
pub(crate) fn run_cargo_build(log: &Log, command: &mut Command) -> Result<()> {
    run_cargo_build_and(log, command, |_| ())
}

/// The same, and every line is also given to `see`.
pub(crate) fn run_cargo_build_and(log: &Log, command: &mut Command, mut see: impl FnMut(&str)) -> Result<()> {
    let mut done = 0_u32;
    let mut last_news = Instant::now();
    each_line(command, |line| {
        let Some(name) = crate_at_work(line) else {
            log.line(line.trim_end());
            return see(line);
        };
        done += 1;
        if last_news.elapsed() >= BUILD_NEWS {
            last_news = Instant::now();
            log.line(format_args!("{done} crates done, now {name}"));
        }
    })
}

/// Runs a command and returns what it wrote on its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("starting {}", shown(command)))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` ended with {}: {}", shown(command), output.status, words.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program of this name can be run with these arguments.
pub(crate) fn works(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).output().is_ok_and(|output| output.status.success())
}

/// The command as one would type it, without its environment.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Runs a command to its end, with both its outputs through one pipe, so that lines keep their order.
pub(crate) fn each_line(command: &mut Command, mut line: impl FnMut(&str)) -> Result<()> {
    let name = shown(command);
    let (reader, writer) = std::io::pipe()?;
    command.stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().with_context(|| format!("starting {name}"))?;
    // The command holds our copies of the writing end: while they are open the reader sees no end.
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    for text in BufReader::new(reader).split(b'\n') {
        line(&String::from_utf8_lossy(&text?));
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("`{name}` ended with {status}");
    }
    Ok(())
}

/// The crate in cargo's lines such as `   Compiling name v1.2.3 (path)`; none in any other line.
fn crate_at_work(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace();
    let at_work = matches!(words.next()?, "Compiling" | "Checking" | "Documenting" | "Downloaded");
    let name = words.next()?;
    (at_work && words.next()?.starts_with('v')).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_command_is_an_error_that_names_it() {
        let error = run(&Log::new("test"), Command::new("sh").args(["-c", "echo out; echo err >&2; exit 3"]));
        let words = error.unwrap_err().to_string();
        assert!(words.contains("sh -c") && words.contains('3'), "{words}");
    }

    #[test]
    fn both_outputs_arrive_in_order() {
        let mut lines = Vec::new();
        let script = "echo one; echo two >&2; printf three";
        each_line(Command::new("sh").args(["-c", script]), |line| lines.push(line.to_owned())).unwrap();
        assert_eq!(lines, ["one", "two", "three"]);
    }
}
