//! Having a running container ask for its configuration again.

use bollard::{
    errors::Error,
    exec::{CreateExecOptions, StartExecResults},
};
use futures_util::TryStreamExt;
use mosaic_model::CellId;

use super::{
    DockerEngine,
    logs::fit,
    outcome::{CHANGE_TIMEOUT, bounded},
};
use crate::{Condition, EngineError};

/// The images' first program, which knows how; it writes the file in one step and never prints what is in it.
const COMMAND: [&str; 2] = ["/opt/mosaic/entrypoint", "refresh"];
/// The most of its words that are kept, in lines.
const MAX_LINES: usize = 5;

impl DockerEngine {
    pub(super) async fn refresh(&self, cell: CellId) -> Result<(), EngineError> {
        let seen = self.newest_of(cell).await?;
        let running = seen.filter(|seen| matches!(seen.condition, Condition::Up { .. }));
        let container =
            running.ok_or_else(|| EngineError::Refused("its container does not run".to_owned()))?.container;
        let ran = bounded("run a program in a container", CHANGE_TIMEOUT, self.run(&container)).await?;
        match ran {
            (Some(0), _) => Ok(()),
            (code, words) if words.is_empty() => {
                let code = code.map_or_else(|| "none".to_owned(), |code| code.to_string());
                Err(EngineError::Refused(format!("its container could not ask again (exit code {code})")))
            }
            (_, words) => Err(EngineError::Refused(words.join(" "))),
        }
    }

    /// Runs it to its end: the exit code, and what it said.
    async fn run(&self, container: &str) -> Result<(Option<i64>, Vec<String>), Error> {
        let command = CreateExecOptions {
            cmd: Some(COMMAND.to_vec()),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            ..CreateExecOptions::default()
        };
        let exec = self.docker.create_exec(container, command).await?;
        let mut words = Vec::new();
        if let StartExecResults::Attached { mut output, input: _ } =
            self.docker.start_exec(&exec.id, None).await?
        {
            while let Some(line) = output.try_next().await? {
                if words.len() < MAX_LINES {
                    words.push(fit(&String::from_utf8_lossy(&line.into_bytes())));
                }
            }
        }
        Ok((self.docker.inspect_exec(&exec.id).await?.exit_code, words))
    }
}
