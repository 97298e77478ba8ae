//! What a handler asks of a token, as types: the signature of a handler says who may call it.

use mosaic_model::TokenScope;

/// What a token must be allowed to do. A session may do all that its user may.
pub(crate) trait Scope: Send + Sync + 'static {
    /// None where any token will do.
    const NEEDED: Option<TokenScope>;
}

/// Any token will do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Any;

/// Chat, and the caller's own cell.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chat;

/// The caller's own providers and agents.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Configure;

/// What an admin may read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AdminRead;

/// What an admin may change.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AdminWrite;

impl Scope for Any {
    const NEEDED: Option<TokenScope> = None;
}

impl Scope for Chat {
    const NEEDED: Option<TokenScope> = Some(TokenScope::Chat);
}

impl Scope for Configure {
    const NEEDED: Option<TokenScope> = Some(TokenScope::Configure);
}

impl Scope for AdminRead {
    const NEEDED: Option<TokenScope> = Some(TokenScope::AdminRead);
}

impl Scope for AdminWrite {
    const NEEDED: Option<TokenScope> = Some(TokenScope::AdminWrite);
}
