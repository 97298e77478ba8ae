//! Signing in through an OIDC provider.
//!
//! Nothing in here is on the way of a password: a provider that hangs, lies or is gone costs only those who come
//! through it. What a provider says is believed after its signature, and never shown in a redirect.

mod address;
mod arrival;
mod client;
mod discovered;
mod error;
mod flow;
mod outbound;
mod provider;
mod sign_out;
#[cfg(test)]
mod tests;
mod tries;
mod used;
mod vouched;

use std::{net::SocketAddr, sync::Arc};

use mosaic_model::Clock;

pub(crate) use self::{
    address::base_url,
    arrival::{Arrival, Callback, arrive},
    error::LoginError,
    flow::{COOKIE, Purpose, begin},
    provider::Provider,
    sign_out::sign_out_location,
    tries::{Tried, Try},
    vouched::Vouched,
};
use self::{discovered::Discovered, outbound::Outbound, tries::Tries, used::UsedFlows};

/// What is kept between the requests of a sign-in.
#[derive(Debug)]
pub(crate) struct Oidc {
    pub(crate) outbound: Outbound,
    pub(crate) tries: Tries,
    discovered: Discovered,
    used: UsedFlows,
    /// Where people are served when no `public_url` says otherwise.
    listening_at: Option<SocketAddr>,
}

impl Oidc {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            outbound: Outbound::default(),
            tries: Tries::new(Arc::clone(&clock)),
            discovered: Discovered::default(),
            used: UsedFlows::new(clock),
            listening_at: None,
        }
    }

    pub(crate) fn listening_at(self, address: SocketAddr) -> Self {
        Self { listening_at: Some(address), ..self }
    }
}
