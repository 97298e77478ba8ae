//! Fetching the config from Mosaic, with patience for a Mosaic that is just restarting.
//!
//! Only failures that time can heal are tried again: no connection, a server error, too many requests. A refusal is
//! final at once, because a token that is wrong now will not become right.

use std::{
    hash::{BuildHasher as _, RandomState},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{Failure, Token};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const TRY_TIMEOUT: Duration = Duration::from_secs(10);
const SIZE_LIMIT: u64 = 8 << 20;

/// How long to go on trying.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// No try begins later than this after the first.
    pub total: Duration,
    /// The pause after the first failed try; it doubles from then on.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            total: Duration::from_secs(30),
            first_pause: Duration::from_millis(200),
            longest_pause: Duration::from_secs(4),
        }
    }
}

impl Patience {
    /// The pause after try number `tries` (from 1), without jitter.
    fn pause(&self, tries: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(tries.saturating_sub(1));
        self.first_pause.saturating_mul(doubled).min(self.longest_pause)
    }
}

/// Fetches the config: the bytes of a JSON object, exactly as they were sent.
pub fn fetch(url: &str, token: &Token, patience: Patience) -> Result<Vec<u8>, Failure> {
    let agent = agent();
    let began = Instant::now();
    let mut tries = 0;
    loop {
        tries += 1;
        let last = match fetch_once(&agent, url, token) {
            Ok(config) => return Ok(config),
            Err(Attempt::Final(failure)) => return Err(failure),
            Err(Attempt::Again(last)) => last,
        };
        let pause = jittered(patience.pause(tries));
        if began.elapsed() + pause > patience.total {
            return Err(Failure::Unreachable { last, tries });
        }
        thread::sleep(pause);
    }
}

/// Why one try brought nothing.
enum Attempt {
    Again(String),
    Final(Failure),
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_global(Some(TRY_TIMEOUT))
        .http_status_as_error(false)
        // A redirect would carry the token to an address that nobody configured; nor may a proxy see it.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .user_agent("mosaic-entrypoint")
        .build()
        .into()
}

fn fetch_once(agent: &ureq::Agent, url: &str, token: &Token) -> Result<Vec<u8>, Attempt> {
    let mut response = agent
        .get(url)
        .header("authorization", format!("Bearer {}", token.expose()))
        .header("accept", "application/json")
        .call()
        .map_err(|error| Attempt::Again(error.to_string()))?;
    match response.status().as_u16() {
        200 => {}
        status @ (401 | 403 | 404) => return Err(Attempt::Final(Failure::Refused { status })),
        status @ (408 | 429 | 500..) => return Err(Attempt::Again(format!("HTTP {status}"))),
        status => return Err(Attempt::Final(Failure::Nonsense(format!("HTTP {status}")))),
    }
    let body = match response.body_mut().with_config().limit(SIZE_LIMIT).read_to_vec() {
        Ok(body) => body,
        Err(ureq::Error::BodyExceedsLimit(_)) => {
            return Err(Attempt::Final(Failure::Nonsense("it is larger than 8 MiB".to_owned())));
        }
        Err(error) => return Err(Attempt::Again(error.to_string())),
    };
    match serde_json::from_slice(&body) {
        Ok(Value::Object(_)) => Ok(body),
        // Not even the parser's message is shown: it may quote the config.
        Ok(_) | Err(_) => Err(Attempt::Final(Failure::Nonsense("it is not a JSON object".to_owned()))),
    }
}

/// Between three quarters and five quarters of `pause`, so that many containers do not come back in step.
fn jittered(pause: Duration) -> Duration {
    // std's hasher keys are random per process and instance: random enough to spread retries, and no dependency.
    let random = RandomState::new().hash_one(0_u8);
    let per_mille = 750 + u32::try_from(random % 501).expect("a remainder below 501 fits");
    pause * per_mille / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let patience = Patience::default();
        let pauses: Vec<u128> = (1..8).map(|tries| patience.pause(tries).as_millis()).collect();
        assert_eq!(pauses, [200, 400, 800, 1600, 3200, 4000, 4000]);
        assert_eq!(patience.pause(u32::MAX), patience.longest_pause);
    }

    #[test]
    fn jitter_stays_within_a_quarter() {
        for _ in 0..1000 {
            let pause = jittered(Duration::from_secs(1)).as_millis();
            assert!((750..=1250).contains(&pause), "{pause}");
        }
    }
}
