//! The HTTP layer: extract, act, answer.
//!
//! It knows neither SQL nor actors nor containers: it asks the `Store` and the `Fleet`. Two routers: the
//! public one for people and their programs, and the internal one that only cells reach.

mod assets;
mod auth;
mod beliefs;
mod chat;
mod docs;
mod failure;
mod meter;
mod oidc;
mod openapi;
mod router;
mod routes;
mod setup;
mod shut_out;
mod state;
mod trial;
mod turns;
mod watching;

pub use openapi::openapi_json;
pub use router::{internal_router, public_router};
pub use routes::{audit_entry_body, invitation_link};
pub use state::HttpState;
pub use turns::LeftOpen;
