//! What to look for in the audit log.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::components::{Field, Kind, Link, typed};
use crate::route::{self, Route};

const OUTCOMES: [(&str, &str); 4] =
    [("", "Any"), ("done", "Done"), ("refused", "Refused"), ("failed", "Failed")];

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The address bar's.
    pub(crate) query: AttrValue,
}

#[component]
pub(crate) fn Filter(props: &Props) -> Html {
    let (action, outcome, address) = (use_node_ref(), use_node_ref(), use_node_ref());
    let (from, to) = (use_node_ref(), use_node_ref());
    let value = |name| route::query_value(&props.query, name).unwrap_or_default();
    let day = |name| value(name).get(..10).map(ToOwned::to_owned);
    let actor = value("actor_id");
    let onsubmit = {
        let (action, outcome, address) = (action.clone(), outcome.clone(), address.clone());
        let (from, to, actor) = (from.clone(), to.clone(), actor.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let outcome =
                outcome.cast::<HtmlSelectElement>().map(|outcome| outcome.value()).unwrap_or_default();
            let query = route::query(&[
                ("action", typed(&action).trim()),
                ("outcome", &outcome),
                ("address", typed(&address).trim()),
                ("from", &start_of(&typed(&from))),
                ("to", &start_of(&typed(&to))),
                ("actor_id", &actor),
            ]);
            route::go(&format!("/audit{query}"));
        })
    };
    let chosen = value("outcome");
    html! {
        <form class="filter" {onsubmit} role="search">
            <Field id="action" label="Act" kind={Kind::Search} field={action} at_first={value("action")} />
            <div class="field">
                <label for="outcome">{ "Outcome" }</label>
                <select id="outcome" ref={outcome}>
                    for (word, name) in OUTCOMES {
                        <option value={word} selected={word == chosen}>{ name }</option>
                    }
                </select>
            </div>
            <Field id="address" label="From address" kind={Kind::Search} field={address} at_first={value("address")} />
            <Field id="from" label="Since (UTC)" kind={Kind::Date} field={from} at_first={day("from").map(AttrValue::from)} />
            <Field id="to" label="Before (UTC)" kind={Kind::Date} field={to} at_first={day("to").map(AttrValue::from)} />
            <button type="submit">{ "Filter" }</button>
            if !props.query.is_empty() {
                <Link to={Route::Audit} class="button plain">{ "Show all" }</Link>
            }
        </form>
    }
}

/// The first moment of a day; empty without a day.
fn start_of(day: &str) -> String {
    if day.is_empty() { String::new() } else { format!("{day}T00:00:00Z") }
}
