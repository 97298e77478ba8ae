//! One question to a cell, and its answer, through a door that is the client's.

use std::time::Duration;

use axum::response::Response;
use bytes::Bytes;
use http::HeaderMap;
use mosaic_model::{Agent, CellId};
use tokio::time;

use super::{Question, Relay, as_stream, pass_on, rewrite, whole_answer};
use crate::{HttpState, failure::Failure};

/// A streaming answer's head is sent after this long even if the agent is not awake yet, so that the
/// client sees signs of life; what fails sooner still has a status of its own.
const COMMIT_AFTER: Duration = Duration::from_secs(1);

/// Asks one of the cell's agents, waking it if need be. Streams if asked to.
pub(crate) async fn converse(
    state: HttpState,
    cell: CellId,
    agents: &[Agent],
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Response, Failure> {
    let Question { request, streams } = rewrite(body, headers, agents)?;
    let fleet = state.fleet;
    let asked = fleet.clone();
    let mut answer = Box::pin(async move { asked.forward(cell, request).await });
    if !streams {
        let answer = answer.await.map_err(|error| Failure::from_fleet(error, &*state.clock))?;
        return whole_answer(answer).await;
    }
    match time::timeout(COMMIT_AFTER, &mut answer).await {
        Ok(Err(error)) => Err(Failure::from_fleet(error, &*state.clock)),
        Ok(Ok(head)) if Relay::takes(&head) => Ok(as_stream(Relay::live(head.into_body(), fleet, cell))),
        Ok(Ok(head)) => pass_on(head),
        Err(time::error::Elapsed { .. }) => Ok(as_stream(Relay::waiting(answer, state.clock, fleet, cell))),
    }
}
