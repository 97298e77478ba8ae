//! Which users to show.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::components::{Field, Kind, Link, typed};
use crate::route::{self, Route};

const ROLES: [(&str, &str); 3] = [("", "Any"), ("admin", "Administrator"), ("user", "User")];
const ACCESS: [(&str, &str); 3] = [("", "Any"), ("false", "Gets in"), ("true", "Disabled")];

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The address bar's.
    pub(crate) query: AttrValue,
}

#[component]
pub(crate) fn Filter(props: &Props) -> Html {
    let (email, role, disabled) = (use_node_ref(), use_node_ref(), use_node_ref());
    let value = |name| route::query_value(&props.query, name).unwrap_or_default();
    let onsubmit = {
        let (email, role, disabled) = (email.clone(), role.clone(), disabled.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let query = route::query(&[
                ("email", typed(&email).trim()),
                ("role", &picked(&role)),
                ("disabled", &picked(&disabled)),
            ]);
            route::go(&format!("/users{query}"));
        })
    };
    html! {
        <form class="filter" {onsubmit} role="search">
            <Field id="search" label="E-mail address" kind={Kind::Search} field={email} at_first={value("email")} />
            { choice("role", "Role", &ROLES, &value("role"), &role) }
            { choice("access", "Access", &ACCESS, &value("disabled"), &disabled) }
            <button type="submit">{ "Search" }</button>
            if !props.query.is_empty() {
                <Link to={Route::Users} class="button plain">{ "Show all" }</Link>
            }
        </form>
    }
}

fn choice(
    id: &'static str,
    label: &str,
    options: &[(&'static str, &'static str)],
    chosen: &str,
    field: &NodeRef,
) -> Html {
    html! {
        <div class="field">
            <label for={id}>{ label }</label>
            <select {id} ref={field}>
                for (word, name) in options {
                    <option value={*word} selected={*word == chosen}>{ *name }</option>
                }
            </select>
        </div>
    }
}

fn picked(field: &NodeRef) -> String {
    field.cast::<HtmlSelectElement>().map(|field| field.value()).unwrap_or_default()
}
