//! What happened to all cells together, in numbers: how long wakes took, and what containers died of.
//!
//! As far back as the history goes: the settings bound it for each cell.

use chrono::TimeDelta;
use mosaic_model::{Cause, CauseKind, Timestamp};
use serde_json::Value;

use crate::{Store, StoreError};

/// Into how many parts of equal length the time is cut.
pub const FIGURE_PARTS: u32 = 24;
/// A start that took longer is not told among the wakes. Seconds: longer than any setting allows.
const WAKE_MAX_SECS: i64 = 2 * 60 * 60;

/// What happened from a moment on, by parts of equal length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FleetFigures {
    /// All wakes together.
    pub wakes: WakeFigures,
    /// The parts, the oldest first: [`FIGURE_PARTS`].
    pub parts: Vec<FigurePart>,
    /// From when on everything is counted; none where that is all of the time. Some cell's history reaches no further
    /// back.
    pub whole_since: Option<Timestamp>,
}

/// What happened in a part of the time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FigurePart {
    /// The wakes that ended in it.
    pub wakes: WakeFigures,
    /// The deaths in it, by their class.
    pub deaths: Vec<(CauseKind, u64)>,
}

/// How many wakes there were and how long they took, from the wish to a gateway that answers: the wait in line is part
/// of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WakeFigures {
    /// How many.
    pub count: u64,
    /// Half took no longer. Milliseconds; none where there were none.
    pub median_ms: Option<u64>,
    /// Of twenty, nineteen took no longer. Milliseconds.
    pub p95_ms: Option<u64>,
}

#[derive(sqlx::FromRow)]
struct WakesRow {
    part: Option<i32>,
    count: i64,
    median_ms: Option<i64>,
    p95_ms: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct DeathsRow {
    part: i32,
    example: Value,
    count: i64,
}

impl Store {
    /// What happened since a moment, cut into [`FIGURE_PARTS`] parts of this many seconds.
    pub async fn fleet_figures(&self, since: Timestamp, part_secs: u32) -> Result<FleetFigures, StoreError> {
        let mut figures = FleetFigures {
            wakes: WakeFigures::default(),
            parts: vec![FigurePart::default(); FIGURE_PARTS as usize],
            whole_since: self.whole_since(since).await?,
        };
        for row in self.wakes_since(since, part_secs).await? {
            let wakes = row.figures();
            match row.part.and_then(|part| part_of(&mut figures, part)) {
                Some(part) => part.wakes = wakes,
                None if row.part.is_none() => figures.wakes = wakes,
                None => {}
            }
        }
        for row in self.deaths_since(since, part_secs).await? {
            let cause: Cause = serde_json::from_value(row.example)
                .map_err(|error| StoreError::Corrupt(format!("cell_transitions: {error}")))?;
            let Some(part) = part_of(&mut figures, row.part) else { continue };
            let count = row.count.cast_unsigned();
            match part.deaths.iter_mut().find(|(kind, _)| *kind == cause.kind()) {
                Some((_, known)) => *known += count,
                None => part.deaths.push((cause.kind(), count)),
            }
        }
        Ok(figures)
    }

    /// One row for each part with wakes, and one without a part for all of them.
    async fn wakes_since(&self, since: Timestamp, part_secs: u32) -> Result<Vec<WakesRow>, StoreError> {
        let rows = sqlx::query_as(
            "WITH steps AS (
                 SELECT at, from_state, state->>'state' AS to_state,
                        at - lag(at) OVER (PARTITION BY user_id, system_id ORDER BY id) AS took
                 FROM cell_transitions
                 WHERE at >= $3 AND at < $1 + $2 * $4 * interval '1 second'
             ), wakes AS (
                 SELECT floor(extract(epoch FROM at - $1) / $2)::integer AS part,
                        (extract(epoch FROM took) * 1000)::bigint AS took_ms
                 FROM steps
                 WHERE from_state = 'starting' AND to_state = 'running' AND took IS NOT NULL AND at >= $1
             )
             SELECT part, count(*) AS count,
                    percentile_disc(0.5) WITHIN GROUP (ORDER BY took_ms) AS median_ms,
                    percentile_disc(0.95) WITHIN GROUP (ORDER BY took_ms) AS p95_ms
             FROM wakes
             GROUP BY GROUPING SETS ((part), ())",
        )
        .bind(since)
        .bind(i64::from(part_secs))
        .bind(since - TimeDelta::seconds(WAKE_MAX_SECS))
        .bind(i64::from(FIGURE_PARTS))
        .fetch_all(self.fleet())
        .await?;
        Ok(rows)
    }

    /// Where the histories of all cells are whole again: one that is full of what happened since `since` has had to
    /// forget some of it.
    async fn whole_since(&self, since: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let kept = self.peek_settings(|settings| settings.history_per_agent);
        let whole_since = sqlx::query_scalar(
            "SELECT max(first_at)
             FROM (
                 SELECT min(at) AS first_at
                 FROM cell_transitions
                 WHERE at >= $1
                 GROUP BY user_id, system_id
                 HAVING count(*) >= $2
             ) AS full_histories",
        )
        .bind(since)
        .bind(i64::from(kept))
        .fetch_one(self.fleet())
        .await?;
        Ok(whole_since)
    }

    /// Deaths that are of one class have one cause, but for the numbers and words in it.
    async fn deaths_since(&self, since: Timestamp, part_secs: u32) -> Result<Vec<DeathsRow>, StoreError> {
        let rows = sqlx::query_as(
            "SELECT floor(extract(epoch FROM at - $1) / $2)::integer AS part,
                    (array_agg(cause))[1] AS example, count(*) AS count
             FROM cell_transitions
             WHERE at >= $1 AND at < $1 + $2 * $3 * interval '1 second' AND cause IS NOT NULL
             GROUP BY part, cause->>'kind', cause->>'code', cause->>'out_of_memory'
             ORDER BY part, count DESC, cause->>'kind', cause->>'code'",
        )
        .bind(since)
        .bind(i64::from(part_secs))
        .bind(i64::from(FIGURE_PARTS))
        .fetch_all(self.fleet())
        .await?;
        Ok(rows)
    }
}

impl WakesRow {
    fn figures(&self) -> WakeFigures {
        let ms = |it: Option<i64>| it.and_then(|ms| u64::try_from(ms).ok());
        WakeFigures {
            count: self.count.cast_unsigned(),
            median_ms: ms(self.median_ms),
            p95_ms: ms(self.p95_ms),
        }
    }
}

fn part_of(figures: &mut FleetFigures, part: i32) -> Option<&mut FigurePart> {
    usize::try_from(part).ok().and_then(|part| figures.parts.get_mut(part))
}
