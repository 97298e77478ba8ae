//! HTTP plumbing for small scripted servers: accept, answer, stream, and break off in every way a test may want.

mod reply;
mod serve;
mod stream;

pub use reply::{Body, Reply, json, read_body, status, text};
pub use serve::{Handler, serve};
pub use stream::{Broken, Sink, sse, stream};
