//! The OpenAPI document, made from the code.

mod problems;

use mosaic_api::{ConversationEvent, Problem, sse::ServerSentEvent};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        OpenApi as Document,
        security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme},
    },
};

/// What the document says before any operation is added.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Mosaic",
        description = "A multi-user fleet of AI agents: one OpenClaw gateway a user, each in a container of its own.",
    ),
    components(schemas(Problem, ConversationEvent, ServerSentEvent)),
    modifiers(&Doors),
)]
pub(crate) struct Base;

struct Doors;

impl Modify for Doors {
    fn modify(&self, document: &mut Document) {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = document.components.get_or_insert_default();
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("mosaic_session")));
        components.add_security_scheme("session", cookie);
        components.add_security_scheme("personal_token", bearer.clone());
        components.add_security_scheme("gateway_token", bearer);
    }
}

/// The whole document, internal listener included, as pretty JSON.
pub fn openapi_json() -> String {
    let mut document = crate::router::public_document();
    document.merge(crate::router::internal_document());
    problems::add(&mut document);
    let mut text = document.to_pretty_json().expect("the document is plain data");
    text.push('\n');
    text
}
