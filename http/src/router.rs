//! Both routers: which paths there are, and what every request passes through.

use std::time::Duration;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use mosaic_api::Code;
use tower::ServiceBuilder;
use tower_http::{
    csrf::{CsrfLayer, ProtectionError},
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    set_header::SetResponseHeaderLayer,
    timeout::TimeoutLayer,
    trace::TraceLayer,
};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    HttpState, assets, docs,
    failure::{Failure, REQUEST_ID, write_problems},
    meter::{self, route},
    openapi::Base,
    routes::{
        admin, admin::system_agents, agents, audit, cell, chat_completions, config, conversations, health,
        internal_config, invitation, login, me, metrics, models, oidc, oidc_admin, oidc_try, onboarding,
        openapi_document, password, providers, sessions, sign_in_methods, tokens,
    },
    setup,
};

/// The largest body of a settings request. Bytes.
const SETTINGS_BODY_MAX: usize = 256 * 1024;
/// The largest body of a chat: what a gateway takes. Bytes.
const CHAT_BODY_MAX: usize = 20 * 1024 * 1024;
/// How long anything but a chat may take.
const SETTINGS_TIMEOUT: Duration = Duration::from_secs(90);

/// What people and their programs reach.
pub fn public_router(state: HttpState) -> Router {
    let settings = settings_routes().split_for_parts().0;
    let settings = settings
        .layer(DefaultBodyLimit::max(SETTINGS_BODY_MAX))
        .layer(TimeoutLayer::with_status_code(http::StatusCode::GATEWAY_TIMEOUT, SETTINGS_TIMEOUT))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ));
    let chat = chat_routes().split_for_parts().0.layer(DefaultBodyLimit::max(CHAT_BODY_MAX));
    // A browser sends its cookies whoever makes it send a request; what another site made it send goes no further.
    let same_site = CsrfLayer::new().with_rejection_response(|_: ProtectionError| cross_site());
    let gate = middleware::from_fn_with_state(state.clone(), setup::gate);
    let gated = settings.merge(chat).route_layer(gate);
    finish(gated.merge(docs::router()).merge(assets::router()).layer(same_site), state)
}

/// What cells reach, on a listener of its own.
pub fn internal_router(state: HttpState) -> Router {
    let routes = internal_routes().split_for_parts().0;
    let limit = TimeoutLayer::with_status_code(http::StatusCode::GATEWAY_TIMEOUT, SETTINGS_TIMEOUT);
    finish(routes.layer(limit), state)
}

fn cross_site() -> Response {
    Failure::new(Code::CrossSite, "Another site made your browser send this; nothing was done.")
        .into_response()
}

pub(crate) fn public_document() -> utoipa::openapi::OpenApi {
    settings_routes().merge(chat_routes()).split_for_parts().1
}

pub(crate) fn internal_document() -> utoipa::openapi::OpenApi {
    internal_routes().split_for_parts().1
}

fn settings_routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::with_openapi(Base::openapi())
        .merge(access_routes())
        .merge(own_routes())
        .merge(admin_routes())
        .merge(onboarding::router())
}

/// Who somebody is, and how they show it.
fn access_routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(health::health))
        .routes(routes!(openapi_document::openapi_document))
        .routes(routes!(login::login))
        .routes(routes!(login::logout))
        .routes(routes!(sign_in_methods::show))
        .routes(routes!(oidc::start))
        .routes(routes!(oidc::callback))
        .routes(routes!(password::change))
        .routes(routes!(invitation::look))
        .routes(routes!(invitation::accept))
        .routes(routes!(sessions::list, sessions::end_others))
        .routes(routes!(sessions::end))
        .routes(routes!(tokens::list, tokens::make))
        .routes(routes!(tokens::revoke))
        .routes(routes!(me::me))
}

/// What is the caller's own.
fn own_routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(providers::list, providers::add))
        .routes(routes!(providers::presets))
        .routes(routes!(providers::test::draft))
        .routes(routes!(providers::test::saved))
        .routes(routes!(providers::test::models))
        .routes(routes!(providers::show, providers::change, providers::remove))
        .routes(routes!(providers::replace_key))
        .routes(routes!(agents::list, agents::add))
        .routes(routes!(agents::show, agents::change, agents::remove))
        .routes(routes!(cell::show, cell::change))
        .routes(routes!(cell::stop))
        .routes(routes!(cell::retry))
        .routes(routes!(cell::apply))
        .routes(routes!(cell::wake))
        .routes(routes!(cell::events))
        .routes(routes!(cell::stream))
        .routes(routes!(models::list))
        .routes(routes!(conversations::list, conversations::begin))
        .routes(routes!(conversations::show, conversations::rename, conversations::delete))
        .routes(routes!(conversations::events::follow))
        .routes(routes!(conversations::turns::ask))
        .routes(routes!(conversations::turns::stop))
        .routes(routes!(conversations::turns::retry))
        .routes(routes!(conversations::turns::edit))
}

/// What only administrators reach.
fn admin_routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(metrics::show))
        .routes(routes!(oidc_admin::show, oidc_admin::replace, oidc_admin::remove))
        .routes(routes!(oidc_try::check))
        .routes(routes!(oidc_try::show, oidc_try::begin))
        .routes(routes!(audit::list))
        .routes(routes!(audit::export))
        .routes(routes!(admin::fleet::list))
        .routes(routes!(admin::fleet::several))
        .routes(routes!(admin::fleet::stream))
        .routes(routes!(admin::fleet::figures))
        .routes(routes!(admin::fleet::show))
        .routes(routes!(admin::fleet::events))
        .routes(routes!(admin::fleet::usage))
        .routes(routes!(admin::fleet::start))
        .routes(routes!(admin::fleet::stop))
        .routes(routes!(admin::fleet::restart))
        .routes(routes!(admin::fleet::drain))
        .routes(routes!(admin::fleet::freeze))
        .routes(routes!(admin::fleet::thaw))
        .routes(routes!(admin::fleet::recreate))
        .routes(routes!(admin::users::list))
        .routes(routes!(admin::users::show, admin::users::delete))
        .routes(routes!(admin::users::set_role))
        .routes(routes!(admin::users::disable))
        .routes(routes!(admin::users::enable))
        .routes(routes!(admin::users::sign_out))
        .routes(routes!(admin::invitations::list, admin::invitations::make))
        .routes(routes!(admin::invitations::revoke))
        .routes(routes!(admin::password::reset))
        .routes(routes!(system_agents::list, system_agents::declare))
        .routes(routes!(system_agents::show, system_agents::replace, system_agents::delete))
        .routes(routes!(system_agents::replace_provider))
        .routes(routes!(system_agents::orders::start))
        .routes(routes!(system_agents::orders::stop))
        .routes(routes!(config::show, config::change))
        .routes(routes!(config::reset))
}

fn chat_routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new()
        .routes(routes!(chat_completions::chat_completions))
        .routes(routes!(system_agents::chat::chat))
}

fn internal_routes() -> OpenApiRouter<HttpState> {
    OpenApiRouter::new().routes(routes!(internal_config::agent_config))
}

/// A request's id is ours: one that a client sends would let it choose what our logs say.
fn finish(router: Router<HttpState>, state: HttpState) -> Router {
    let no_sniff = HeaderValue::from_static("nosniff");
    let layers = ServiceBuilder::new()
        .map_request(|mut request: axum::extract::Request| {
            request.headers_mut().remove(&REQUEST_ID);
            request
        })
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(TraceLayer::new_for_http().make_span_with(span).on_request(()).on_response(tell_answer))
        .layer(middleware::from_fn_with_state(state.clone(), meter::count))
        .layer(SetResponseHeaderLayer::if_not_present(header::X_CONTENT_TYPE_OPTIONS, no_sniff))
        .layer(middleware::from_fn(write_problems));
    router.layer(layers).with_state(state)
}

/// Method, path and id: no headers, no query, no body. The path as the router has it, since clients put what is
/// secret even there; what it knows nothing of is not told.
fn span(request: &axum::extract::Request) -> tracing::Span {
    let id = request.headers().get(&REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default();
    let path = route(request.extensions());
    tracing::info_span!("request", method = %request.method(), path, id)
}

/// Its head is on its way; a stream's body may go on for long.
fn tell_answer(response: &Response, took: Duration, _: &tracing::Span) {
    tracing::debug!(status = response.status().as_u16(), ?took, "answered");
}
