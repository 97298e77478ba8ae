//! The web app: one page for now, on which a person pastes a token, picks an agent and talks with it.
//!
//! Pages own data, components own looks, hooks own what outlives a render; every request is in `client`.

mod app;
mod chat;
mod client;
mod components;
mod hooks;
mod pages;
mod remote;
mod session;
mod wire;

fn main() {
    yew::Renderer::<app::App>::new().render();
}
