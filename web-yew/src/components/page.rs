//! The two frames: of a page behind the door, and of the door itself.

use yew::prelude::*;

use super::{Mark, TopBar};
use crate::hooks::use_arrival;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) heading: AttrValue,
    /// What the page is one of, where it is one of several.
    #[prop_or_default]
    pub(crate) place: Option<AttrValue>,
    /// Beside the heading.
    #[prop_or_default]
    pub(crate) actions: Html,
    /// At left, where there is more than one page of its kind.
    #[prop_or_default]
    pub(crate) sections: Option<Html>,
    /// Whether it needs more room than reading does.
    #[prop_or_default]
    pub(crate) wide: bool,
    /// Whether it takes the whole window, which then does not scroll.
    #[prop_or_default]
    pub(crate) full: bool,
    pub(crate) children: Html,
}

/// A page for somebody who is signed in.
#[component]
pub(crate) fn Page(props: &Props) -> Html {
    let heading = use_arrival();
    html! {
        <>
            <TopBar>
                if let Some(place) = &props.place {
                    <p class="here">{ place.clone() }</p>
                }
                <span class="space"></span>
            </TopBar>
            <div class={classes!("around", props.wide.then_some("wide"), props.full.then_some("full"))}>
                if let Some(sections) = &props.sections {
                    { sections.clone() }
                }
                <main class="page">
                    <div class="heading">
                        <h1 ref={heading} tabindex="-1">{ props.heading.clone() }</h1>
                        { props.actions.clone() }
                    </div>
                    { props.children.clone() }
                </main>
            </div>
        </>
    }
}

#[derive(PartialEq, Properties)]
pub(crate) struct DoorProps {
    pub(crate) heading: AttrValue,
    #[prop_or_default]
    pub(crate) lead: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) children: Html,
}

/// A page for somebody who is not signed in yet.
#[component]
pub(crate) fn Door(props: &DoorProps) -> Html {
    let heading = use_arrival();
    html! {
        <main class="door">
            <Mark />
            <h1 ref={heading} tabindex="-1">{ props.heading.clone() }</h1>
            if let Some(lead) = &props.lead {
                <p class="quiet">{ lead.clone() }</p>
            }
            { props.children.clone() }
        </main>
    }
}
