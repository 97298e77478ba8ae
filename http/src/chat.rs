//! A chat through the client-owned door: the question as the gateway needs it, the answer as it comes.

mod assembly;
mod converse;
mod event_stream;
mod frames;
mod question;
mod relay;
mod whole;

pub(crate) use self::{
    assembly::Chunk,
    converse::converse,
    event_stream::as_stream,
    question::{Question, request, rewrite},
    relay::Relay,
    whole::{broken_off, no_answer, pass_on, refused, whole_answer},
};
