//! The fleet in numbers.

use axum::{Json, extract::State};
use chrono::{DateTime, TimeDelta, Utc};
use mosaic_actors::MemoryFigures;
use mosaic_api::{
    Code, DeathFigureBody, FIGURES_HOURS_MAX, FigurePartBody, FiguresQuery, FleetFiguresBody,
    MemoryFiguresBody, WakeFiguresBody, paths,
};
use mosaic_storage::{FIGURE_PARTS, FigurePart, WakeFigures};

use crate::{
    HttpState,
    auth::{Admin, AdminRead, Params},
    failure::Failure,
};

/// Of how long figures are told where nobody says. Hours.
const HOURS: u32 = 24;

/// The fleet in numbers: how long wakes took, what containers died of, who has memory.
#[utoipa::path(get, path = paths::ADMIN_FLEET_FIGURES, security(("session" = []), ("personal_token" = [])),
    params(FiguresQuery), responses((status = 200, body = FleetFiguresBody), (status = 422)))]
pub(crate) async fn figures(
    _: Admin<AdminRead>,
    State(state): State<HttpState>,
    Params(query): Params<FiguresQuery>,
) -> Result<Json<FleetFiguresBody>, Failure> {
    let hours = query.hours.unwrap_or(HOURS);
    if !(1..=FIGURES_HOURS_MAX).contains(&hours) {
        let detail = format!("Figures are of the last 1 to {FIGURES_HOURS_MAX} hours.");
        return Err(Failure::new(Code::Invalid, detail));
    }
    let part_secs = hours * 60 * 60 / FIGURE_PARTS;
    let since = beginning(state.clock.now(), part_secs);
    let figures = state.store.fleet_figures(since, part_secs).await?;
    Ok(Json(FleetFiguresBody {
        since,
        whole_since: figures.whole_since,
        part_secs,
        wakes: wakes(figures.wakes),
        parts: (0..).zip(figures.parts).map(|(index, it)| part(it, since, part_secs, index)).collect(),
        memory: memory(state.fleet.memory()),
    }))
}

/// Where the first part begins: the last one is the one that goes on, and all begin on the clock's own marks, so that
/// a figure that is over does not change any more.
fn beginning(now: DateTime<Utc>, part_secs: u32) -> DateTime<Utc> {
    let part = i64::from(part_secs);
    let last = now.timestamp().div_euclid(part) * part;
    let first = last - i64::from(FIGURE_PARTS - 1) * part;
    DateTime::from_timestamp(first, 0).unwrap_or(now)
}

fn part(part: FigurePart, since: DateTime<Utc>, part_secs: u32, index: u32) -> FigurePartBody {
    let deaths = part.deaths.into_iter();
    FigurePartBody {
        at: since + TimeDelta::seconds(i64::from(index * part_secs)),
        wakes: wakes(part.wakes),
        deaths: deaths
            .map(|(kind, count)| DeathFigureBody { kind: kind.as_str().to_owned(), count })
            .collect(),
    }
}

fn wakes(WakeFigures { count, median_ms, p95_ms }: WakeFigures) -> WakeFiguresBody {
    WakeFiguresBody { count, median_ms, p95_ms }
}

fn memory(figures: MemoryFigures) -> MemoryFiguresBody {
    let MemoryFigures { budget_mib, each_mib, awake, frozen, waiting } = figures;
    MemoryFiguresBody { budget_mib, each_mib, awake, frozen, waiting }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_begin_on_the_clocks_marks_and_the_last_one_goes_on() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        assert_eq!(beginning(at("2026-03-04T09:59:59Z"), 3_600), at("2026-03-03T10:00:00Z"));
        assert_eq!(beginning(at("2026-03-04T10:00:00Z"), 3_600), at("2026-03-03T11:00:00Z"));
        assert_eq!(beginning(at("2026-03-04T10:01:00Z"), 150), at("2026-03-04T09:02:30Z"));
    }
}
