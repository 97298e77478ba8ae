//! Words for people, made from what machines say. Pure: no clock, no screen.

mod audit;
mod chat;
mod days;
mod device;
mod password;
mod scope;
mod sign_in;
mod time;

pub(crate) use audit::act;
pub(crate) use chat::{cost, waking};
pub(crate) use days::{Days, days};
pub(crate) use device::device;
pub(crate) use password::{PASSWORD_CHARS_MIN, Strength, strength, too_short};
pub(crate) use scope::{SCOPES, scope_name};
pub(crate) use sign_in::{means, provider_error, refused};
pub(crate) use time::{ago, until, wait};
