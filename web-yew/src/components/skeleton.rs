//! What stands where something will be, if it takes longer than a blink.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// What is being fetched, for those who do not see it.
    pub(crate) what: AttrValue,
    #[prop_or(3)]
    pub(crate) rows: usize,
}

#[component]
pub(crate) fn Skeleton(props: &Props) -> Html {
    html! {
        <div class="skeleton" role="status">
            <span class="for-readers">{ format!("Loading {}", props.what) }</span>
            for _ in 0..props.rows {
                <span class="bone" aria-hidden="true"></span>
            }
        </div>
    }
}
