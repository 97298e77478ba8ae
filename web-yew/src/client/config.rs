//! The settings of the installation, for admins.

use gloo_net::http::Method;
use mosaic_api::{ConfigDocument, ConfigPatch, paths};

use super::{get, send_if};
use crate::remote::Failure;

pub(crate) async fn config() -> Result<ConfigDocument, Failure> {
    get(paths::ADMIN_CONFIG).await
}

/// Changes a version that was looked at: all or nothing.
pub(crate) async fn change_config((version, patch): (i64, ConfigPatch)) -> Result<ConfigDocument, Failure> {
    send_if(Method::PATCH, paths::ADMIN_CONFIG, version, &patch).await
}
