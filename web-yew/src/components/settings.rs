//! The frame of a settings page: the ways to the others at left.

use mosaic_api::RoleBody;
use yew::prelude::*;

use super::{AgentChange, Link, Page};
use crate::hooks::use_me;
use crate::route::{Route, SETTINGS, Section};

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Which of the sections it is.
    pub(crate) current: Route,
    pub(crate) heading: AttrValue,
    /// Beside the heading.
    #[prop_or_default]
    pub(crate) actions: Html,
    pub(crate) children: Html,
}

#[component]
pub(crate) fn Settings(props: &Props) -> Html {
    let admin = use_me().role == RoleBody::Admin;
    let (own, installation): (Vec<&Section>, Vec<&Section>) = SETTINGS
        .iter()
        .filter(|section| admin || !section.for_admins)
        .partition(|section| !section.for_admins);
    let links = |sections: Vec<&Section>| {
        html! {
            for section in sections {
                <Link to={section.route.clone()} current={section.route == props.current}>{ section.name }</Link>
            }
        }
    };
    html! {
        <Page heading={props.heading.clone()} place="Settings" sections={html! {
            <nav class="sections" aria-label="Settings">
                { links(own) }
                if !installation.is_empty() {
                    <p class="group small quiet">{ "This installation" }</p>
                    { links(installation) }
                }
            </nav>
        }} actions={props.actions.clone()}>
            <AgentChange />
            { props.children.clone() }
        </Page>
    }
}
