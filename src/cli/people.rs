//! Commands about administrators and users.

#![expect(clippy::doc_markdown, reason = "these comments are the help that the program prints")]

use clap::{Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum Admin {
    /// Create an administrator who can always sign in with a password; completes the first set-up.
    Create {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
        /// Read the password from standard input (the only way: a command line is no place for it).
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Give an administrator or a local account another password, and sign them out everywhere.
    ResetPassword {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
        /// Read the password from standard input (the only way: a command line is no place for it).
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum User {
    /// Create a user: with a password a local account, without one for whoever has a token.
    Create {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
        /// Read a password from standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Invite somebody to a local account: prints the link, this once.
    Invite {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
        /// Make them an administrator.
        #[arg(long)]
        admin: bool,
        /// How long the link opens, in seconds; a week if not given.
        #[arg(long, value_name = "SECS")]
        expires_in: Option<u32>,
    },
    /// List the users.
    List,
    /// Give a user another role; they are signed out everywhere.
    Role {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
        /// Which.
        role: RoleName,
    },
    /// Shut a user out: their sessions, tokens, open answers and agent end; what is theirs stays.
    Disable {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
    },
    /// Let a user in again.
    Enable {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
    },
    /// Erase a user and everything of theirs. It cannot be taken back.
    Delete {
        /// Their e-mail address.
        #[arg(long)]
        email: String,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
        /// The container engine, as unix:///path; needed only while no Mosaic runs.
        #[arg(long, value_name = "URL")]
        docker_host: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RoleName {
    Admin,
    User,
}
