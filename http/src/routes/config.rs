//! The settings, for administrators.

use axum::{
    Json,
    extract::{Path, State},
    response::AppendHeaders,
};
use http::{HeaderName, HeaderValue};
use mosaic_api::{ConfigDocument, ConfigEffect, ConfigGroup, ConfigKind, ConfigPatch, ConfigSetting, paths};
use mosaic_model::{Setting, SettingEffect, SettingGroup, SettingKind, Settings};
use mosaic_storage::{Store, VersionedSettings};
use serde_json::{Map, Value};

use crate::{
    HttpState,
    auth::{Admin, AdminRead, AdminWrite, Body, IfMatch, etag},
    failure::Failure,
};

/// The document with its version as an `ETag`.
type Versioned = (AppendHeaders<[(HeaderName, HeaderValue); 1]>, Json<ConfigDocument>);

/// All settings, with what a form needs to show them.
#[utoipa::path(get, path = paths::ADMIN_CONFIG, security(("session" = []), ("personal_token" = [])), responses(
    (status = 200, body = ConfigDocument, headers(("ETag" = String, description = "The settings' version"))),
))]
pub(crate) async fn show(_: Admin<AdminRead>, State(state): State<HttpState>) -> Result<Versioned, Failure> {
    Ok(answer(&state.store, &state.store.versioned_settings().await?))
}

/// Changes settings: all of those sent or, if one is refused, none.
#[utoipa::path(patch, path = paths::ADMIN_CONFIG, security(("session" = []), ("personal_token" = [])),
    params(("If-Match" = String, Header, description = "The ETag of the settings that you looked at, or *")),
    request_body = ConfigPatch, responses(
    (status = 200, body = ConfigDocument, headers(("ETag" = String, description = "The settings' version"))),
    (status = 412),
    (status = 428),
))]
pub(crate) async fn change(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    IfMatch(seen): IfMatch,
    Body(ConfigPatch(changes)): Body<ConfigPatch>,
) -> Result<Versioned, Failure> {
    let changed = state.store.change_settings(&changes, seen, &admin.by).await?;
    Ok(answer(&state.store, &changed))
}

/// Gives a setting its default back.
#[utoipa::path(delete, path = paths::ADMIN_CONFIG_KEY, security(("session" = []), ("personal_token" = [])),
    params(
        ("key" = String, Path, description = "The setting's key"),
        ("If-Match" = String, Header, description = "The ETag of the settings that you looked at, or *"),
    ), responses(
    (status = 200, body = ConfigDocument, headers(("ETag" = String, description = "The settings' version"))),
    (status = 400),
    (status = 404),
    (status = 412),
    (status = 422),
    (status = 428),
))]
pub(crate) async fn reset(
    admin: Admin<AdminWrite>,
    State(state): State<HttpState>,
    Path(key): Path<String>,
    IfMatch(seen): IfMatch,
) -> Result<Versioned, Failure> {
    if Settings::named(&key).is_err() {
        return Err(Failure::not_found());
    }
    let changes = Map::from_iter([(key, Value::Null)]);
    let changed = state.store.change_settings(&changes, seen, &admin.by).await?;
    Ok(answer(&state.store, &changed))
}

fn answer(store: &Store, versioned: &VersionedSettings) -> Versioned {
    let group = |group: SettingGroup| ConfigGroup {
        key: group.as_str().to_owned(),
        title: group.title().to_owned(),
        settings: Settings::all()
            .iter()
            .filter(|setting| setting.group == group)
            .map(|setting| body(setting, &versioned.settings, store.is_pinned(setting.key)))
            .collect(),
    };
    let groups = SettingGroup::ALL.into_iter().map(group).collect();
    let document = ConfigDocument { version: versioned.version, groups };
    (AppendHeaders([etag(versioned.version)]), Json(document))
}

fn body(setting: &Setting, settings: &Settings, fixed: bool) -> ConfigSetting {
    let unit = match setting.kind {
        SettingKind::Number { unit, min: _, max: _ } => Some(unit.as_str().to_owned()),
        _ => None,
    };
    ConfigSetting {
        key: setting.key.to_owned(),
        title: setting.title.to_owned(),
        about: setting.about.to_owned(),
        kind: kind(setting.kind),
        unit,
        schema: setting.kind.schema(),
        effect: match setting.effect {
            SettingEffect::AtOnce => ConfigEffect::AtOnce,
            SettingEffect::NextAgentStart => ConfigEffect::NextAgentStart,
            SettingEffect::WhenIdle => ConfigEffect::WhenIdle,
            SettingEffect::NextSignIn => ConfigEffect::NextSignIn,
        },
        value: setting.value_in(settings),
        default: setting.default_value(),
        fixed,
    }
}

const fn kind(kind: SettingKind) -> ConfigKind {
    match kind {
        SettingKind::Number { .. } => ConfigKind::Number,
        SettingKind::Switch => ConfigKind::Switch,
        SettingKind::Text { .. } => ConfigKind::Text,
        SettingKind::Network => ConfigKind::Network,
        SettingKind::Networks => ConfigKind::Networks,
        SettingKind::HostPorts => ConfigKind::HostPorts,
        SettingKind::Origin => ConfigKind::Origin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_openapi_document_describes_every_setting_from_the_table() {
        let document: Value = serde_json::from_str(&crate::openapi_json()).unwrap();
        let described = &document["components"]["schemas"]["ConfigPatch"];
        assert_eq!(described["additionalProperties"], false);
        assert_eq!(described["properties"].as_object().unwrap().len(), Settings::all().len());
        for setting in Settings::all() {
            let property = &described["properties"][setting.key];
            assert_eq!(property["description"], setting.about, "{property}");
            assert_eq!(property["default"], setting.default_value(), "{property}");
            for (name, value) in setting.kind.schema().as_object().unwrap() {
                assert!(name == "type" || &property[name] == value, "{}: {name} in {property}", setting.key);
            }
        }
    }
}
