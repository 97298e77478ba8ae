//! Who is calling: extractors that mint the proof handlers work with.

mod current_user;
mod gateway_caller;
mod input;

pub(crate) use self::{
    current_user::CurrentUser,
    gateway_caller::GatewayCaller,
    input::{Body, Id},
};

use http::{HeaderMap, header};

/// The bearer token of a request, if it has one.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
