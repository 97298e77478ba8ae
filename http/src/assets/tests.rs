//! What a browser, and a client that is none, are answered.

use http_body_util::BodyExt as _;

use super::*;

static BUNDLE: &[Asset] = &[
    Asset { name: "app-1a2b.js", plain: b"plain", brotli: Some(b"packed") },
    Asset { name: INDEX, plain: b"<page>", brotli: None },
];

fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
}

fn get(path: &str, pairs: &[(HeaderName, &'static str)]) -> Response {
    answer(BUNDLE, &Method::GET, path, &headers(pairs))
}

async fn body(response: Response) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

#[tokio::test]
async fn a_hashed_file_is_kept_for_ever_and_packed_for_those_who_take_it() {
    let packed = get("/app-1a2b.js", &[(ACCEPT_ENCODING, "gzip, br;q=0.8")]);
    assert_eq!(packed.headers()[CONTENT_ENCODING], "br");
    assert_eq!(packed.headers()[CONTENT_TYPE], "text/javascript; charset=utf-8");
    assert_eq!(packed.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert_eq!(packed.headers()[VARY], "accept-encoding");
    assert_eq!(body(packed).await, "packed");

    let plain = get("/app-1a2b.js", &[(ACCEPT_ENCODING, "gzip, br;q=0")]);
    assert!(!plain.headers().contains_key(CONTENT_ENCODING));
    assert_eq!(body(plain).await, "plain");
}

#[tokio::test]
async fn every_page_of_the_app_is_the_index_which_is_never_kept() {
    for path in ["/", "/index.html", "/chat/0198f7c2"] {
        let page = get(path, &[(ACCEPT, "text/html,*/*;q=0.8")]);
        assert_eq!(page.status(), StatusCode::OK, "{path}");
        assert_eq!(page.headers()[CACHE_CONTROL], "no-cache");
        assert_eq!(body(page).await, "<page>");
    }
}

#[test]
fn a_wrong_api_path_is_an_error_and_never_a_page() {
    for path in ["/api", "/api/nothing", "/v1", "/v1/models/x"] {
        let answer = get(path, &[(ACCEPT, "text/html")]);
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.headers()[CONTENT_TYPE], "application/problem+json");
    }
    assert_eq!(get("/v1-and-more", &[]).status(), StatusCode::OK);
}

#[test]
fn a_file_that_is_gone_is_missing_and_never_a_page() {
    assert_eq!(get("/app-0000.js", &[(ACCEPT, "*/*")]).status(), StatusCode::NOT_FOUND);
    assert_eq!(get("/chat", &[(ACCEPT, "application/json")]).status(), StatusCode::NOT_FOUND);
}

#[test]
fn every_answer_carries_the_policy() {
    let refused = answer(BUNDLE, &Method::POST, "/", &HeaderMap::new());
    assert_eq!(refused.status(), StatusCode::METHOD_NOT_ALLOWED);
    for response in [refused, get("/", &[]), get("/app-1a2b.js", &[]), get("/api/x", &[])] {
        assert!(
            response.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none';")
        );
        assert_eq!(response.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
    }
}

#[tokio::test]
async fn a_server_without_a_bundle_says_how_to_make_one() {
    let page = answer(&[], &Method::GET, "/", &HeaderMap::new());
    assert_eq!(page.status(), StatusCode::OK);
    let words = body(page).await;
    assert!(String::from_utf8_lossy(&words).contains("cargo xtask web"));
}
