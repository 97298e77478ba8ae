//! A chat through the client-owned door: the question as the gateway needs it, the answer as it comes.

mod assembly;
mod frames;
mod question;
mod relay;
mod whole;

pub(crate) use self::{
    question::{Question, rewrite},
    relay::Relay,
    whole::{pass_on, whole_answer},
};
