//! A cell's history: every change of its state, from what to what, when and why.

use mosaic_model::{CellId, Generation, Owner, StateKind, Timestamp, Transition, Trigger};
use serde_json::Value;
use sqlx::PgConnection;

use super::{
    owner_of,
    record::{join_cause, join_state, split_cause},
    statements::{Statements, key},
};
use crate::{Store, StoreError};

/// A step in a cell's life, as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellEvent {
    /// Its place in the history: later ones have greater numbers.
    pub id: i64,
    /// The container it happened to.
    pub generation: Generation,
    /// What happened.
    pub step: Transition,
}

#[derive(sqlx::FromRow)]
struct EventRow {
    id: i64,
    generation: i64,
    state: Value,
    at: Timestamp,
    from_state: String,
    trigger: String,
    cause: Option<Value>,
    stderr: Vec<String>,
}

impl TryFrom<EventRow> for CellEvent {
    type Error = StoreError;

    fn try_from(row: EventRow) -> Result<Self, Self::Error> {
        let unknown = |word: &str| StoreError::Corrupt(format!("cell_transitions: {word}"));
        let step = Transition {
            at: row.at,
            from: StateKind::parse(&row.from_state).ok_or_else(|| unknown(&row.from_state))?,
            // What it died of stands in the cause, with the words where they may be seen.
            to: join_state(row.state, row.stderr.clone())?,
            trigger: Trigger::parse(&row.trigger).ok_or_else(|| unknown(&row.trigger))?,
            cause: join_cause(row.cause, row.stderr)?,
        };
        Ok(Self { id: row.id, generation: Generation(row.generation.cast_unsigned()), step })
    }
}

impl Store {
    /// The owner's own cell's history, the newest first, from below `before` on.
    pub async fn cell_events(
        &self,
        owner: Owner,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<CellEvent>, StoreError> {
        let mut transaction = self.begin(owner).await?;
        let rows: Vec<EventRow> = sqlx::query_as(
            "SELECT id, generation, state, at, from_state, trigger, cause, stderr
             FROM cell_transitions
             WHERE user_id = $1 AND ($2::bigint IS NULL OR id < $2)
             ORDER BY id DESC
             LIMIT $3",
        )
        .bind(owner.user_id().as_uuid())
        .bind(before)
        .bind(i64::from(limit))
        .fetch_all(&mut *transaction)
        .await?;
        rows.into_iter().map(CellEvent::try_from).collect()
    }

    /// Any cell's history for those who look after the fleet: without the container's own words.
    pub async fn fleet_events(
        &self,
        cell: CellId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<CellEvent>, StoreError> {
        let is_user = owner_of(cell).is_some();
        let rows: Vec<EventRow> = sqlx::query_as(
            "SELECT id, generation, state, at, from_state, trigger, cause, '{}'::text[] AS stderr
             FROM cell_transitions
             WHERE ((user_id = $1 AND $2) OR (system_id = $1 AND NOT $2))
               AND ($3::bigint IS NULL OR id < $3)
             ORDER BY id DESC
             LIMIT $4",
        )
        .bind(key(cell))
        .bind(is_user)
        .bind(before)
        .bind(i64::from(limit))
        .fetch_all(self.fleet())
        .await?;
        rows.into_iter().map(CellEvent::try_from).collect()
    }

    /// Adds a step to the history, and forgets what is older than the settings keep.
    pub(super) async fn add_event(
        &self,
        connection: &mut PgConnection,
        cell: CellId,
        state: Value,
        step: &Transition,
    ) -> Result<(), StoreError> {
        let (cause, stderr) = split_cause(step.cause.as_ref())?;
        let (sql, id) = (Statements::of(cell), key(cell));
        sqlx::query(sql.add_transition)
            .bind(id)
            .bind(state)
            .bind(step.at)
            .bind(step.from.as_str())
            .bind(step.trigger.as_str())
            .bind(cause)
            .bind(stderr)
            .execute(&mut *connection)
            .await?;
        let kept = self.peek_settings(|settings| settings.history_per_agent);
        sqlx::query(sql.trim_transitions).bind(id).bind(i64::from(kept) - 1).execute(connection).await?;
        Ok(())
    }
}
