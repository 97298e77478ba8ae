//! The web app's files, compiled into the program.
//!
//! Every name but index.html's carries a hash of its content, so those answers may be kept for ever. A path
//! that is no file is a page of the web app and gets index.html, so that a reload works anywhere. Nothing is
//! read from disk while the server runs, and nothing below the API's paths is answered as a page.

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    HeaderValue, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, Method, Request, StatusCode};

/// One file of the bundle.
#[derive(Debug)]
struct Asset {
    name: &'static str,
    plain: &'static [u8],
    /// The copy packed with brotli; none where it would not be smaller.
    brotli: Option<&'static [u8]>,
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

const INDEX: &str = "index.html";

/// What the page may do: run this server's scripts and styles and talk to this server, and nothing else.
/// WebAssembly needs `wasm-unsafe-eval`; it does not allow `eval`.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    connect-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

/// Shown instead of the web app by a server that was built without it.
const NO_BUNDLE: Asset = Asset { name: INDEX, plain: include_bytes!("assets/no-bundle.html"), brotli: None };

/// The routes of the web app: a fallback for every path that is not the API's.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().fallback(serve)
}

async fn serve(request: Request<Body>) -> Response {
    answer(ASSETS, request.method(), request.uri().path(), request.headers())
}

fn answer(assets: &'static [Asset], method: &Method, path: &str, headers: &HeaderMap) -> Response {
    if is_api(path) {
        return missing();
    }
    if method != Method::GET && method != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET, HEAD")], hardening()).into_response();
    }
    let name = path.trim_start_matches('/');
    match assets.iter().find(|asset| asset.name == name && name != INDEX) {
        Some(asset) => file(asset, "public, max-age=31536000, immutable", headers),
        None if wants_page(name, headers) => {
            let index = assets.iter().find(|asset| asset.name == INDEX).unwrap_or(&NO_BUNDLE);
            file(index, "no-cache", headers)
        }
        None => missing(),
    }
}

/// Whether the path belongs to the API, where a wrong path is an error and never a page.
fn is_api(path: &str) -> bool {
    ["/api", "/v1"].iter().any(|api| {
        path.strip_prefix(api).is_some_and(|rest| matches!(rest.bytes().next(), None | Some(b'/')))
    })
}

/// Whether a path that is no file is asked for as a page: by something that reads HTML, and without a file's
/// extension, so that a script of an older bundle is plainly missing instead of a page.
fn wants_page(name: &str, headers: &HeaderMap) -> bool {
    let last = name.rsplit('/').next().unwrap_or_default();
    let reads_html = headers.get(ACCEPT).is_none_or(|accept| {
        accept.to_str().is_ok_and(|accept| accept.contains("text/html") || accept.contains("*/*"))
    });
    reads_html && (name == INDEX || !last.contains('.'))
}

fn file(asset: &'static Asset, keep: &'static str, headers: &HeaderMap) -> Response {
    let packed = asset.brotli.filter(|_| accepts_brotli(headers));
    let mut response = Response::new(Body::from(Bytes::from_static(packed.unwrap_or(asset.plain))));
    let out = response.headers_mut();
    out.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(asset.name)));
    out.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    out.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if packed.is_some() {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    out.extend(hardening());
    response
}

fn missing() -> Response {
    const PROBLEM: &str = r#"{"type":"about:blank","title":"Not Found","status":404,"code":"not_found","detail":"There is nothing at this address."}"#;
    (StatusCode::NOT_FOUND, [(CONTENT_TYPE, "application/problem+json")], hardening(), PROBLEM)
        .into_response()
}

/// The headers that every answer of this module carries.
pub(crate) fn hardening() -> HeaderMap {
    const HEADERS: [(HeaderName, &str); 6] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    HEADERS.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect()
}

/// Whether the client takes brotli; one that says `br;q=0` does not.
fn accepts_brotli(headers: &HeaderMap) -> bool {
    let offers = headers.get_all(ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    offers.flat_map(|offer| offer.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let refused = parts.any(|part| {
            part.strip_prefix("q=")
                .and_then(|weight| weight.parse::<f32>().ok())
                .is_some_and(|weight| weight <= 0.0)
        });
        name.eq_ignore_ascii_case("br") && !refused
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
