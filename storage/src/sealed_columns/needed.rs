//! Which keys the sealed values need, counted by the names that stand in front of them. Nothing is opened.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, PgConnection};

use super::ALL;
use crate::{KeyRing, StoreError};

/// How many sealed values need a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// The key's name: a few hexadecimal digits that tell nothing about it.
    pub key: String,
    /// Its place in `MOSAIC_SECRET_KEY`, counted from 1; none where it is not there.
    pub position: Option<usize>,
    /// How many values need it.
    pub values: u64,
}

/// How many sealed values need which key, by the key's name. A table that this database does not have yet, or
/// not yet with the names apart, is left out.
///
/// The connection works as the fleet's role, or as one that may become it.
pub(crate) async fn needed_keys(connection: &mut PgConnection) -> Result<BTreeMap<String, u64>, StoreError> {
    let tables: Vec<&str> = ALL.iter().map(|column| column.table).collect();
    let there: Vec<String> = sqlx::query_scalar(
        "SELECT relname::text
         FROM pg_attribute
         JOIN pg_class ON pg_class.oid = attrelid
         WHERE attname = 'key_id'
           AND relkind = 'r'
           AND relnamespace = 'public'::regnamespace
           AND relname = ANY($1)",
    )
    .bind(tables)
    .fetch_all(&mut *connection)
    .await?;
    let mut needed = BTreeMap::new();
    for column in ALL.iter().filter(|column| there.iter().any(|table| table == column.table)) {
        let statement = format!(
            "SELECT encode(key_id, 'hex'), count(*)
             FROM {}
             GROUP BY key_id",
            column.table
        );
        let counted: Vec<(String, i64)> =
            sqlx::query_as(AssertSqlSafe(statement)).fetch_all(&mut *connection).await?;
        for (key, values) in counted {
            *needed.entry(key).or_default() += values.cast_unsigned();
        }
    }
    Ok(needed)
}

/// The ring's keys in their order, then those that are needed and not in it.
pub(crate) fn uses_of(keys: &KeyRing, mut needed: BTreeMap<String, u64>) -> Vec<KeyUse> {
    let mut uses = Vec::new();
    for (index, key) in keys.names().into_iter().enumerate() {
        let values = needed.remove(&key).unwrap_or_default();
        uses.push(KeyUse { key, position: Some(index + 1), values });
    }
    uses.extend(needed.into_iter().map(|(key, values)| KeyUse { key, position: None, values }));
    uses
}
