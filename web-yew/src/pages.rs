//! Pages: each owns its data and puts components together.

mod chat;
mod sign_in;

pub(crate) use chat::ChatPage;
pub(crate) use sign_in::SignInPage;
