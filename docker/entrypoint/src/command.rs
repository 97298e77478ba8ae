//! The command line.

use std::{
    ffi::{OsStr, OsString},
    path::Path,
};

use crate::Failure;

/// What the program was asked to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Fetch the config and become the gateway (the image's ENTRYPOINT with its CMD).
    Start {
        /// The gateway's program and arguments.
        gateway: Vec<OsString>,
    },
    /// Fetch the config again and replace the file.
    Refresh,
    /// Say by exit code whether the gateway can take a chat (the image's HEALTHCHECK).
    Probe,
}

impl Command {
    /// Reads the command line, program name included.
    pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Self, Failure> {
        let mut args = args.into_iter();
        let called = args.next().unwrap_or_default();
        if Path::new(&called).file_name() == Some(OsStr::new("openclaw-refresh")) {
            return Ok(Self::Refresh);
        }
        let rest: Vec<OsString> = args.collect();
        match rest.first().and_then(|first| first.to_str()) {
            Some("refresh") => Ok(Self::Refresh),
            Some("probe") => Ok(Self::Probe),
            _ if rest.is_empty() => {
                Err(Failure::Usage("no gateway command: expected `entrypoint PROGRAM [ARG]...`".to_owned()))
            }
            _ => Ok(Self::Start { gateway: rest }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, u8> {
        Command::parse(line.split(' ').map(OsString::from)).map_err(|failure| failure.exit_code())
    }

    #[test]
    fn the_command_is_chosen_by_the_first_argument_or_the_program_name() {
        assert_eq!(parse("/opt/mosaic/entrypoint refresh"), Ok(Command::Refresh));
        assert_eq!(parse("/usr/bin/openclaw-refresh"), Ok(Command::Refresh));
        assert_eq!(parse("entrypoint probe"), Ok(Command::Probe));
        let gateway = vec!["/bin/node".into(), "probe".into()];
        assert_eq!(parse("entrypoint /bin/node probe"), Ok(Command::Start { gateway }));
        assert_eq!(parse("entrypoint"), Err(64));
    }
}
