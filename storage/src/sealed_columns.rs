//! Where sealed values are kept: every column, once.
//!
//! Whoever seals or opens asks here for the place, and so does the change of the master key, which therefore
//! misses none. Each of these tables has a column `key_id` beside `sealed`: the name of the key it needs.

mod needed;

use uuid::Uuid;

pub use self::needed::KeyUse;
pub(crate) use self::needed::{needed_keys, uses_of};
use crate::{KeyOwner, Place};

/// The column of every such table that holds the sealed value.
pub(crate) const SEALED: &str = "sealed";

/// A table with sealed values.
#[derive(Debug)]
pub(crate) struct SealedColumn {
    pub(crate) table: &'static str,
    pub(crate) row: RowName,
    pub(crate) owner: Whose,
    /// What is sealed there. Where rows have names of their own, it is the row's name.
    field: &'static str,
}

/// What names a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowName {
    /// An id, in this column.
    Id(&'static str),
    /// A word, in this column.
    Word(&'static str),
    /// There is one row; this column is true in it.
    Only(&'static str),
}

/// Whose key seals a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// The key of the user in `user_id`; the table has row-level security.
    User,
    /// The installation's.
    System,
}

pub(crate) const PROVIDER_KEYS: SealedColumn = SealedColumn {
    table: "llm_provider_keys",
    row: RowName::Id("provider_id"),
    owner: Whose::User,
    field: "api_key",
};
pub(crate) const USER_GATEWAY_TOKENS: SealedColumn = SealedColumn {
    table: "user_container_tokens",
    row: RowName::Id("user_id"),
    owner: Whose::User,
    field: "gateway_token",
};
pub(crate) const SYSTEM_GATEWAY_TOKENS: SealedColumn = SealedColumn {
    table: "system_container_tokens",
    row: RowName::Id("id"),
    owner: Whose::System,
    field: "gateway_token",
};
pub(crate) const SYSTEM_SECRETS: SealedColumn =
    SealedColumn { table: "system_secrets", row: RowName::Word("name"), owner: Whose::System, field: "" };
pub(crate) const AUDIT_HEAD: SealedColumn =
    SealedColumn { table: "audit_head", row: RowName::Only("single"), owner: Whose::System, field: SEALED };
pub(crate) const SESSION_ID_TOKENS: SealedColumn = SealedColumn {
    table: "session_id_tokens",
    row: RowName::Id("session_id"),
    owner: Whose::User,
    field: SEALED,
};

/// All of them. A test compares with what the database has.
pub(crate) const ALL: [&SealedColumn; 6] = [
    &PROVIDER_KEYS,
    &USER_GATEWAY_TOKENS,
    &SYSTEM_GATEWAY_TOKENS,
    &SYSTEM_SECRETS,
    &AUDIT_HEAD,
    &SESSION_ID_TOKENS,
];

impl SealedColumn {
    /// The place of the row with this id.
    pub(crate) const fn of_id(&self, row: Uuid, owner: KeyOwner) -> Place<'static> {
        Place { table: self.table, row, owner, field: self.field }
    }

    /// The place of the row with this name; it belongs to the installation.
    pub(crate) const fn of_word<'a>(&self, word: &'a str) -> Place<'a> {
        Place { table: self.table, row: Uuid::nil(), owner: KeyOwner::System, field: word }
    }

    /// The place of the only row; it belongs to the installation.
    pub(crate) const fn only(&self) -> Place<'static> {
        Place { table: self.table, row: Uuid::nil(), owner: KeyOwner::System, field: self.field }
    }
}

impl RowName {
    /// The column.
    pub(crate) const fn column(self) -> &'static str {
        match self {
            Self::Id(column) | Self::Word(column) | Self::Only(column) => column,
        }
    }

    /// The column's type.
    pub(crate) const fn sql_type(self) -> &'static str {
        match self {
            Self::Id(_) => "uuid",
            Self::Word(_) => "text",
            Self::Only(_) => "boolean",
        }
    }
}
