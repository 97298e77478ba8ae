//! A look inside a cell: the test program run there, beside the one that serves.

use bollard::{
    exec::StartExecResults,
    models::{ContainerInspectResponse, ExecConfig},
};
use futures_util::TryStreamExt;

use super::Installation;

/// What became of a program in a cell.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) exit_code: i64,
    /// What it wrote, both streams.
    pub(crate) output: String,
}

impl Installation {
    /// Runs the test program in a container, as the container's user, within its walls.
    pub(crate) async fn run(&self, container: &str, arguments: &[&str]) -> Ran {
        let command = std::iter::once("/probe").chain(arguments.iter().copied());
        let config = ExecConfig {
            cmd: Some(command.map(str::to_owned).collect()),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            ..ExecConfig::default()
        };
        let exec = self.docker.create_exec(container, config).await.unwrap().id;
        let StartExecResults::Attached { output, .. } = self.docker.start_exec(&exec, None).await.unwrap()
        else {
            panic!("it was asked to attach")
        };
        let chunks: Vec<_> = output.try_collect().await.unwrap();
        let output = chunks.iter().map(ToString::to_string).collect();
        let exit_code = self.docker.inspect_exec(&exec).await.unwrap().exit_code.unwrap();
        Ran { exit_code, output }
    }

    /// Reads a file in a container.
    pub(crate) async fn read(&self, container: &str, path: &str) -> String {
        let ran = self.run(container, &["read", path]).await;
        assert_eq!(ran.exit_code, 0, "{path}: {}", ran.output);
        ran.output
    }

    /// Whether a TCP connection to an address can be made from within a container.
    pub(crate) async fn reaches(&self, container: &str, address: impl ToString + Send) -> bool {
        self.run(container, &["connect", &address.to_string()]).await.exit_code == 0
    }

    /// All that the engine tells of a container.
    pub(crate) async fn inspect(&self, container: &str) -> ContainerInspectResponse {
        self.docker.inspect_container(container, None).await.unwrap()
    }
}
