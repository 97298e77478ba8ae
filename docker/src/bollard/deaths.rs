//! Hearing of deaths from the engine's event stream.

use bollard::{models::EventMessage, query_parameters::EventsOptionsBuilder};
use chrono::DateTime;
use futures_util::{StreamExt, future, stream::BoxStream};

use super::{
    DockerEngine,
    outcome::{CALL_TIMEOUT, bounded},
};
use crate::{Death, EngineError, names::CELL_LABEL};

impl DockerEngine {
    /// Deaths from now on, by the engine's own clock: the stream is not opened until it is first
    /// polled, and what dies in between must not be missed.
    pub(super) async fn watch_deaths(&self) -> Result<BoxStream<'static, Death>, EngineError> {
        let info = bounded("tell the time", CALL_TIMEOUT, self.docker.info()).await?;
        let mut filters = self.ours();
        filters.insert("type".to_owned(), vec!["container".to_owned()]);
        filters.insert("event".to_owned(), vec!["die".to_owned()]);
        let mut options = EventsOptionsBuilder::new().filters(&filters);
        if let Some(now) = info.system_time.as_deref().and_then(as_event_time) {
            options = options.since(&now);
        }
        let events = self.docker.events(Some(options.build()));
        let deaths = events
            .take_while(|event| future::ready(event.is_ok()))
            .filter_map(|event| future::ready(event.ok().and_then(death)));
        Ok(deaths.boxed())
    }
}

/// The engine's time as its event stream wants it: seconds, a point and nine digits.
fn as_event_time(rfc3339: &str) -> Option<String> {
    let time = DateTime::parse_from_rfc3339(rfc3339).ok()?;
    Some(format!("{}.{:09}", time.timestamp(), time.timestamp_subsec_nanos()))
}

fn death(event: EventMessage) -> Option<Death> {
    let actor = event.actor?;
    let container = actor.id?;
    let cell = actor.attributes.as_ref().and_then(|it| it.get(CELL_LABEL)?.parse().ok());
    if cell.is_none() {
        tracing::warn!(container, "a container with our label died, but it names no cell");
    }
    Some(Death { cell: cell?, container })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engines_clock_reads_as_its_events_want_it() {
        let read = as_event_time("2026-11-23T10:11:58.000000042Z");
        assert_eq!(read.as_deref(), Some("1795428718.000000042"));
        assert_eq!(as_event_time("soon"), None);
    }
}
