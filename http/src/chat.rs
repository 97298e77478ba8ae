//! A chat through the client-owned door: the question as the gateway needs it, the answer as it comes.

mod assembly;
mod event_stream;
mod frames;
mod question;
mod relay;
mod whole;

pub(crate) use self::{
    event_stream::as_stream,
    question::{Question, rewrite},
    relay::Relay,
    whole::{pass_on, whole_answer},
};
