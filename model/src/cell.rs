//! A cell's names: one owner's container, network and volume.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Blocker, RestRules, State, Timestamp, UserId, Waking, ids::v7};

/// Names a cell owned by the fleet itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SystemCellId(Uuid);

impl SystemCellId {
    /// Makes an identifier from the time of its making and 80 random bits.
    pub fn new(now: Timestamp, random: [u8; 10]) -> Self {
        Self(v7(now, random))
    }

    /// Wraps a UUID that was read back.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The UUID itself.
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for SystemCellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for SystemCellId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// Whose cell it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CellId {
    /// A user's own.
    User(UserId),
    /// One that the fleet owns.
    System(SystemCellId),
}

impl CellId {
    /// Seven hexadecimal digits for names that must be short (an interface name has 15 characters).
    pub fn short(self) -> String {
        short_hex(self.to_string().as_bytes(), 7)
    }
}

impl fmt::Display for CellId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => write!(f, "user-{user}"),
            Self::System(system) => write!(f, "system-{}", system.0),
        }
    }
}

/// The text names no cell: it is neither `user-<uuid>` nor `system-<uuid>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cell is named user-<uuid> or system-<uuid>")]
pub struct ParseCellIdError;

impl FromStr for CellId {
    type Err = ParseCellIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, id) = text.split_once('-').ok_or(ParseCellIdError)?;
        let id = id.parse().ok().ok_or(ParseCellIdError)?;
        match kind {
            "user" => Ok(Self::User(UserId::from_uuid(id))),
            "system" => Ok(Self::System(SystemCellId(id))),
            _ => Err(ParseCellIdError),
        }
    }
}

/// Names this installation: made at its first start, on every engine object it makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct InstanceId(Uuid);

impl InstanceId {
    /// Wraps the UUID of an installation.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid)
    }

    /// The UUID itself.
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }

    /// Four hexadecimal digits for names that must be short.
    pub fn short(self) -> String {
        short_hex(self.0.as_bytes(), 4)
    }
}

impl fmt::Display for InstanceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Counts the containers a cell has had; each start that makes a new one adds one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(pub u64);

/// Random bits on a container's label: a container that has our name but not this is not ours.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Nonce(String);

impl Nonce {
    /// Makes a nonce from 128 random bits.
    pub fn from_random(bytes: [u8; 16]) -> Self {
        Self(hex::encode(bytes))
    }

    /// Reads a nonce back from a label or a row.
    pub fn from_label(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Its hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What can be said of a cell without asking it: read by whoever shows or counts cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellStatus {
    /// Whose cell.
    pub cell: CellId,
    /// Where it is in its life.
    pub state: State,
    /// Responses in flight.
    pub leases: u32,
    /// Requests waiting for it to be ready.
    pub waiting: u32,
    /// What keeps its gateway busy though nobody uses it, in its own words.
    pub busy_with: Vec<Blocker>,
    /// When it is put to sleep if nobody uses it.
    pub rest: RestRules,
    /// It is to start, and waits until the host has memory for it.
    pub waits_for_memory: bool,
    /// When its containers died, as far as the restart budget remembers.
    pub deaths: Vec<Timestamp>,
    /// How far it is on its way up, while it is.
    pub waking: Option<Waking>,
}

fn short_hex(bytes: &[u8], digits: usize) -> String {
    let mut text = hex::encode(Sha256::digest(bytes));
    text.truncate(digits);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_id_reads_back_from_its_text() {
        let user = CellId::User(UserId::new(Timestamp::UNIX_EPOCH, [3; 10]));
        let system = CellId::System(SystemCellId::new(Timestamp::UNIX_EPOCH, [3; 10]));
        for cell in [user, system] {
            assert_eq!(cell.to_string().parse(), Ok(cell));
        }
        assert_ne!(user.short(), system.short());
    }

    #[test]
    fn other_text_names_no_cell() {
        for text in ["", "user", "user-", "user-1", "root-0192f7a0-0000-7000-8000-000000000000"] {
            assert_eq!(text.parse::<CellId>(), Err(ParseCellIdError), "{text}");
        }
    }
}
