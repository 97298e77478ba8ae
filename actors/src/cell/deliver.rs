//! Handing requests to the gateway, in order of arrival, each in a task of its own.

use std::{sync::Arc, time::Duration};

use mosaic_model::Lifecycle;
use tokio::time;
use tracing::Instrument;

use super::{CellMsg, Handling, Waiter};
use crate::{
    FleetError,
    lease::{Lease, LeasedBody},
    upstream::{CallError, Gateway},
    world::World,
};

/// How often a request may find nobody listening before it is given up.
const MAX_TRIES: u32 = 5;
/// The wait after the first such try; grows with each.
const TRY_AGAIN: Duration = Duration::from_millis(100);

impl Handling<'_> {
    /// The cell runs: every waiting request gets a lease and goes.
    pub(super) fn serve_waiters(&mut self) {
        let Some(gateway) = self.state.gateway.clone() else { return };
        for waiter in std::mem::take(&mut self.state.waiters) {
            self.dispatch(gateway.clone(), waiter);
        }
        // Whoever has held one all along counts too.
        self.count_leases();
    }

    /// Nobody listened: either the gateway has just died, which a look will show, or it is being replaced.
    pub(super) fn undelivered(&mut self, waiter: Waiter) {
        if waiter.tries >= MAX_TRIES {
            waiter.refuse(FleetError::Died);
            return;
        }
        if matches!(self.state.lifecycle, Lifecycle::Running { .. }) {
            self.state.waiters.push_back(waiter);
            self.look();
        } else {
            self.forward(waiter);
        }
    }

    fn dispatch(&self, gateway: Gateway, waiter: Waiter) {
        let Waiter { request, admission, sent, tries, span, mut reply } = waiter;
        // Gone with its caller, while it waited.
        let Some(place) = admission.upgrade() else { return };
        let lease = Lease::take(self.state.cell, self.world, place);
        let (world, cell) = (Arc::clone(self.world), self.state.cell);
        let within = span.clone();
        let serving = async move {
            sent.raise();
            let answer = tokio::select! {
                biased;
                // The client left: the call ends here and now, or does not begin.
                () = reply.closed() => return,
                answer = call(&world, &gateway, request.clone()) => answer,
            };
            match answer {
                Ok(response) => {
                    let _ = reply.send(Ok(response.map(|body| LeasedBody::new(body, lease))));
                }
                Err(Failure::Final(error)) => {
                    let _ = reply.send(Err(error));
                }
                Err(Failure::NotSent) => {
                    sent.lower();
                    drop(lease);
                    time::sleep(TRY_AGAIN * (tries + 1)).await;
                    let waiter = Waiter { request, admission, sent, tries: tries + 1, span, reply };
                    world.deliver(cell, CellMsg::Undelivered(waiter));
                }
            }
        };
        self.world.tasks.spawn(serving.instrument(within));
    }
}

enum Failure {
    NotSent,
    Final(FleetError),
}

async fn call(
    world: &World,
    gateway: &Gateway,
    request: crate::GatewayRequest,
) -> Result<http::Response<hyper::body::Incoming>, Failure> {
    match time::timeout(world.config.tuning.answer_timeout, world.upstream.call(gateway, request)).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(CallError::NotSent)) => Err(Failure::NotSent),
        Ok(Err(CallError::Broken(error))) => {
            tracing::info!(%error, "a gateway broke off before it answered");
            Err(Failure::Final(FleetError::Died))
        }
        Err(time::error::Elapsed { .. }) => Err(Failure::Final(FleetError::Timeout)),
    }
}
