//! How many agents stand where. A press shows only those.

use yew::prelude::*;

use crate::fleet::{Standing, View};
use crate::words;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    /// In the order of [`Standing::ALL`].
    pub(super) counts: [usize; Standing::ALL.len()],
    pub(super) view: View,
    pub(super) look: Callback<View>,
}

#[component]
pub(super) fn Strip(props: &Props) -> Html {
    let Props { counts, view, look } = props;
    let tile = |standing: Option<Standing>, name: &'static str, class: Option<&'static str>, count: usize| {
        let wanted = View { standing, ..view.clone() };
        html! {
            <button type="button" class={classes!("count", class, (count == 0).then_some("none"))}
                aria-pressed={if view.standing == standing { "true" } else { "false" }}
                onclick={look.reform(move |_: MouseEvent| wanted.clone())}>
                <span class="number">{ words::number(count) }</span>
                <span class="name">
                    if class.is_some() { <span class="dot" aria-hidden="true"></span> }
                    { name }
                </span>
            </button>
        }
    };
    html! {
        <div class="strip" role="group" aria-label="Agents by state">
            { tile(None, "All", None, counts.iter().sum()) }
            for (standing, count) in Standing::ALL.into_iter().zip(counts) {
                {
                    {
                        let (name, class) = words::standing(standing);
                        tile(Some(standing), name, Some(class), *count)
                    }
                }
            }
        </div>
    }
}
