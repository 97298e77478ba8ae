//! Times as people tell them; the exact one on hover.

use chrono::{DateTime, Utc};
use yew::prelude::*;

use crate::{browser, words};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) at: DateTime<Utc>,
}

/// A time that has been.
#[component]
pub(crate) fn Ago(props: &Props) -> Html {
    told(props.at, words::ago(props.at, browser::now()))
}

/// A time to come.
#[component]
pub(crate) fn Until(props: &Props) -> Html {
    told(props.at, words::until(props.at, browser::now()))
}

fn told(at: DateTime<Utc>, words: Option<String>) -> Html {
    html! {
        <time datetime={at.to_rfc3339()} title={browser::date_and_time(at)}>
            { words.unwrap_or_else(|| browser::date(at)) }
        </time>
    }
}
