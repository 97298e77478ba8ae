//! The audit log, for admins: who did what, when and from where. The address holds what is looked for.

mod entries;
mod filter;

use mosaic_api::AuditFormat;
use yew::prelude::*;
use yew_router::hooks::use_location;

use self::entries::Entries;
use self::filter::Filter;
use crate::client;
use crate::components::{Notice, Page, Skeleton};
use crate::hooks::{use_fetch, use_title};
use crate::remote::Remote;

#[component]
pub(crate) fn AuditPage() -> Html {
    use_title("Audit log");
    let query = use_location().map(|location| location.query_str().to_owned()).unwrap_or_default();
    let (first, again) = use_fetch(query.clone(), |query| client::audit(query, None));
    let actions = html! {
        <p class="exports">
            { "Export " }
            for (format, name) in [(AuditFormat::Csv, "CSV"), (AuditFormat::Ndjson, "JSON lines")] {
                <a class="button" href={client::audit_export(&query, format)} download="">{ name }</a>
            }
        </p>
    };
    html! {
        <Page heading="Audit log" wide=true {actions}>
            <Filter key={query.clone()} query={query.clone()} />
            {
                match first {
                    Remote::Loading => html! { <Skeleton what="the audit log" rows=8 /> },
                    Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
                    Remote::Ready(first) => {
                        let newest = first.entries.first().map_or(0, |entry| entry.number);
                        html! { <Entries key={format!("{query} {newest}")} query={query.clone()} {first} /> }
                    }
                }
            }
        </Page>
    }
}
