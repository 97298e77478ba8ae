//! Light, dark, or as the system has it.

use yew::prelude::*;

use crate::theme::{self, Theme};

#[component]
pub(crate) fn ThemeSwitch() -> Html {
    let chosen = use_state(theme::current);
    html! {
        <fieldset class="segments">
            <legend class="small quiet">{ "Theme" }</legend>
            for theme in Theme::ALL {
                <label>
                    <input type="radio" name="theme" checked={*chosen == theme} onchange={
                        let chosen = chosen.clone();
                        Callback::from(move |_: Event| {
                            theme.choose();
                            chosen.set(theme);
                        })
                    } />
                    <span>{ theme.name() }</span>
                </label>
            }
        </fieldset>
    }
}
