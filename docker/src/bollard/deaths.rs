//! Hearing of deaths from the engine's event stream.

use bollard::{models::EventMessage, query_parameters::EventsOptionsBuilder};
use chrono::DateTime;
use futures_util::{StreamExt, future, stream::BoxStream};

use super::{
    DockerEngine,
    outcome::{CALL_TIMEOUT, bounded},
};
use crate::{Death, EngineError, Moment, names::CELL_LABEL};

const NANOS_PER_SECOND: i64 = 1_000_000_000;

impl DockerEngine {
    /// Deaths from a moment on, or from now on by the engine's own clock: the stream is not opened until it is
    /// first polled, and what dies in between must not be missed.
    pub(super) async fn watch_deaths(
        &self,
        since: Option<Moment>,
    ) -> Result<BoxStream<'static, Death>, EngineError> {
        let since = if since.is_some() { since } else { self.engine_time().await? };
        let mut filters = self.ours();
        filters.insert("type".to_owned(), vec!["container".to_owned()]);
        filters.insert("event".to_owned(), vec!["die".to_owned()]);
        let mut options = EventsOptionsBuilder::new().filters(&filters);
        if let Some(since) = since {
            options = options.since(&as_event_time(since));
        }
        let events = self.docker.events(Some(options.build()));
        let deaths = events
            .take_while(|event| future::ready(event.is_ok()))
            .filter_map(|event| future::ready(event.ok().and_then(death)));
        Ok(deaths.boxed())
    }

    async fn engine_time(&self) -> Result<Option<Moment>, EngineError> {
        let info = bounded("tell the time", CALL_TIMEOUT, self.docker.info()).await?;
        Ok(info.system_time.as_deref().and_then(moment))
    }
}

/// The time that the engine tells.
fn moment(rfc3339: &str) -> Option<Moment> {
    DateTime::parse_from_rfc3339(rfc3339).ok()?.timestamp_nanos_opt().map(Moment)
}

/// A moment as the event stream wants it: seconds, a point and nine digits.
fn as_event_time(Moment(nanos): Moment) -> String {
    format!("{}.{:09}", nanos.div_euclid(NANOS_PER_SECOND), nanos.rem_euclid(NANOS_PER_SECOND))
}

fn death(event: EventMessage) -> Option<Death> {
    let at = Moment(event.time_nano?);
    let actor = event.actor?;
    let container = actor.id?;
    let cell = actor.attributes.as_ref().and_then(|it| it.get(CELL_LABEL)?.parse().ok());
    if cell.is_none() {
        tracing::warn!(container, "a container with our label died, but it names no cell");
    }
    Some(Death { cell: cell?, container, at })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engines_clock_reads_as_its_events_want_it() {
        let read = moment("2026-11-23T10:11:58.000000042Z").map(as_event_time);
        assert_eq!(read.as_deref(), Some("1795428718.000000042"));
        assert_eq!(moment("soon"), None);
    }
}
