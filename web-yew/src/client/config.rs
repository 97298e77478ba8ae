//! The settings of the installation, for admins.

use gloo_net::http::Method;
use mosaic_api::{ConfigDocument, paths};

use super::{Answer, get, send_if};
use crate::drafts::Patch;

pub(crate) fn config() -> Answer<ConfigDocument> {
    get(paths::ADMIN_CONFIG)
}

/// Changes a version that was looked at: all or nothing.
pub(crate) fn change_config((version, patch): (i64, Patch)) -> Answer<ConfigDocument> {
    send_if(Method::PATCH, paths::ADMIN_CONFIG, version, &patch)
}
