//! Which version of a thing the caller looked at before changing it.
//!
//! A thing with a version answers with it as its `ETag`, and a change names it in `If-Match`: so nobody undoes
//! what somebody else did meanwhile. `If-Match: *` says that the caller does not mind.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use http::{HeaderName, HeaderValue, header, request::Parts};
use mosaic_api::Code;

use crate::failure::Failure;

/// The version that a request wants to change; none where any will do. As an `Option` where the header may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IfMatch(pub(crate) Option<i64>);

/// The header that tells a thing's version.
pub(crate) fn etag(version: i64) -> (HeaderName, HeaderValue) {
    let value = HeaderValue::try_from(format!("\"{version}\"")).expect("quotes and digits");
    (header::ETAG, value)
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let found = <Self as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?;
        found.ok_or_else(|| {
            let detail = "Say which version you looked at: send its ETag as If-Match, or If-Match: * to change it \
                          whatever it is now.";
            Failure::new(Code::VersionMissing, detail)
        })
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Failure> {
        let mut values = parts.headers.get_all(header::IF_MATCH).iter();
        let Some(value) = values.next() else { return Ok(None) };
        let version = value.to_str().ok().and_then(parse).filter(|_| values.next().is_none());
        let refused = || {
            Failure::new(
                Code::BadRequest,
                "If-Match takes one ETag as this address gives them, such as \"3\", or *.",
            )
        };
        version.map(Some).ok_or_else(refused)
    }
}

/// A proxy that compresses answers makes their tags weak; the version is the same.
fn parse(text: &str) -> Option<IfMatch> {
    let text = text.trim();
    if text == "*" {
        return Some(IfMatch(None));
    }
    let quoted = text.strip_prefix("W/").unwrap_or(text);
    let digits = quoted.strip_prefix('"')?.strip_suffix('"')?;
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok().map(|version| IfMatch(Some(version))))?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_tag_reads_back_and_nothing_else_is_one(version in 0..i64::MAX, text in "[W/\"*0-9a ,+-]{0,6}") {
            let (_, value) = etag(version);
            let tag = value.to_str().unwrap();
            prop_assert_eq!(parse(tag), Some(IfMatch(Some(version))));
            prop_assert_eq!(parse(&format!("W/{tag}")), Some(IfMatch(Some(version))));
            if let Some(IfMatch(Some(version))) = parse(&text) {
                let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                prop_assert_eq!(digits.parse(), Ok(version));
                prop_assert!(text.contains('"'));
            }
        }
    }

    #[test]
    fn a_star_takes_any_version() {
        assert_eq!(parse("*"), Some(IfMatch(None)));
        for text in ["", "3", "\"\"", "\"-3\"", "\"3\", \"4\"", "\"99999999999999999999\""] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
