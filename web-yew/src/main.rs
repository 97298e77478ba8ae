//! The web app: signing in, talking with one's agent, one's account, and for admins the fleet, users and the audit log.
//!
//! Pages own data, components own looks, hooks own what outlives a render; every request is in `client`. Who is
//! signed in is a cookie that no script can read: the app only knows what the server says about it.

mod app;
mod browser;
mod chat;
mod client;
mod clipboard;
mod components;
mod desk;
mod drafts;
mod fleet;
mod highlight;
mod hooks;
mod json;
mod markdown;
mod math;
mod pages;
mod remote;
mod route;
mod storage;
mod stumble;
mod theme;
mod wire;
mod words;

fn main() {
    stumble::tell_of_panics();
    theme::current().apply();
    yew::Renderer::<app::App>::new().render();
}
