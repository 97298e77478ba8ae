//! What the server does with a request.

use std::time::Duration;

use serde_json::Value;

/// How one request is answered.
///
/// A test queues one with [`ModelServer::script`](crate::ModelServer::script); a person writes one into the message:
/// `@model status 500`, `@model cut 2`, `@model slow 1500`, `@model deltas 20 50`, `@model hang`,
/// `@model tool NAME {"json":"arguments"}`.
#[derive(Debug, Clone, PartialEq)]
pub enum Behaviour {
    /// Repeat the user's words, and say that this is no real model.
    Echo,
    /// Say exactly this.
    Say(String),
    /// Send this many numbered deltas.
    Deltas {
        /// How many.
        count: usize,
        /// The pause before each.
        delay: Duration,
    },
    /// Refuse with this HTTP status, in the provider's error format.
    Status(u16),
    /// Refuse with this HTTP status and these words.
    Refuse {
        /// The status.
        status: u16,
        /// What is said of it.
        message: String,
    },
    /// Begin a stream and turn it into an error with these words.
    ErrorInStream(String),
    /// Answer 200 with a web page.
    Page,
    /// Close the connection after this many deltas, without a finish or an end mark.
    Cut {
        /// How many deltas come first; 0 closes after the headers.
        after: usize,
    },
    /// Echo, but send the first byte of the response only after this long.
    SlowFirstByte(Duration),
    /// Take the request and never answer.
    Hang,
    /// Ask for a tool call; the request that brings its result is then echoed.
    ToolCall {
        /// The tool's name.
        name: String,
        /// Its arguments, a JSON object.
        arguments: Value,
    },
}

impl Behaviour {
    /// Finds `@model …` in a message and reads it; anything malformed is no command.
    pub(crate) fn in_message(message: &str) -> Option<Self> {
        let (_, command) = message.split_once("@model ")?;
        let line = command.lines().next()?;
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let mut numbers = rest.split_whitespace().map_while(|number| number.parse::<u64>().ok());
        match word {
            "status" => numbers.next().and_then(|status| u16::try_from(status).ok()).map(Self::Status),
            "cut" => Some(Self::Cut { after: count(numbers.next().unwrap_or(1)) }),
            "slow" => numbers.next().map(|ms| Self::SlowFirstByte(Duration::from_millis(ms))),
            "deltas" => Some(Self::Deltas {
                count: count(numbers.next()?),
                delay: Duration::from_millis(numbers.next().unwrap_or(0)),
            }),
            "hang" => Some(Self::Hang),
            "say" => Some(Self::Say(rest.to_owned())),
            "tool" => {
                let (name, arguments) = rest.split_once(' ').unwrap_or((rest, "{}"));
                let arguments = serde_json::from_str(arguments).ok()?;
                Some(Self::ToolCall { name: name.to_owned(), arguments })
            }
            _ => None,
        }
    }
}

/// How the list of models is answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Listing {
    /// With the models.
    #[default]
    Models,
    /// Not at all: there is no list.
    None,
    /// With this status and these words.
    Refuse {
        /// The status.
        status: u16,
        /// What is said of it.
        message: String,
    },
    /// With a web page.
    Page,
    /// With the address of another place.
    Redirect(String),
}

/// A number of deltas that a server can be asked for without harm.
fn count(asked: u64) -> usize {
    usize::try_from(asked.min(100_000)).expect("100,000 fits a usize")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_found_wherever_the_gateway_put_the_users_words() {
        let message = "[Mon 2026-11-23 09:45 UTC] please @model status 503\nand more";
        assert_eq!(Behaviour::in_message(message), Some(Behaviour::Status(503)));
        let tool = Behaviour::in_message(r#"@model tool exec {"command":"ls"}"#);
        let arguments = serde_json::json!({ "command": "ls" });
        assert_eq!(tool, Some(Behaviour::ToolCall { name: "exec".to_owned(), arguments }));
        assert_eq!(Behaviour::in_message("@model cut"), Some(Behaviour::Cut { after: 1 }));
        let deltas = Behaviour::Deltas { count: 3, delay: Duration::from_millis(5) };
        assert_eq!(Behaviour::in_message("@model deltas 3 5"), Some(deltas));
    }

    #[test]
    fn ordinary_words_and_malformed_commands_are_only_words() {
        for message in ["hello", "@model", "@model status many", "@model tool x {broken", "mail me @modeling"]
        {
            assert_eq!(Behaviour::in_message(message), None, "{message}");
        }
    }
}
