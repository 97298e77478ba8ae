//! The list of agents.

use yew::prelude::*;

use super::use_fetch;
use crate::client;
use crate::remote::Remote;
use crate::wire::Agent;

/// The caller's agents, and a way to ask again.
#[hook]
pub(crate) fn use_agents() -> (Remote<Vec<Agent>>, Callback<()>) {
    use_fetch((), |()| client::agents())
}
