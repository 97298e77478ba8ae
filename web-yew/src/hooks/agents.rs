//! The list of agents, fetched once for a token.

use yew::prelude::*;

use crate::client;
use crate::remote::Remote;
use crate::wire::Agent;

/// The agents of a token's owner, and a way to ask again.
#[hook]
pub(crate) fn use_agents(token: &str) -> (Remote<Vec<Agent>>, Callback<()>) {
    let agents = use_state(|| Remote::Loading);
    let attempt = use_state(|| 0_u32);
    {
        let agents = agents.clone();
        use_effect_with((token.to_owned(), *attempt), move |(token, _)| {
            agents.set(Remote::Loading);
            let token = token.clone();
            wasm_bindgen_futures::spawn_local(async move {
                let result = client::agents(&token).await;
                agents.set(result.map_or_else(Remote::Failed, Remote::Ready));
            });
        });
    }
    let again = Callback::from(move |()| attempt.set(*attempt + 1));
    ((*agents).clone(), again)
}
