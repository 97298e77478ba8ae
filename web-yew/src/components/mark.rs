//! The product's mark: four tiles and the name.

use yew::prelude::*;

#[component]
pub(crate) fn Mark() -> Html {
    html! {
        <span class="mark">
            <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
                <rect class="tile-1" x="3" y="3" width="12" height="12" rx="3" />
                <rect class="tile-2" x="17" y="3" width="12" height="12" rx="3" />
                <rect class="tile-3" x="3" y="17" width="12" height="12" rx="3" />
                <rect class="tile-4" x="17" y="17" width="12" height="12" rx="3" />
            </svg>
            { "Mosaic" }
        </span>
    }
}
