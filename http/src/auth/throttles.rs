//! Who guesses at passwords waits. Counted in memory: a restart forgets, and costs a guesser more than it gives.

use std::{net::IpAddr, sync::Arc};

use chrono::TimeDelta;
use dashmap::DashMap;
use mosaic_model::{Clock, Throttle, ThrottlePolicy, Timestamp};

/// The most things that are counted. Beyond it what nobody waits for is forgotten first.
const COUNTED_MAX: usize = 100_000;

/// What failures are counted for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// Where tries come from.
    Address(IpAddr),
    /// An account that a browser it does not know asks for; by e-mail address, whether somebody has it or not.
    Account(String),
    /// Where sign-ins come back from the OIDC provider to: their failures do not slow down passwords.
    Arrivals(IpAddr),
    /// A browser that was signed in to the account before. Strangers' failures do not count against it.
    Device(String),
}

impl Subject {
    const fn policy(&self) -> ThrottlePolicy {
        match self {
            Self::Address(_) | Self::Arrivals(_) => ThrottlePolicy::ADDRESS,
            Self::Account(_) | Self::Device(_) => ThrottlePolicy::ACCOUNT,
        }
    }
}

/// All that is counted.
#[derive(Debug)]
pub(crate) struct Throttles {
    counted: DashMap<Subject, Throttle>,
    clock: Arc<dyn Clock>,
}

impl Throttles {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { counted: DashMap::new(), clock }
    }

    /// Counts a try as failed before it is made, so that many at once are not all the first; or says how long to
    /// wait, and then nothing is counted.
    pub(crate) fn begin(&self, subjects: &[Subject]) -> Result<(), TimeDelta> {
        let now = self.clock.now();
        let wait = subjects.iter().map(|subject| self.wait(subject, now)).max().unwrap_or_default();
        if wait > TimeDelta::zero() {
            return Err(wait);
        }
        self.make_room(now);
        for subject in subjects {
            self.counted.entry(subject.clone()).or_default().fail(&subject.policy(), now);
        }
        Ok(())
    }

    /// The try succeeded. An address is only forgiven this one: whoever has an account of their own cannot buy
    /// tries at others' with it.
    pub(crate) fn succeed(&self, subjects: &[Subject]) {
        for subject in subjects {
            match subject {
                Subject::Address(_) | Subject::Arrivals(_) => {
                    if let Some(mut throttle) = self.counted.get_mut(subject) {
                        throttle.forgive();
                    }
                }
                Subject::Account(_) | Subject::Device(_) => {
                    self.counted.remove(subject);
                }
            }
        }
    }

    fn wait(&self, subject: &Subject, now: Timestamp) -> TimeDelta {
        let throttle = self.counted.get(subject).map(|throttle| *throttle.value());
        throttle.map_or(TimeDelta::zero(), |throttle| throttle.wait(&subject.policy(), now))
    }

    fn make_room(&self, now: Timestamp) {
        if self.counted.len() < COUNTED_MAX {
            return;
        }
        self.counted.retain(|subject, throttle| throttle.wait(&subject.policy(), now) > TimeDelta::zero());
        if self.counted.len() >= COUNTED_MAX {
            tracing::warn!("more guessers wait than can be counted; all are forgotten");
            self.counted.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Debug, Default)]
    struct Standing(Mutex<i64>);

    impl Clock for Standing {
        fn now(&self) -> Timestamp {
            Timestamp::UNIX_EPOCH + TimeDelta::seconds(*self.0.lock().unwrap())
        }
    }

    fn throttles() -> Throttles {
        Throttles::new(Arc::new(Standing::default()))
    }

    fn from(address: &str) -> Subject {
        Subject::Address(address.parse().unwrap())
    }

    #[test]
    fn a_stranger_who_guesses_does_not_keep_the_owner_out_of_their_own_browser() {
        let throttles = throttles();
        let account = Subject::Account("root@example.org".to_owned());
        let mut refused = 0;
        for guess in 0..1_000_u32 {
            let address = Subject::Address(IpAddr::V4((0xc000_0200 + guess).into()));
            refused += u32::from(throttles.begin(&[address, account.clone()]).is_err());
        }
        assert_eq!(refused, 994, "five are free and the sixth begins the delays");
        let own = [from("198.51.100.1"), Subject::Device("own".to_owned())];
        assert_eq!(throttles.begin(&own), Ok(()));
    }

    #[test]
    fn an_account_of_ones_own_buys_no_guesses_at_others() {
        let throttles = throttles();
        let own = [from("203.0.113.9"), Subject::Account("mallory@example.org".to_owned())];
        let mut guesses = 0;
        for guess in 0..1_000 {
            let other = Subject::Account(format!("user{guess}@example.org"));
            guesses += i32::from(throttles.begin(&[from("203.0.113.9"), other]).is_ok());
            if throttles.begin(&own).is_ok() {
                throttles.succeed(&own);
            }
        }
        assert!(guesses <= 21, "{guesses}");
    }

    #[test]
    fn a_success_forgets_the_accounts_failures() {
        let throttles = throttles();
        let own = [Subject::Account("ann@example.org".to_owned())];
        for _ in 0..50 {
            for _ in 0..5 {
                assert_eq!(throttles.begin(&own), Ok(()));
            }
            throttles.succeed(&own);
        }
    }
}
