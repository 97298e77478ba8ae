//! Identifiers: UUID version 7, one type each, so that one can never stand in for another.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;

/// Declares an identifier around a version 7 UUID.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes an identifier from the time of its making and 80 random bits; both come from the caller.
            pub fn new(now: Timestamp, random: [u8; 10]) -> Self {
                Self(v7(now, random))
            }

            /// Wraps a UUID that was read back from where one of these was stored.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID itself.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

ids! {
    /// Names a configured assistant inside a cell.
    AgentId;
    /// Names a conversation between a user and an agent.
    ConversationId;
    /// Names an invitation to a local account (never its secret).
    InvitationId;
    /// Names a user's account at an LLM provider.
    ProviderId;
    /// Names one revision of a cell's configuration.
    RevisionId;
    /// Names a browser's session (never its secret).
    SessionId;
    /// Names a personal API token (never its secret).
    TokenId;
    /// Names a turn: one question and its answer.
    TurnId;
    /// Names a user.
    UserId;
}

pub(crate) fn v7(now: Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_id_sorts_after_an_earlier_one() {
        let at = |millis| Timestamp::from_timestamp_millis(millis).expect("in range");
        assert!(UserId::new(at(1_000), [255; 10]) < UserId::new(at(1_001), [0; 10]));
    }

    #[test]
    fn an_id_reads_back_from_its_text() {
        let id = AgentId::new(Timestamp::UNIX_EPOCH, [7; 10]);
        assert_eq!(id.to_string().parse(), Ok(id));
    }
}
