//! A line over the last while, drawn as SVG; its last value in words.

use std::fmt::Write as _;

use yew::prelude::*;

/// How far two values are apart, and how high the drawing is, in its own units.
const STEP: usize = 2;
const HEIGHT: u64 = 40;
/// How many values the drawing has place for.
pub(crate) const SPARKLINE_PLACES: usize = 150;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) heading: AttrValue,
    /// The last value.
    pub(crate) says: AttrValue,
    /// Up to where it reaches at least.
    pub(crate) reach: u64,
    /// The oldest first.
    pub(crate) values: Vec<u64>,
}

#[component]
pub(crate) fn Sparkline(props: &Props) -> Html {
    let Props { heading, says, reach, values } = props;
    html! {
        <figure class="chart sparkline">
            <figcaption><strong>{ heading }</strong><span class="small">{ says }</span></figcaption>
            <svg role="img" aria-label={format!("{heading}: {says}")} viewBox={format!("0 0 {} {HEIGHT}", STEP * SPARKLINE_PLACES)}
                preserveAspectRatio="none">
                <path d={line(values, *reach)} />
            </svg>
        </figure>
    }
}

/// The line, with the last value at the right edge.
fn line(values: &[u64], reach: u64) -> String {
    let top = values.iter().copied().max().unwrap_or_default().max(reach).max(1);
    let first = SPARKLINE_PLACES.saturating_sub(values.len());
    let mut path = String::new();
    for (place, value) in (first..).zip(values) {
        let down = HEIGHT - value.saturating_mul(HEIGHT) / top;
        let _ = write!(path, "{}{} {down}", if path.is_empty() { "M" } else { " L" }, (place + 1) * STEP);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_is_at_the_right_and_the_highest_at_the_top() {
        assert_eq!(line(&[0, 500, 1_000], 1_000), "M296 40 L298 20 L300 0");
        assert_eq!(line(&[500, 2_000], 1_000), "M298 30 L300 0", "more than was to be expected");
        assert_eq!(line(&[], 0), "");
        assert_eq!(line(&[7], 0), "M300 0");
    }
}
