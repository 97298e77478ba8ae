//! What the browser remembers: per tab the agent that was picked, for good the theme and the width of the rail, and
//! until its writer signs out what is half written.
//!
//! Nothing that opens anything. A browser that refuses storage still works, and forgets at a reload.

use web_sys::{Storage, Window};

const AGENT: &str = "mosaic.agent";
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

/// What somebody began to write in a conversation; empty if nothing.
pub(crate) fn draft(user: &str, conversation: &str) -> String {
    read(browser(), &draft_key(user, conversation)).unwrap_or_default()
}

pub(crate) fn set_draft(user: &str, conversation: &str, words: &str) {
    write(browser(), &draft_key(user, conversation), Some(words).filter(|words| !words.is_empty()));
}

/// Forgets everything about the person who leaves this tab.
pub(crate) fn forget_tab() {
    if let Some(storage) = tab() {
        let _ = storage.clear();
    }
    forget_drafts();
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

/// What somebody began to write is not left behind for whoever uses the browser next.
fn forget_drafts() {
    let Some(storage) = browser() else { return };
    let count = storage.length().unwrap_or_default();
    let keys: Vec<String> = (0..count).filter_map(|index| storage.key(index).ok().flatten()).collect();
    for key in keys.iter().filter(|key| key.starts_with(DRAFT)) {
        let _ = storage.remove_item(key);
    }
}

/// A draft is its writer's: whoever signs in next in this browser does not see it.
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
