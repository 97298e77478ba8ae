//! Words for people, made from what machines say. Pure: no clock, no screen.

mod audit;
mod cell;
mod change;
mod chat;
mod days;
mod device;
mod figures;
mod fleet;
mod matching;
mod password;
mod scope;
mod setting;
mod sign_in;
mod state;
mod time;
mod usage;
mod waking;

pub(crate) use audit::act;
pub(crate) use cell::{CellDeed, cell, is_unsettled};
pub(crate) use change::change;
pub(crate) use chat::cost;
pub(crate) use days::{Days, days};
pub(crate) use device::device;
pub(crate) use figures::{all_deaths, budget, deaths_of, memory, took, wakes};
pub(crate) use fleet::{agents, number, order, order_effect, sentence, standing, state_name, trigger};
pub(crate) use matching::matches;
pub(crate) use password::{PASSWORD_CHARS_MIN, Strength, strength, too_short};
pub(crate) use scope::{SCOPES, scope_name};
pub(crate) use setting::{effect, spelled, unit};
pub(crate) use sign_in::{means, provider_error, refused};
pub(crate) use state::state;
pub(crate) use time::{ago, until, wait};
pub(crate) use usage::{bytes, cores};
pub(crate) use waking::{HowFar, waking, waking_step, waking_word};
