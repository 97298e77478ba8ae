//! A Mosaic to test: the program itself, in a data directory of its own, with everything it made removed
//! afterwards.

mod answer;
mod browser;
mod chromium;
mod database;
pub(crate) mod http;
mod mosaic;
mod oidc_provider;
mod shell;

pub(crate) use self::{
    answer::{chat, chat_whole, ended},
    browser::Browser,
    chromium::Chromium,
    database::{Lasting, random},
    http::{Reply, call, delete, get, open, patch, post, request, send_bytes, send_request, versioned},
    mosaic::{Mosaic, Person},
    oidc_provider::{CLIENT_SECRET, OidcProvider, log_in_there},
    shell::{docker, eventually, run},
};

/// A small, quick image with OpenClaw's contract.
pub(crate) fn standin() -> String {
    image("MOSAIC_TEST_STANDIN_IMAGE", "mosaic-standin:local")
}

/// The real image.
pub(crate) fn agent() -> String {
    image("MOSAIC_TEST_AGENT_IMAGE", "mosaic-agent:local")
}

#[expect(clippy::disallowed_methods, reason = "the test command hands its images over in the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Deque's accessibility checker, as a script.
pub(crate) fn axe() -> String {
    let file = variable("MOSAIC_TEST_AXE").unwrap_or_else(|| {
        let home = variable("HOME").unwrap_or_default();
        format!("{home}/.cache/mosaic/axe-core-4.14.1/node_modules/axe-core/axe.min.js")
    });
    std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{file}: {error}; `cargo xtask test` fetches it"))
}

fn image(name: &str, default: &str) -> String {
    let name = variable(name).unwrap_or_else(|| default.to_owned());
    let there = shell::docker(&["image", "inspect", "--format", "{{.Id}}", &name]);
    assert!(there.starts_with("sha256:"), "the image {name} is missing: run `cargo xtask image` first");
    name
}
