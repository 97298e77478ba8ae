//! The gateway token: 256 random bits as 64 hex digits, given on the first line of stdin.

use std::{
    fmt, fs,
    io::{BufRead, BufReader, Read, stdin},
    path::Path,
    sync::mpsc,
    thread,
    time::Duration,
};

use crate::Failure;

/// No line that is longer can be a token.
const LINE_LIMIT: u64 = 256;

/// A gateway token. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Reads the token from the process's stdin, waiting at most `wait` for the line.
    ///
    /// A container that was started by hand has an open stdin on which nobody ever writes; it must end and say so
    /// instead of waiting for good.
    pub fn from_stdin(wait: Duration) -> Result<Self, Failure> {
        let (sender, receiver) = mpsc::channel();
        // Left behind, blocked in the read, when the wait is over: the process ends then.
        thread::spawn(move || sender.send(Self::from_line(stdin().lock())));
        receiver.recv_timeout(wait).unwrap_or(Err(Failure::Token("no token came on stdin in time")))
    }

    /// Reads the token that an earlier start left for a refresh.
    pub fn from_file(path: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(path)
            .map_err(|source| Failure::Usage(format!("cannot read {}: {source}", path.display())))?;
        Self::parse(text.trim_end())
    }

    /// Reads the first line of `input`.
    fn from_line(input: impl Read) -> Result<Self, Failure> {
        let mut line = String::new();
        match BufReader::new(input.take(LINE_LIMIT)).read_line(&mut line) {
            Ok(0) => Err(Failure::Token("stdin is closed and holds no token")),
            Ok(_) => Self::parse(line.trim_end_matches(['\r', '\n'])),
            Err(_) => Err(Failure::Token("stdin could not be read as text")),
        }
    }

    fn parse(text: &str) -> Result<Self, Failure> {
        if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Failure::Token("what came instead of a token is not 64 hex digits"))
        }
    }

    /// The secret itself, for the three places that need it: the header, the file and the gateway's environment.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> String {
        "0123456789abcdef".repeat(4)
    }

    #[test]
    fn the_first_line_is_the_token_whatever_follows() {
        for ending in ["", "\n", "\r\n", "\nsecond line"] {
            let token = Token::from_line(format!("{}{ending}", good()).as_bytes()).unwrap();
            assert_eq!(token.expose(), good());
        }
    }

    #[test]
    fn anything_but_64_hex_digits_is_refused_without_repeating_it() {
        let long = good().repeat(9);
        for wrong in
            ["", "\n", "short", &good()[1..], &format!("{}0", good()), &good().replace('0', "g"), &long]
        {
            let failure = Token::from_line(wrong.as_bytes()).unwrap_err();
            assert_eq!(failure.exit_code(), 65, "{wrong:?}");
            assert!(wrong.trim().is_empty() || !failure.to_string().contains(wrong.trim()));
        }
        assert_eq!(Token::from_line(&[0xff, 0xfe, b'\n'][..]).unwrap_err().exit_code(), 65);
    }

    #[test]
    fn debug_output_hides_the_token() {
        let token = Token::parse(&good()).unwrap();
        assert!(!format!("{token:?}").contains(&good()[..8]));
    }
}
