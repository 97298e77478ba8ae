//! What stands around every page behind the door: the ways to the others, and the palette.

use web_sys::HtmlElement;
use yew::prelude::*;

use super::{Palette, Rail};
use crate::hooks::{CellProvider, use_shortcut};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) children: Html,
}

#[component]
pub(crate) fn Frame(props: &Props) -> Html {
    let palette = use_state(|| false);
    let place = use_node_ref();
    let toggle = {
        let palette = palette.clone();
        Callback::from(move |()| palette.set(!*palette))
    };
    use_shortcut("k", toggle.clone());
    let skip = {
        let place = place.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(place) = place.cast::<HtmlElement>() {
                let _ = place.focus();
            }
        })
    };
    html! {
        <CellProvider>
            <div class="frame">
                <button type="button" class="skip" onclick={skip}>{ "Skip to the page" }</button>
                <Rail search={toggle.clone()} />
                <div ref={place} class="place" tabindex="-1">{ props.children.clone() }</div>
            </div>
            if *palette {
                <Palette close={toggle} />
            }
        </CellProvider>
    }
}
