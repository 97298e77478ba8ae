//! A page to browse the API's own description: three files of ours, and nothing from elsewhere.

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderValue, header};
use mosaic_api::paths;

use crate::assets::hardening;

/// The page and what it loads. Open to anybody, like the description it shows.
pub(crate) fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route(paths::DOCS, get(async || file("text/html; charset=utf-8", include_str!("docs/docs.html"))))
        .route(
            DOCS_SCRIPT,
            get(async || file("text/javascript; charset=utf-8", include_str!("docs/docs.js"))),
        )
        .route(DOCS_STYLE, get(async || file("text/css; charset=utf-8", include_str!("docs/docs.css"))))
}

const DOCS_SCRIPT: &str = "/api/docs/docs.js";
const DOCS_STYLE: &str = "/api/docs/docs.css";

/// Under the web app's own strict policy; asked for anew after each change of version.
fn file(content_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, hardening(), text).into_response()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_page_loads_nothing_from_elsewhere_and_runs_nothing_inline() {
        let page = include_str!("docs/docs.html");
        for forbidden in ["http:", "https:", "style=", "onclick", "<style", "src=\"//"] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert!(page.contains(super::DOCS_SCRIPT) && page.contains(super::DOCS_STYLE));
        let script = include_str!("docs/docs.js");
        for forbidden in ["innerHTML", "eval(", "http:", "https:", ".style"] {
            assert!(!script.contains(forbidden), "{forbidden}");
        }
        assert!(!include_str!("docs/docs.css").contains("url("));
    }
}
