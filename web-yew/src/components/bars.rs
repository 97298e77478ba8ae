//! A chart of bars over time, drawn as SVG; the same in words, and as a table.

use yew::prelude::*;

/// How wide a bar and its gap are, and how high the chart, in units of the drawing.
const STEP: f64 = 10.0;
const GAP: f64 = 2.0;
const HEIGHT: f64 = 48.0;

/// A bar.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bar {
    /// When it is of.
    pub(crate) when: String,
    /// What it says, in words.
    pub(crate) says: String,
    /// How high it is.
    pub(crate) value: f64,
    /// Up to where a paler one stands behind it; no less.
    pub(crate) reach: f64,
}

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) heading: AttrValue,
    /// All of it in a sentence.
    pub(crate) summary: AttrValue,
    pub(crate) bars: Vec<Bar>,
    /// The height of the highest, in words; empty without any.
    pub(crate) highest: AttrValue,
    /// What colour it has, by the style sheet.
    pub(crate) class: &'static str,
}

#[component]
pub(crate) fn Bars(props: &Props) -> Html {
    let Props { heading, summary, bars, highest, class } = props;
    let top = bars.iter().map(|bar| bar.reach.max(bar.value)).fold(0.0, f64::max);
    let width = STEP * f64::from(u32::try_from(bars.len()).unwrap_or(u32::MAX));
    let is_empty = top <= 0.0;
    html! {
        <figure class={classes!("chart", *class)}>
            <figcaption><strong>{ heading }</strong><span class="quiet small">{ highest }</span></figcaption>
            <svg role="img" aria-label={format!("{heading}. {summary}.")} viewBox={format!("0 0 {width} {HEIGHT}")}
                preserveAspectRatio="none">
                <line x1="0" x2={width.to_string()} y1={HEIGHT.to_string()} y2={HEIGHT.to_string()} class="ground" />
                if !is_empty {
                    for (x, bar) in places().zip(bars).filter(|(_, bar)| bar.value > 0.0) { { draw(x, bar, top) } }
                }
            </svg>
            <div class="axis small quiet" aria-hidden="true">
                <span>{ bars.first().map(|bar| bar.when.clone()) }</span><span>{ "now" }</span>
            </div>
            <p class="small">{ summary }{ "." }</p>
            if !is_empty { { table(heading, bars) } }
        </figure>
    }
}

/// Where each bar begins.
fn places() -> impl Iterator<Item = f64> {
    (0_u32..).map(|index| f64::from(index) * STEP)
}

fn draw(x: f64, bar: &Bar, top: f64) -> Html {
    // The smallest is still seen.
    let height = |value: f64| (value / top * HEIGHT).max(1.0);
    let part = |class: &'static str, value: f64| {
        let high = height(value);
        html! {
            <rect {class} x={(x + GAP / 2.0).to_string()} y={(HEIGHT - high).to_string()}
                width={(STEP - GAP).to_string()} height={high.to_string()} />
        }
    };
    html! {
        <g>
            <title>{ format!("{}: {}", bar.when, bar.says) }</title>
            if bar.reach > bar.value { { part("reach", bar.reach) } }
            { part("value", bar.value) }
        </g>
    }
}

/// Those bars that say something.
fn table(heading: &AttrValue, bars: &[Bar]) -> Html {
    html! {
        <details class="small">
            <summary>{ "As a table" }</summary>
            <table aria-label={heading}>
                <thead><tr><th scope="col">{ "From" }</th><th scope="col">{ heading }</th></tr></thead>
                <tbody>
                    for bar in bars.iter().filter(|bar| bar.value > 0.0) {
                        <tr><th scope="row">{ &bar.when }</th><td>{ &bar.says }</td></tr>
                    }
                </tbody>
            </table>
        </details>
    }
}
