//! The kernel's tables of rules, read and written through the iptables programs.

use std::{io, path::Path, process::Stdio};

use tokio::{io::AsyncWriteExt, process::Command};

use super::{
    FirewallError,
    rules::{Family, Way},
};

/// Where the programs lie, should the search path not say.
const PLACES: [&str; 2] = ["/usr/sbin", "/sbin"];

/// A table as the tools print it.
#[derive(Debug)]
pub(super) struct Table(String);

impl Table {
    pub(super) async fn read(family: Family, way: Way) -> Result<Self, FirewallError> {
        let program = match family {
            Family::V4 => "iptables-save",
            Family::V6 => "ip6tables-save",
        };
        run(program, &["-t", way.table()], "").await.map(Self)
    }

    #[cfg(test)]
    pub(super) fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(super) fn has_chain(&self, chain: &str) -> bool {
        self.0.lines().any(|line| line.strip_prefix(':').is_some_and(|it| first_word(it) == chain))
    }

    /// The rules of a chain, in order, without its name.
    pub(super) fn rules_of(&self, chain: &str) -> impl Iterator<Item = &str> {
        self.rules().filter_map(move |rule| rule.strip_prefix(chain)?.strip_prefix(' '))
    }

    /// Whether a rule stands in a chain with nothing before it but other rules for Mosaic's bridges
    /// (of another installation, say): what comes earlier could let a packet pass.
    pub(super) fn leads_with(&self, chain: &str, rule: &str) -> bool {
        let mut leading = self.rules_of(chain).take_while(|it| it.contains("-j MSC-"));
        leading.any(|it| it == rule)
    }

    /// Every rule, with the chain it stands in, that sends packets into a chain.
    pub(super) fn rules_jumping_to(&self, chain: &str) -> Vec<&str> {
        let jumps = |rule: &&str| {
            let target = rule.rsplit_once(" -j ").map(|(_, target)| first_word(target));
            target == Some(chain)
        };
        self.rules().filter(jumps).collect()
    }

    fn rules(&self) -> impl Iterator<Item = &str> {
        self.0.lines().filter_map(|line| line.strip_prefix("-A "))
    }
}

/// Carries out a transaction: all of it, or nothing.
pub(super) async fn write(family: Family, script: &str) -> Result<(), FirewallError> {
    let program = match family {
        Family::V4 => "iptables-restore",
        Family::V6 => "ip6tables-restore",
    };
    run(program, &["--noflush", "--wait", "5"], script).await.map(drop)
}

async fn run(program: &'static str, arguments: &[&str], input: &str) -> Result<String, FirewallError> {
    let refused = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => FirewallError::NotInstalled(program),
        _ => FirewallError::Refused(format!("{program}: {error}")),
    };
    let mut child = Command::new(locate(program))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(refused)?;
    if let Some(mut pipe) = child.stdin.take() {
        // A program that ends before it has read everything says why below.
        let _said_below = pipe.write_all(input.as_bytes()).await;
    }
    let output = child.wait_with_output().await.map_err(refused)?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(FirewallError::Refused(format!("{program}: {words}")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn locate(program: &str) -> String {
    let full = PLACES.map(|place| format!("{place}/{program}"));
    full.into_iter().find(|path| Path::new(path).exists()).unwrap_or_else(|| program.to_owned())
}

fn first_word(text: &str) -> &str {
    text.split_once(' ').map_or(text, |(word, _)| word)
}
