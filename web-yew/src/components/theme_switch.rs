//! Light, dark, or as the system has it.

use yew::prelude::*;

use crate::theme::{self, Theme};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Names its choices: there may be another switch on the page.
    pub(crate) name: AttrValue,
}

#[component]
pub(crate) fn ThemeSwitch(props: &Props) -> Html {
    // Read at every drawing: the palette or another switch may have changed it.
    let (chosen, again) = (theme::current(), use_force_update());
    html! {
        <fieldset class="segments">
            <legend class="small quiet">{ "Theme" }</legend>
            for theme in Theme::ALL {
                <label>
                    <input type="radio" name={props.name.clone()} checked={chosen == theme} onchange={
                        let again = again.clone();
                        Callback::from(move |_: Event| {
                            theme.choose();
                            again.force_update();
                        })
                    } />
                    <span>{ theme.name() }</span>
                </label>
            }
        </fieldset>
    }
}
