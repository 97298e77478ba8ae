//! Who is calling: extractors that mint the proof handlers work with.

mod admin;
mod cookies;
mod current_user;
mod gateway_caller;
mod if_match;
mod input;
mod origin;
mod scope;
mod setting_up;
mod signed_in;
mod throttles;

pub(crate) use self::{
    admin::{Admin, Watcher},
    cookies::Cookies,
    current_user::CurrentUser,
    gateway_caller::GatewayCaller,
    if_match::{IfMatch, etag},
    input::{Body, ChatBody, Id, Params, TurnId},
    origin::Origin,
    scope::{AdminRead, AdminWrite, Chat, Configure},
    setting_up::{FirstAdmin, MaybeFirstAdmin, SettingUp},
    signed_in::SignedIn,
    throttles::{Subject, Throttles},
};

use http::{HeaderMap, header};

/// The bearer token of a request, if it has one.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
