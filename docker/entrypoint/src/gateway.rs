//! Becoming the gateway.

use std::{
    ffi::OsString,
    os::unix::process::CommandExt as _,
    process::{Command, Stdio},
};

use crate::{Failure, Token};

/// Replaces this process by the gateway; returns only when that failed.
///
/// stdout goes to `/dev/null`: the gateway prints every answer of the model there, and the container's log is readable
/// by the host's operator. stderr carries its diagnostics and stays. stdin carried the token and is of no more use.
pub fn become_gateway(argv: &[OsString], token: &Token) -> Failure {
    let Some((program, arguments)) = argv.split_first() else {
        return Failure::Usage("no gateway command".to_owned());
    };
    let source = Command::new(program)
        .args(arguments)
        .env("OPENCLAW_GATEWAY_TOKEN", token.expose())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .exec();
    Failure::Exec { program: program.to_string_lossy().into_owned(), source }
}
