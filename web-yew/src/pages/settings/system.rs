//! The settings of the installation: a form that is made from their descriptions.

use mosaic_api::{Code, ConfigDocument, ConfigGroup, ConfigSetting};
use yew::prelude::*;

use crate::client;
use crate::components::{Conflict, Notice, SettingField, Settings, Skeleton, Submit};
use crate::drafts::ConfigEdit;
use crate::hooks::{saves_upon, use_fetch, use_title, use_versioned};
use crate::remote::{Failure, Remote};
use crate::route::Route;

#[component]
pub(crate) fn SystemPage() -> Html {
    use_title("System");
    let (document, again) = use_fetch((), |()| client::config());
    let saved = use_state(|| false);
    let done = {
        let (saved, again) = (saved.clone(), again.clone());
        Callback::from(move |on: bool| {
            saved.set(on);
            again.emit(());
        })
    };
    html! {
        <Settings heading="System" current={Route::System}>
            if *saved {
                <p class="notice done" role="status">{ "Saved. What each change needs to take hold stands beside it." }</p>
            }
            {
                match document {
                    Remote::Loading => html! { <Skeleton what="the settings" rows=10 /> },
                    Remote::Failed(failure) => html! { <Notice {failure} retry={again} /> },
                    Remote::Ready(saved) => html! { <SystemForm key={saved.version} saved={saved.clone()} {done} /> },
                }
            }
        </Settings>
    }
}

#[derive(PartialEq, Properties)]
struct Props {
    saved: ConfigDocument,
    /// Told whether something was saved, when the form is to begin anew.
    done: Callback<bool>,
}

#[component]
fn SystemForm(props: &Props) -> Html {
    let Props { saved, done } = props;
    let edit = use_state(ConfigEdit::default);
    let versioned = use_versioned(Code::Stale, client::change_config, client::config, done.reform(|_| true));
    let save = {
        let (run, edit, saved) = (versioned.run.clone(), edit.clone(), saved.clone());
        Callback::from(move |version: i64| run.emit((version, edit.to_patch(&saved))))
    };
    let onsubmit = saves_upon(&save, saved.version);
    let change = {
        let edit = edit.clone();
        Callback::from(move |fresh| edit.set(fresh))
    };
    let failure = versioned.failure.as_ref();
    html! {
        <form class="form wide" {onsubmit} novalidate=true>
            for group in &saved.groups {
                { fieldset(group, &edit, &change, failure) }
            }
            if let Some(failure) = failure { <Notice failure={failure.clone()} /> }
            // A conflict has its own ways to save, and the bar would lie over them.
            if let Some(theirs) = &versioned.theirs {
                <Conflict differences={edit.differences(theirs)} take_theirs={done.reform(|()| false)}
                    keep_mine={let version = theirs.version; save.reform(move |()| version)} />
            } else {
                <div class="save-bar">
                    <p class="quiet" role="status">{ changes(edit.len()) }</p>
                    <Submit words="Save" busy_words="Saving…" busy={versioned.busy} disabled={edit.len() == 0} />
                </div>
            }
        </form>
    }
}

fn fieldset(
    group: &ConfigGroup,
    edit: &ConfigEdit,
    change: &Callback<ConfigEdit>,
    failure: Option<&Failure>,
) -> Html {
    let field = |setting: &ConfigSetting| {
        let error = failure.and_then(|failure| failure.errors.iter().find(|it| it.key == setting.key));
        let is_default = edit.shown(setting) == edit.with_default(setting).shown(setting);
        let typed = {
            let (edit, setting) = (edit.clone(), setting.clone());
            change.reform(move |typed| edit.with(&setting, typed))
        };
        let reset = {
            let (edit, setting) = (edit.clone(), setting.clone());
            change.reform(move |()| edit.with_default(&setting))
        };
        html! {
            <SettingField key={setting.key.clone()} setting={setting.clone()} shown={edit.shown(setting)} change={typed}
                {reset} {is_default} error={error.map(|it| AttrValue::from(it.reason.clone()))} />
        }
    };
    html! {
        <fieldset key={group.key.clone()} class="group">
            <legend><h2>{ &group.title }</h2></legend>
            for setting in &group.settings { { field(setting) } }
        </fieldset>
    }
}

fn changes(count: usize) -> String {
    match count {
        0 => "Nothing is changed.".to_owned(),
        1 => "1 change is not saved.".to_owned(),
        more => format!("{more} changes are not saved."),
    }
}
