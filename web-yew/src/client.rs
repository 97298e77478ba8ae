//! Every request of the app, by noun. Knows the server's paths and words, and nothing of how they look.
//!
//! The session's cookie goes along by itself, to this server only; the app never sees it.

#![expect(
    clippy::needless_pass_by_value,
    reason = "the hooks that call these give away what a person has typed"
)]

mod account;
mod agents;
mod audit;
mod cell;
mod chat;
mod config;
mod fleet;
mod oidc;
mod onboarding;
mod providers;
mod sign_in;
mod stream;
mod system_agents;
mod tokens;
mod users;

use std::fmt::Debug;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use gloo_net::http::{Method, Request, RequestBuilder, Response};
use mosaic_api::Problem;
use serde::{Serialize, de::DeserializeOwned};
use web_sys::RequestCredentials;

use crate::json::{self, Unreadable};
use crate::remote::Failure;

pub(crate) use account::{change_password, end_other_sessions, end_session, me, sessions, sign_out};
pub(crate) use agents::{add_agent, agent, change_agent, own_agents, remove_agent};
pub(crate) use audit::{audit, audit_export};
pub(crate) use cell::{cell, cell_deed};
pub(crate) use chat::{
    agents, ask_turn, begin_conversation, conversation, conversations, delete_conversation, edit_turn,
    events_path, rename_conversation, retry_turn, stop_turn,
};
pub(crate) use config::{change_config, config};
pub(crate) use fleet::{fleet_agent, fleet_events, fleet_figures, fleet_page, fleet_usage, order_fleet};
pub(crate) use oidc::{check_oidc, oidc, oidc_try, remove_oidc, set_oidc, try_oidc};
pub(crate) use onboarding::{onboard_admin, onboard_agent, onboard_oidc, onboard_provider, onboarding};
pub(crate) use providers::{
    add_provider, change_provider, presets, provider, provider_models, providers, remove_provider, try_draft,
    try_provider,
};
pub(crate) use sign_in::{accept_invitation, invitation, methods, oidc_start, sign_in};
pub(crate) use stream::follow;
pub(crate) use system_agents::{
    ask_system_agent, declare_system_agent, erase_system_agent, order_system_agent, replace_system_agent,
    replace_system_provider, system_agent, system_agents,
};
pub(crate) use tokens::{make_token, revoke_token, tokens};
pub(crate) use users::{
    delete_user, disable, enable, invitations, invite, reset_password, set_role, sign_out_everywhere,
    take_invitation_back, users,
};

const UNREACHABLE: &str = "Mosaic cannot be reached. Check your connection, then try again.";
const UNSENDABLE: &str = "The request could not be made in this browser.";
const UNREADABLE: &str = "A part of the answer could not be read.";

/// An answer that is on its way, and what it is read as. What waits for it is the same for all of them: of each
/// request the browser has to load only what is its own.
pub(crate) struct Answer<T> {
    text: Exchange,
    read_as: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Future for Answer<T> {
    type Output = Result<T, Failure>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.text.as_mut().poll(context).map(|text| read(&text?))
    }
}

/// The word that something was done, on its way.
pub(crate) struct Acted(Exchange);

impl Future for Acted {
    type Output = Result<(), Failure>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context).map(|text| text.map(drop))
    }
}

/// Fetches something.
fn get<T>(path: &str) -> Answer<T> {
    ask(Method::GET, path)
}

/// Sends a request without a body and reads the answer.
fn ask<T>(method: Method, path: &str) -> Answer<T> {
    Answer { text: exchange(request(method, path).build()), read_as: PhantomData }
}

/// Sends something and reads the answer.
fn send<T>(method: Method, path: &str, body: &impl Serialize) -> Answer<T> {
    let request = with_body(request(method, path), serde_json::to_string(body));
    Answer { text: exchange(request), read_as: PhantomData }
}

/// Sends a change of a version that was looked at, and reads the answer. Another version is a failure.
fn send_if<T>(method: Method, path: &str, version: i64, body: &impl Serialize) -> Answer<T> {
    let request = request(method, path).header("if-match", &format!("\"{version}\""));
    let request = with_body(request, serde_json::to_string(body));
    Answer { text: exchange(request), read_as: PhantomData }
}

/// Has something done that is answered without a body.
fn act(method: Method, path: &str) -> Acted {
    Acted(exchange(request(method, path).build()))
}

/// Sends something that is answered without a body.
fn tell(method: Method, path: &str, body: &impl Serialize) -> Acted {
    Acted(exchange(with_body(request(method, path), serde_json::to_string(body))))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    json::read(text).map_err(unreadable)
}

/// As [`because`] has it, for all types at once.
fn unreadable(cause: Unreadable) -> Failure {
    because(UNREADABLE)(cause)
}

fn with_body(request: RequestBuilder, body: serde_json::Result<String>) -> Result<Request, gloo_net::Error> {
    request.header("content-type", "application/json").body(body?)
}

/// The text of an answer, on its way.
type Exchange = Pin<Box<dyn Future<Output = Result<String, Failure>>>>;

fn exchange(request: Result<Request, gloo_net::Error>) -> Exchange {
    Box::pin(async move { answer(request).await?.text().await.map_err(because(UNREADABLE)) })
}

/// A path of one thing.
fn path_of(path: &str, id: &str) -> String {
    path.replace("{id}", id)
}

fn request(method: Method, path: &str) -> RequestBuilder {
    RequestBuilder::new(path).method(method).credentials(RequestCredentials::SameOrigin)
}

/// The answer to a request; what the server refuses is a failure in its words.
async fn answer(request: Result<Request, gloo_net::Error>) -> Result<Response, Failure> {
    let response = request.map_err(because(UNSENDABLE))?.send().await.map_err(because(UNREACHABLE))?;
    if response.ok() { Ok(response) } else { Err(refusal(response).await) }
}

async fn refusal(response: Response) -> Failure {
    let status = response.status();
    let wait_secs = response.headers().get("retry-after").and_then(|secs| secs.parse().ok());
    let text = response.text().await.unwrap_or_default();
    match json::read::<Problem>(&text) {
        Ok(problem) => Failure::from_problem(problem, wait_secs),
        // Something between the browser and Mosaic has answered, or a Mosaic that is newer than this page.
        Err(_) => Failure {
            wait_secs,
            ..Failure::new(format!(
                "The server answered with status {status}. Reload the page and try again."
            ))
        },
    }
}

/// A failure in plain words; the cause goes to the browser's console, for whoever looks after the page.
fn because<E: Debug>(words: &'static str) -> impl FnOnce(E) -> Failure {
    move |cause| {
        web_sys::console::debug_1(&format!("{words} {cause:?}").into());
        Failure::new(words)
    }
}
