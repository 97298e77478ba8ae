//! What an engine's answer means to the fleet, and how long it may take to come.

use std::{error::Error as _, future::Future, time::Duration};

use bollard::errors::Error;
use ipnet::Ipv4Net;
use tokio::time;

use crate::EngineError;

/// How long the engine may take to answer a question.
pub(super) const CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// How long it may take to make, start or remove something: on a busy host these queue.
pub(super) const CHANGE_TIMEOUT: Duration = Duration::from_mins(2);

/// Waits for an answer, but no longer than `limit`. `what` completes "the engine did not …".
pub(super) async fn bounded<T>(
    what: &str,
    limit: Duration,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, EngineError> {
    match time::timeout(limit, call).await {
        Ok(answer) => answer.map_err(|error| meaning(&error)),
        Err(_elapsed) => {
            Err(EngineError::Unreachable(format!("it did not {what} within {} s", limit.as_secs())))
        }
    }
}

/// As [`bounded`], where having nothing to act on (404) or nothing to do (409) is as good as done.
pub(super) async fn bounded_removal(
    what: &str,
    call: impl Future<Output = Result<(), Error>>,
) -> Result<Removal, EngineError> {
    let settled = async {
        match call.await {
            Ok(()) | Err(Error::DockerResponseServerError { status_code: 404, .. }) => Ok(Removal::Done),
            // In use, or being removed by somebody else; which of the two is in the words only.
            Err(Error::DockerResponseServerError { status_code: 403 | 409, message }) => {
                Ok(Removal::Busy(message))
            }
            Err(error) => Err(error),
        }
    };
    bounded(what, CHANGE_TIMEOUT, settled).await
}

/// How a removal went.
pub(super) enum Removal {
    /// It is gone.
    Done,
    /// It is still held, in the engine's words.
    Busy(String),
}

/// What an error means to whoever asked.
fn meaning(error: &Error) -> EngineError {
    match error {
        Error::DockerResponseServerError { message, .. } => EngineError::Refused(message.clone()),
        Error::DockerStreamError { error } => EngineError::Refused(error.clone()),
        Error::IOError { .. }
        | Error::HyperResponseError { .. }
        | Error::HyperLegacyError { .. }
        | Error::RequestTimeoutError
        | Error::SocketNotFoundError(_) => EngineError::Unreachable(chain(error)),
        other => EngineError::Refused(chain(other)),
    }
}

/// Reads a refusal to make a container: the image may be missing.
pub(super) fn or_no_image(error: EngineError, image: &str) -> EngineError {
    match error {
        EngineError::Refused(words) if words.to_lowercase().contains("no such image") => {
            EngineError::NoImage(image.to_owned())
        }
        other => other,
    }
}

/// Reads a refusal to make a network: its addresses may be in use.
pub(super) fn or_taken(error: EngineError, subnet: Ipv4Net) -> EngineError {
    match error {
        EngineError::Refused(words)
            if ["overlap", "invalid pool request"].iter().any(|it| words.to_lowercase().contains(it)) =>
        {
            EngineError::SubnetTaken(subnet)
        }
        other => other,
    }
}

/// An error and what caused it, where the outermost says little.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        cause = inner.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn refusal(status_code: u16, message: &str) -> EngineError {
        meaning(&Error::DockerResponseServerError { status_code, message: message.to_owned() })
    }

    #[test]
    fn each_refusal_says_what_can_be_done_about_it() {
        let subnet = Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 28);
        let missing = or_no_image(refusal(404, "No such image: agent:1"), "agent:1");
        assert!(matches!(missing, EngineError::NoImage(image) if image == "agent:1"));
        for words in [
            "Pool overlaps with other one on this address space",
            "invalid pool request: Pool overlaps with other one on this address space",
            "cannot create network a: conflicts with network b: networks have overlapping IPv4",
        ] {
            let taken = or_taken(refusal(403, words), subnet);
            assert!(matches!(taken, EngineError::SubnetTaken(net) if net == subnet), "{words}");
        }
        assert!(matches!(or_taken(refusal(500, "no space left"), subnet), EngineError::Refused(_)));
    }

    #[test]
    fn an_engine_that_is_not_there_may_be_asked_again() {
        let refused = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        assert!(meaning(&Error::from(refused)).is_transient());
        assert!(!refusal(500, "boom").is_transient());
    }

    #[tokio::test(start_paused = true)]
    async fn an_engine_that_does_not_answer_is_given_up_on() {
        let silence = std::future::pending::<Result<(), Error>>();
        let error = bounded("answer", CALL_TIMEOUT, silence).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the container engine cannot be reached: it did not answer within 30 s"
        );
    }
}
