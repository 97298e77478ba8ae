//! Scripted misbehaviour and inspection, asked for in the newest user message.

use std::time::Duration;

/// What `/standin …` in a message makes of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// `die`: the process ends at once, as if it had been killed (exit code 137).
    Die,
    /// `exit CODE`: the process ends at once with this code.
    Exit(u8),
    /// `hang`: this request and every later one, health checks included, are accepted and never answered.
    Hang,
    /// `cut`: the connection closes in the middle of a frame.
    Cut,
    /// `slow N D`: N numbered deltas, each after D milliseconds.
    Slow {
        /// How many deltas.
        count: u64,
        /// The pause before each.
        delay: Duration,
    },
    /// `silent S`: the role chunk, then nothing for S seconds, then the answer.
    Silent(Duration),
    /// `error provider [TYPE]`: what the gateway sends when its provider fails; `api_error` where no type is named.
    ProviderError(String),
    /// `probe HOST:PORT [PATH]`: try to connect, and say what came of it.
    Probe {
        /// The address.
        address: String,
        /// What to ask for with GET once connected.
        path: String,
    },
    /// `caps`: the process's privileges, as JSON.
    Caps,
    /// `read PATH`: the content of a file.
    Read(String),
}

impl Order {
    /// Finds an order in a message; anything malformed is only words.
    pub fn find(message: &str) -> Option<Self> {
        let (_, order) = message.split_once("/standin ")?;
        let mut words = order.lines().next()?.split_whitespace();
        let word = words.next()?;
        let mut argument = || words.next();
        Some(match word {
            "die" => Self::Die,
            "exit" => Self::Exit(argument()?.parse().ok()?),
            "hang" => Self::Hang,
            "cut" => Self::Cut,
            "slow" => Self::Slow {
                count: argument()?.parse().ok()?,
                delay: Duration::from_millis(argument()?.parse().ok()?),
            },
            "silent" => Self::Silent(Duration::from_secs(argument()?.parse().ok()?)),
            "error" if argument()? == "provider" => {
                Self::ProviderError(argument().unwrap_or("api_error").to_owned())
            }
            "probe" => {
                let address = argument()?.to_owned();
                Self::Probe { address, path: argument().unwrap_or("/").to_owned() }
            }
            "caps" => Self::Caps,
            "read" => Self::Read(argument()?.to_owned()),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_found_in_the_middle_of_a_message() {
        let probe = Order::Probe { address: "10.0.0.1:80".to_owned(), path: "/healthz".to_owned() };
        assert_eq!(Order::find("please /standin probe 10.0.0.1:80 /healthz\nthanks"), Some(probe));
        let slow = Order::Slow { count: 3, delay: Duration::from_millis(5) };
        assert_eq!(Order::find("/standin slow 3 5"), Some(slow));
        assert_eq!(Order::find("/standin exit 78"), Some(Order::Exit(78)));
        let refused = Order::ProviderError("authentication_error".to_owned());
        assert_eq!(Order::find("/standin error provider authentication_error"), Some(refused));
    }

    #[test]
    fn anything_else_is_only_words() {
        for message in
            ["hello", "/standin", "/standin exit", "/standin exit 999", "/standin sing", "/standin error"]
        {
            assert_eq!(Order::find(message), None, "{message}");
        }
    }
}
