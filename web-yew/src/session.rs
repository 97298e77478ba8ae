//! What this tab remembers until it is closed: the token, and the agent that was picked last.
//!
//! The browser's session storage only: nothing is left behind for the next person at this machine. A browser
//! that refuses storage still works, and asks again after a reload.

use web_sys::Storage;

const TOKEN: &str = "mosaic.token";
const AGENT: &str = "mosaic.agent";

pub(crate) fn token() -> Option<String> {
    read(TOKEN)
}

pub(crate) fn set_token(token: Option<&str>) {
    write(TOKEN, token);
}

pub(crate) fn agent() -> Option<String> {
    read(AGENT)
}

pub(crate) fn set_agent(agent: &str) {
    write(AGENT, Some(agent));
}

fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

fn write(key: &str, value: Option<&str>) {
    let Some(storage) = storage() else { return };
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}

fn storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok()?
}
