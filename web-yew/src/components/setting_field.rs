//! One setting of the installation, as its description says it is to be filled in.

use mosaic_api::{ConfigKind, ConfigSetting};
use yew::prelude::*;

use super::{Field, Switch, TextArea};
use crate::words;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    pub(crate) setting: ConfigSetting,
    /// What stands in it.
    pub(crate) shown: String,
    pub(crate) change: Callback<String>,
    /// Gives it its first value.
    pub(crate) reset: Callback<()>,
    pub(crate) is_default: bool,
    #[prop_or_default]
    pub(crate) error: Option<AttrValue>,
}

#[component]
pub(crate) fn SettingField(props: &Props) -> Html {
    let Props { setting, shown, change, reset, is_default, error } = props;
    let field = use_node_ref();
    let id = format!("setting-{}", setting.key);
    let hint = hint(setting, shown);
    let input = match setting.kind {
        ConfigKind::Switch => html! {
            <Switch {id} label={setting.title.clone()} on={shown == "true"} hint={hint} disabled={setting.fixed}
                onchange={change.reform(|on: bool| on.to_string())} />
        },
        ConfigKind::Networks | ConfigKind::HostPorts => html! {
            <TextArea {id} label={setting.title.clone()} value={shown.clone()} oninput={change.clone()}
                hint={format!("{hint} One a line.")} error={error.clone()} disabled={setting.fixed} />
        },
        ConfigKind::Number | ConfigKind::Text | ConfigKind::Network | ConfigKind::Origin => html! {
            <Field {id} label={label(setting)} {field} at_first={shown.clone()} hint={hint} error={error.clone()}
                oninput={change.clone()} disabled={setting.fixed} />
        },
    };
    html! {
        <div class={classes!("setting", (setting.kind == ConfigKind::Number).then_some("number"))}>
            { input }
            if !is_default && !setting.fixed {
                <button type="button" class="plain small" onclick={reset.reform(|_: MouseEvent| ())}
                    aria-label={format!("{}: back to the default", setting.title)}>{ "Back to the default" }</button>
            }
        </div>
    }
}

/// Its name, with what its number counts.
fn label(setting: &ConfigSetting) -> String {
    match setting.unit.as_deref().map(words::unit) {
        Some(unit) if !unit.is_empty() => format!("{} ({unit})", setting.title),
        _ => setting.title.clone(),
    }
}

fn hint(setting: &ConfigSetting, shown: &str) -> String {
    let spelled =
        words::spelled(setting.unit.as_deref(), shown).map(|it| format!(" {it}.")).unwrap_or_default();
    let effect = if setting.fixed {
        "The command line of the server decides it."
    } else {
        words::effect(setting.effect)
    };
    format!("{} {effect}{spelled}", setting.about)
}
