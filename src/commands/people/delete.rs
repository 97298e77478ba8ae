//! Erasing a user from the command line.
//!
//! Where a Mosaic runs, the user's actor owns their container: it is told by the mark and does the work. Where
//! none runs, this command holds the fence and does it itself.

use std::{
    io::{BufRead, IsTerminal, Write},
    time::Duration,
};

use anyhow::{Context, bail};
use mosaic_docker::{DockerEngine, Engine, Reach};
use mosaic_model::{AccessChange, By, CellId, UserId};
use mosaic_storage::{Fence, FenceError, Store, StoreError};
use tokio::time::{self, Instant};

use super::find;
use crate::{commands::say, compose::Database};

/// How long a running Mosaic is given to finish while this command watches.
const PATIENCE: Duration = Duration::from_mins(1);
const LOOK_AGAIN: Duration = Duration::from_millis(250);

pub(super) async fn delete(
    database: &Database,
    email: &str,
    yes: bool,
    docker_host: Option<&str>,
) -> anyhow::Result<()> {
    let store = database.store();
    let user = find(store, email).await?;
    if !yes {
        ask(email)?;
    }
    store.change_access(user, AccessChange::Delete, &By::host()).await?;
    match Fence::acquire(database.url()).await {
        Ok(fence) => {
            let erased = erase(store, user, docker_host).await;
            fence.release().await;
            erased.context(format!(
                "{email} is shut out and marked, but not erased yet: delete them again, or start Mosaic, which \
                 finishes it"
            ))?;
        }
        Err(FenceError::AlreadyHeld { .. }) => {
            if !is_gone(store, user).await? {
                say(&format!("{email} is shut out and marked; the running Mosaic finishes it"));
                return Ok(());
            }
        }
        Err(error) => return Err(error.into()),
    }
    say(&format!("{email} and everything of theirs is erased"));
    Ok(())
}

/// Nobody is erased by a slip of the hand.
fn ask(email: &str) -> anyhow::Result<()> {
    if std::io::stdin().is_terminal() {
        let mut error = std::io::stderr();
        write!(error, "This erases {email}, their agent with all it remembers, keys and chats. ")?;
        write!(error, "It cannot be taken back.\nType the e-mail address to go on: ")?;
        error.flush()?;
    }
    let mut typed = String::new();
    std::io::stdin().lock().read_line(&mut typed)?;
    if typed.trim().to_lowercase() != email.trim().to_lowercase() {
        bail!("nothing was deleted: type {email} when asked, or give --yes");
    }
    Ok(())
}

async fn erase(store: &Store, user: UserId, docker_host: Option<&str>) -> anyhow::Result<()> {
    let engine = DockerEngine::connect(docker_host, store.instance(), Reach::Bridge).await?;
    engine.erase(CellId::User(user)).await?;
    store.finish_deleting(user, &By::host()).await?;
    Ok(())
}

/// Waits for the running Mosaic.
async fn is_gone(store: &Store, user: UserId) -> anyhow::Result<bool> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        match store.directory_entry(user).await {
            Err(StoreError::NotFound) => return Ok(true),
            Ok(_) => time::sleep(LOOK_AGAIN).await,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(false)
}
