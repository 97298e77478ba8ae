//! The fleet in numbers: how long wakes took, what containers died of, and who has memory.

use mosaic_api::{FigurePartBody, FleetFiguresBody, MemoryFiguresBody};
use yew::prelude::*;

use crate::components::{Bar, Bars, Notice, Skeleton};
use crate::fleet::{Span, View};
use crate::hooks::{use_fetch, use_ticks};
use crate::remote::Remote;
use crate::{browser, client, words};

/// How often it is asked anew. Milliseconds.
const AGAIN: u32 = 15_000;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) view: View,
    pub(super) look: Callback<View>,
}

#[component]
pub(super) fn Figures(props: &Props) -> Html {
    let Props { view, look } = props;
    let tick = use_ticks(AGAIN);
    let (figures, again) = use_fetch((view.span.hours(), tick), |(hours, _)| client::fleet_figures(hours));
    let shown = match figures {
        Remote::Loading => html! { <Skeleton what="the figures" rows=3 /> },
        Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
        Remote::Ready(figures) => charts(&figures),
    };
    html! {
        <section class="figures" aria-label="Figures">
            <fieldset class="segments">
                <legend class="small quiet">{ "The last" }</legend>
                for span in Span::ALL {
                    <label>
                        <input type="radio" name="figures-span" checked={view.span == span} onchange={
                            let wanted = View { span, ..view.clone() };
                            look.reform(move |_: Event| wanted.clone())
                        } />
                        <span>{ span.name() }</span>
                    </label>
                }
            </fieldset>
            { shown }
        </section>
    }
}

fn charts(figures: &FleetFiguresBody) -> Html {
    let wakes: Vec<Bar> = bars(figures, |part| {
        let [median, p95] = [part.wakes.median_ms, part.wakes.p95_ms].map(|ms| height(ms.unwrap_or(0)));
        (words::wakes(&part.wakes), median, p95)
    });
    let deaths: Vec<Bar> = bars(figures, |part| {
        let count = height(part.deaths.iter().map(|death| death.count).sum());
        (words::deaths_of(&part.deaths), count, count)
    });
    let slowest = figures.parts.iter().filter_map(|part| part.wakes.p95_ms).max();
    let most = figures.parts.iter().map(|part| part.deaths.iter().map(|it| it.count).sum::<u64>()).max();
    let most = most.filter(|count| *count > 0);
    html! {
        <>
        <div class="charts">
            <Bars heading="Wake times" class="wakes" summary={words::wakes(&figures.wakes)} bars={wakes}
                highest={slowest.map(|ms| format!("up to {}", words::took(ms))).unwrap_or_default()} />
            <Bars heading="Deaths and restarts" class="deaths" summary={words::all_deaths(figures)} bars={deaths}
                highest={most.map(|count| format!("up to {count}")).unwrap_or_default()} />
            { memory(&figures.memory) }
        </div>
        if let Some(since) = figures.whole_since {
            <p class="small quiet">
                { format!("Some agents remember nothing from before {}: until then there was more than is told here. ", browser::date_and_time(since)) }
                { "How much is kept is set under Settings, System." }
            </p>
        }
        </>
    }
}

fn bars(figures: &FleetFiguresBody, tell: impl Fn(&FigurePartBody) -> (String, f64, f64)) -> Vec<Bar> {
    let tell = |part: &FigurePartBody| {
        let (says, value, reach) = tell(part);
        Bar { when: browser::date_and_time(part.at), says, value, reach }
    };
    figures.parts.iter().map(tell).collect()
}

/// As a drawing takes it: what is beyond four thousand millions looks the same.
fn height(number: u64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// One bar: awake, frozen, free.
fn memory(figures: &MemoryFiguresBody) -> Html {
    let said = words::budget(figures);
    let part = |count: u64| height(count * u64::from(figures.each_mib));
    let given = part(figures.awake + figures.frozen);
    let whole = figures.budget_mib.map_or(given, f64::from).max(given).max(1.0);
    let share = |class: &'static str, x: f64, width: f64| {
        html! { <rect {class} x={(x / whole * 100.0).to_string()} y="0" width={(width / whole * 100.0).to_string()} height="12" /> }
    };
    html! {
        <figure class="chart memory">
            <figcaption>
                <strong>{ "Memory of this host" }</strong>
                <span class="quiet small">{ format!("{} each", words::memory(figures.each_mib.into())) }</span>
            </figcaption>
            <svg role="img" aria-label={format!("Memory of this host. {said}.")} viewBox="0 0 100 12" preserveAspectRatio="none">
                { share("free", 0.0, whole) }
                { share("awake", 0.0, part(figures.awake)) }
                { share("frozen", part(figures.awake), part(figures.frozen)) }
            </svg>
            <ul class="legend small" aria-hidden="true">
                <li class="awake">{ format!("Awake {}", figures.awake) }</li>
                <li class="frozen">{ format!("Frozen {}", figures.frozen) }</li>
                if figures.waiting > 0 { <li class="waits">{ format!("Waiting {}", figures.waiting) }</li> }
            </ul>
            <p class="small">{ said }{ "." }</p>
            if figures.budget_mib.is_none() {
                <p class="small quiet">{ "No limit is set for all together: Settings, System, Memory of this host." }</p>
            }
        </figure>
    }
}
