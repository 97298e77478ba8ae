//! One pass over all sealed values, a few rows at a time.

use mosaic_model::{Owner, UserId};
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use crate::{
    KeyOwner, Place, Store, StoreError,
    sealed_columns::{ALL, RowName, SEALED, SealedColumn, Whose},
};

/// How many rows are sealed again in one transaction: others who want one of them wait so long.
const ROWS_MAX: i64 = 50;
/// How many users are looked up at once who have something to seal again.
const USERS_MAX: i64 = 200;

/// What a pass did.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Pass {
    pub(super) resealed: u64,
    /// How many values did not open and were left as they are.
    pub(super) unreadable: u64,
}

/// What one transaction did.
struct Batch {
    pass: Pass,
    /// The last row looked at; none where that was all.
    last: Option<String>,
}

impl Store {
    /// Goes through every table once.
    pub(super) async fn reseal_once(&self) -> Result<Pass, StoreError> {
        let mut pass = Pass::default();
        for column in ALL {
            match column.owner {
                Whose::System => self.reseal_rows(column, None, &mut pass).await?,
                Whose::User => self.reseal_users(column, &mut pass).await?,
            }
        }
        Ok(pass)
    }

    /// Seals again what is users', each one's in transactions of their own.
    async fn reseal_users(&self, column: &SealedColumn, pass: &mut Pass) -> Result<(), StoreError> {
        let mut last = Uuid::nil();
        loop {
            let users = self.users_to_reseal(column, last).await?;
            let Some(end) = users.last() else { return Ok(()) };
            last = *end;
            for user in users {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "every user's secrets stay theirs, in their own rows"
                )]
                let owner = Owner::vouch(UserId::from_uuid(user));
                self.reseal_rows(column, Some(owner), pass).await?;
            }
        }
    }

    async fn users_to_reseal(&self, column: &SealedColumn, after: Uuid) -> Result<Vec<Uuid>, StoreError> {
        let statement = format!(
            "SELECT DISTINCT user_id
             FROM {}
             WHERE key_id <> $1 AND user_id > $2
             ORDER BY user_id
             LIMIT $3",
            column.table
        );
        let users = sqlx::query_scalar(AssertSqlSafe(statement))
            .bind(self.keys().sealing_name().as_slice())
            .bind(after)
            .bind(USERS_MAX)
            .fetch_all(self.fleet())
            .await?;
        Ok(users)
    }

    async fn reseal_rows(
        &self,
        column: &SealedColumn,
        owner: Option<Owner>,
        pass: &mut Pass,
    ) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let batch = self.reseal_batch(column, owner, after.as_deref()).await?;
            pass.resealed += batch.pass.resealed;
            pass.unreadable += batch.pass.unreadable;
            if batch.last.is_none() {
                return Ok(());
            }
            after = batch.last;
        }
    }

    async fn reseal_batch(
        &self,
        column: &SealedColumn,
        owner: Option<Owner>,
        after: Option<&str>,
    ) -> Result<Batch, StoreError> {
        let mut transaction = match owner {
            Some(owner) => self.begin(owner).await?,
            None => self.begin_unowned().await?,
        };
        let rows = self.lock_rows(&mut transaction, column, owner, after).await?;
        let is_all = rows.len() < usize::try_from(ROWS_MAX).unwrap_or_default();
        let mut batch = Batch { pass: Pass::default(), last: None };
        if !is_all {
            batch.last = rows.last().map(|(row, _)| row.clone());
        }
        for (row, sealed) in rows {
            let Some(fresh) = self.sealed_anew(column, owner, &row, &sealed)? else {
                batch.pass.unreadable += 1;
                continue;
            };
            batch.pass.resealed += put(&mut transaction, column, owner, &row, fresh).await?;
        }
        transaction.commit().await?;
        Ok(batch)
    }

    async fn lock_rows(
        &self,
        connection: &mut PgConnection,
        column: &SealedColumn,
        owner: Option<Owner>,
        after: Option<&str>,
    ) -> Result<Vec<(String, Vec<u8>)>, StoreError> {
        let (table, row, row_type) = (column.table, column.row.column(), column.row.sql_type());
        let owned = if owner.is_some() { "AND user_id = $4" } else { "AND $4::uuid IS NULL" };
        let statement = format!(
            "SELECT {row}::text, {SEALED}
             FROM {table}
             WHERE key_id <> $1
               AND ($2::text IS NULL OR {row} > $2::text::{row_type})
               {owned}
             ORDER BY {row}
             LIMIT $3
             FOR UPDATE"
        );
        let rows = sqlx::query_as(AssertSqlSafe(statement))
            .bind(self.keys().sealing_name().as_slice())
            .bind(after)
            .bind(ROWS_MAX)
            .bind(owner.map(|owner| owner.user_id().as_uuid()))
            .fetch_all(connection)
            .await?;
        Ok(rows)
    }

    /// The same secret under the ring's first key; none where it does not open, which is told in the log.
    fn sealed_anew(
        &self,
        column: &SealedColumn,
        owner: Option<Owner>,
        row: &str,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let place = place(column, owner, row)?;
        match self.keys().open(&place, sealed) {
            Ok(opened) => Ok(Some(self.keys().seal(&place, opened.expose()))),
            Err(error) => {
                tracing::error!(table = column.table, row, %error, "a sealed value does not open");
                Ok(None)
            }
        }
    }
}

async fn put(
    connection: &mut PgConnection,
    column: &SealedColumn,
    owner: Option<Owner>,
    row: &str,
    sealed: Vec<u8>,
) -> Result<u64, StoreError> {
    let (table, name, row_type) = (column.table, column.row.column(), column.row.sql_type());
    let owned = if owner.is_some() { "AND user_id = $3" } else { "AND $3::uuid IS NULL" };
    let statement = format!(
        "UPDATE {table}
         SET {SEALED} = $2
         WHERE {name} = $1::text::{row_type}
           {owned}"
    );
    let updated = sqlx::query(AssertSqlSafe(statement))
        .bind(row)
        .bind(sealed)
        .bind(owner.map(|owner| owner.user_id().as_uuid()))
        .execute(connection)
        .await?;
    Ok(updated.rows_affected())
}

/// Where the row's secret belongs.
fn place<'a>(column: &SealedColumn, owner: Option<Owner>, row: &'a str) -> Result<Place<'a>, StoreError> {
    let owner = owner.map_or(KeyOwner::System, |owner| KeyOwner::User(owner.user_id()));
    match column.row {
        RowName::Id(name) => {
            let unreadable = || StoreError::Corrupt(format!("{}.{name}", column.table));
            Ok(column.of_id(row.parse().ok().ok_or_else(unreadable)?, owner))
        }
        RowName::Word(_) => Ok(column.of_word(row)),
        RowName::Only(_) => Ok(column.only()),
    }
}
