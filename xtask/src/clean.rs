//! `cargo xtask clean`: removes what an instance of Mosaic has made on this machine, after saying what and asking.
//!
//! Goes by the labels on containers, networks and volumes, so that another instance on the same engine keeps its
//! own. It removes no package and nothing in a database that `DATABASE_URL` names.

mod belongings;
mod rules;

use std::fs;
use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::clean::belongings::{Belongings, instances};
use crate::engine_api::EngineApi;
use crate::environment;
use crate::image;
use crate::progress::Log;

/// What `cargo xtask clean` may be told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Remove without asking
    #[arg(long)]
    yes: bool,
    /// Which instance, by its id or the beginning of it; needed where the data directory does not say
    #[arg(long, value_name = "ID")]
    instance: Option<String>,
    /// Where Mosaic keeps its data
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

pub(crate) fn run(log: &Log, options: &Options) -> Result<()> {
    let data_dir = options.data_dir.clone().unwrap_or_else(environment::data_dir);
    refuse_while_running(&data_dir)?;
    let api = EngineApi::from_environment()?;
    let all = if api.answers() { instances(&api)? } else { Vec::new() };
    let wanted = options.instance.clone().or_else(|| noted_instance(&data_dir));
    let chosen = choose(&all, wanted.as_deref())?;
    // Another instance still needs the images.
    let images = api.answers() && all.len() == usize::from(chosen.is_some());
    let data = data_dir.exists();
    if chosen.is_none() && !data && !images {
        log.line("there is nothing to remove");
        return Ok(());
    }

    println!("This removes:");
    if let Some(chosen) = chosen {
        chosen.show();
    }
    if images {
        println!("  the images mosaic-agent, mosaic-standin and mosaic-base");
    }
    if data {
        println!(
            "  {}: the private database with users, keys and settings, and the secret key",
            data_dir.display()
        );
    }
    if !options.yes && !agreed()? {
        println!("Nothing was removed.");
        return Ok(());
    }

    if let Some(chosen) = chosen {
        chosen.remove(&api, log)?;
        rules::remove(log, &chosen.id)?;
    }
    if images {
        image::remove_images(log)?;
    }
    if data {
        log.line(format_args!("removing {}", data_dir.display()));
        fs::remove_dir_all(&data_dir).with_context(|| format!("removing {}", data_dir.display()))?;
    }
    println!(
        "Kept: downloads in {} and the builds in cargo's target folder.",
        environment::cache_dir().display()
    );
    Ok(())
}

/// The instance to remove. One that is merely there is never taken for the wanted one: it may be somebody else's.
fn choose<'a>(all: &'a [Belongings], wanted: Option<&str>) -> Result<Option<&'a Belongings>> {
    let fitting: Vec<&Belongings> =
        all.iter().filter(|one| wanted.is_none_or(|id| one.id.starts_with(id))).collect();
    match fitting[..] {
        [] => Ok(None),
        [one] if wanted.is_some() => Ok(Some(one)),
        [..] => {
            let ids: Vec<&str> = fitting.iter().map(|one| one.id.as_str()).collect();
            bail!(
                "this engine has things of these instances; say with --instance which one to remove:\n  {}",
                ids.join("\n  ")
            )
        }
    }
}

/// The id that Mosaic has noted in its data directory.
fn noted_instance(data_dir: &Path) -> Option<String> {
    let text = fs::read_to_string(data_dir.join("instance")).ok()?;
    Some(text.trim().to_owned()).filter(|id| !id.is_empty())
}

/// A running Mosaic would take each removal for an accident, and its database must not lose its files.
fn refuse_while_running(data_dir: &Path) -> Result<()> {
    let Ok(pid_file) = fs::read_to_string(data_dir.join("postgres/data/postmaster.pid")) else {
        return Ok(());
    };
    let pid = pid_file.lines().next().unwrap_or_default().trim();
    let name = fs::read_to_string(Path::new("/proc").join(pid).join("comm")).unwrap_or_default();
    if name.trim() == "postgres" {
        bail!(
            "Mosaic still runs on {}: stop it first (if Mosaic itself is gone, end its database: kill -INT {pid})",
            data_dir.display()
        );
    }
    Ok(())
}

fn agreed() -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!("nobody is there to ask; give --yes to remove without asking");
    }
    print!("Remove all of it, for good? Type yes: ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_has_to_be_named_even_if_it_is_the_only_one() {
        let all = ["aa-1", "aa-2", "b-1"].map(Belongings::new);
        assert!(choose(&all, None).is_err());
        assert!(choose(&all[..1], None).is_err());
        assert!(choose(&all, Some("aa")).is_err());
        assert_eq!(choose(&all, Some("b")).unwrap().unwrap().id, "b-1");
        assert!(choose(&all, Some("c")).unwrap().is_none());
        assert!(choose(&[], None).unwrap().is_none());
    }
}
