//! What an agent uses while it is looked at: processor, memory, network.

use std::collections::VecDeque;

use mosaic_api::{CellUsage, UsageBody};
use yew::prelude::*;

use crate::client;
use crate::components::{SPARKLINE_PLACES, Sparkline};
use crate::hooks::use_ticks;
use crate::words;

/// How often it is asked. Milliseconds; the answer takes one second.
const EVERY: u32 = 2_000;
/// The least that the processor's chart reaches up to: a core.
const A_CORE: u64 = 1_000;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) id: String,
}

#[component]
pub(super) fn InUse(props: &Props) -> Html {
    let tick = use_ticks(EVERY);
    let seen = use_mut_ref(VecDeque::<UsageBody>::new);
    let update = use_force_update();
    {
        let seen = seen.clone();
        use_effect_with((props.id.clone(), tick), move |(id, _)| {
            let id = id.clone();
            wasm_bindgen_futures::spawn_local(async move {
                // What goes wrong is told by the rest of the panel, and it is asked again anyway.
                if let Ok(CellUsage { usage }) = client::fleet_usage(id).await {
                    note(&mut seen.borrow_mut(), usage);
                    update.force_update();
                }
            });
        });
    }
    let seen = seen.borrow();
    let Some(last) = seen.back() else { return Html::default() };
    let cpu: Vec<u64> = seen.iter().map(|it| it.cpu_millis).collect();
    let memory: Vec<u64> = seen.iter().map(|it| it.memory_bytes).collect();
    let limit = last.memory_limit_bytes;
    html! {
        <section class="in-use" aria-label="What it uses now">
            <Sparkline heading="Processor" says={words::cores(last.cpu_millis)} reach={A_CORE} values={cpu} />
            <Sparkline heading="Memory" says={format!("{} of {}", words::bytes(last.memory_bytes), words::bytes(limit))}
                reach={limit} values={memory} />
            <p class="small quiet">
                { format!("Network: {}/s in, {}/s out.", words::bytes(last.received_per_sec), words::bytes(last.sent_per_sec)) }
            </p>
        </section>
    }
}

/// Another container's past is not this one's.
fn note(seen: &mut VecDeque<UsageBody>, usage: Option<UsageBody>) {
    match usage {
        Some(usage) => seen.push_back(usage),
        None => seen.clear(),
    }
    if seen.len() > SPARKLINE_PLACES {
        seen.pop_front();
    }
}
