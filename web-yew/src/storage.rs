//! What the browser remembers: per tab the agent that was picked and what is half written, for good the theme and
//! the width of the rail.
//!
//! Nothing that opens anything. A browser that refuses storage still works, and forgets at a reload.

use web_sys::{Storage, Window};

const AGENT: &str = "mosaic.agent";
const CONVERSATION: &str = "mosaic.conversation";
const DRAFT: &str = "mosaic.draft.";
const RAIL: &str = "mosaic.rail";
const SETUP: &str = "mosaic.setup";
const THEME: &str = "mosaic.theme";

pub(crate) fn agent() -> Option<String> {
    read(tab(), AGENT)
}

pub(crate) fn set_agent(agent: &str) {
    write(tab(), AGENT, Some(agent));
}

/// The conversation that this tab held last.
pub(crate) fn conversation() -> Option<String> {
    read(tab(), CONVERSATION)
}

pub(crate) fn set_conversation(conversation: &str) {
    write(tab(), CONVERSATION, Some(conversation));
}

/// What somebody began to write in a conversation; empty if nothing.
pub(crate) fn draft(user: &str, conversation: &str) -> String {
    read(tab(), &draft_key(user, conversation)).unwrap_or_default()
}

pub(crate) fn set_draft(user: &str, conversation: &str, words: &str) {
    write(tab(), &draft_key(user, conversation), Some(words).filter(|words| !words.is_empty()));
}

/// Forgets everything about the person who leaves this tab.
pub(crate) fn forget_tab() {
    if let Some(storage) = tab() {
        let _ = storage.clear();
    }
}

pub(crate) fn theme() -> Option<String> {
    read(browser(), THEME)
}

pub(crate) fn set_theme(theme: Option<&str>) {
    write(browser(), THEME, theme);
}

/// Whether the rail shows its drawings only.
pub(crate) fn rail_is_narrow() -> bool {
    read(browser(), RAIL).is_some()
}

pub(crate) fn set_rail_is_narrow(narrow: bool) {
    write(browser(), RAIL, narrow.then_some("narrow"));
}

/// The first set-up as far as it is filled in; without any secret.
pub(crate) fn setup() -> Option<String> {
    read(tab(), SETUP)
}

pub(crate) fn set_setup(draft: Option<&str>) {
    write(tab(), SETUP, draft);
}

/// A draft is its writer's: whoever signs in next in this tab does not see it.
fn draft_key(user: &str, conversation: &str) -> String {
    format!("{DRAFT}{user}.{conversation}")
}

fn read(storage: Option<Storage>, key: &str) -> Option<String> {
    storage?.get_item(key).ok()?
}

fn write(storage: Option<Storage>, key: &str, value: Option<&str>) {
    let Some(storage) = storage else { return };
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}

fn tab() -> Option<Storage> {
    web_sys::window().as_ref().map(Window::session_storage)?.ok()?
}

fn browser() -> Option<Storage> {
    web_sys::window().as_ref().map(Window::local_storage)?.ok()?
}
