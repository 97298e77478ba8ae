//! A scripted model server: it speaks the wire formats of model providers and is no model at all.
//!
//! The demo runs it so that a newcomer without an API key can chat; the tests run it as the only stand-in in an
//! otherwise real system. It says in every answer that it is no real model, remembers every request so that a test can
//! see what arrived ([`ModelServer::requests`]) and misbehaves on request ([`Behaviour`]).
//!
//! Its HTTP plumbing ([`wire`]) is public because the stand-in gateway is built on it too.

mod answer;
mod behaviour;
mod dialect;
mod question;
mod record;
mod routes;
mod server;
pub mod wire;

pub use behaviour::{Behaviour, Listing};
pub use record::SeenRequest;
pub use server::{ModelServer, ModelServerConfig};
