//! The caller's personal tokens. Made and revoked at a browser: a stolen token makes no others.

use axum::{Json, extract::State};
use http::StatusCode;
use mosaic_api::{Code, MadeToken, NewTokenBody, TokenBody, TokenList, paths};
use mosaic_model::{Scopes, TokenId, TokenScope};
use mosaic_storage::{NewToken, TokenRecord};

use crate::{
    HttpState,
    auth::{Body, Id, SignedIn},
    failure::{Failure, sentence},
};

/// The caller's tokens, without the tokens.
#[utoipa::path(get, path = paths::TOKENS, security(("session" = [])),
    responses((status = 200, body = TokenList)))]
pub(crate) async fn list(
    signed_in: SignedIn,
    State(state): State<HttpState>,
) -> Result<Json<TokenList>, Failure> {
    let tokens = state.store.tokens(signed_in.owner).await?;
    Ok(Json(TokenList { tokens: tokens.into_iter().map(body).collect() }))
}

/// Makes a token. It is in the answer and never shown again.
#[utoipa::path(post, path = paths::TOKENS, security(("session" = [])),
    request_body = NewTokenBody, responses((status = 201, body = MadeToken)))]
pub(crate) async fn make(
    signed_in: SignedIn,
    State(state): State<HttpState>,
    Body(sent): Body<NewTokenBody>,
) -> Result<(StatusCode, Json<MadeToken>), Failure> {
    let scopes = Scopes::parse(sent.scopes.iter().map(String::as_str));
    let scopes = scopes.map_err(|error| Failure::new(Code::Invalid, sentence(&error)))?;
    let new = NewToken { name: sent.name, scopes, expires_at: sent.expires_at };
    let (id, token) = state.store.create_token(signed_in.owner, new, &signed_in.by).await?;
    let made = MadeToken { id: id.to_string(), token: token.expose().to_owned().into() };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Revokes a token: it opens nothing any more, from this moment on.
#[utoipa::path(delete, path = paths::TOKEN, security(("session" = [])),
    params(("id" = String, Path, description = "The token's id")), responses((status = 204)))]
pub(crate) async fn revoke(
    signed_in: SignedIn,
    State(state): State<HttpState>,
    Id(id): Id<TokenId>,
) -> Result<StatusCode, Failure> {
    state.store.revoke_token(signed_in.owner, id, &signed_in.by).await?;
    state.forget_access(signed_in.owner.user_id());
    Ok(StatusCode::NO_CONTENT)
}

fn body(token: TokenRecord) -> TokenBody {
    TokenBody {
        id: token.id.to_string(),
        name: token.name,
        scopes: token.scopes.iter().map(TokenScope::as_str).map(ToOwned::to_owned).collect(),
        created_at: token.created_at,
        expires_at: token.expires_at,
        last_used_at: token.last_used_at,
        revoked_at: token.revoked_at,
    }
}
