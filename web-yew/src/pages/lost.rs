//! An address that is no page.

use yew::prelude::*;

use crate::components::{Door, Link};
use crate::hooks::use_title;
use crate::route::Route;

#[component]
pub(crate) fn LostPage() -> Html {
    use_title("Not found");
    html! {
        <Door heading="There is no page here" lead="The address may be mistyped, or the page may be gone.">
            <p><Link to={Route::Chat} class="button primary">{ "Go to the chat" }</Link></p>
        </Door>
    }
}
