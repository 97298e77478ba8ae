//! Which version of a thing a request changes.

use axum::extract::FromRequestParts;
use http::{HeaderValue, header, request::Parts};
use mosaic_api::Code;

use crate::failure::Failure;

/// The version in `If-Match`, which the caller has looked at; none for `*`, which means whatever it is now.
///
/// A request without it is refused: it could undo what somebody else has just done, unseen by both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IfMatch(pub(crate) Option<u64>);

/// A version as an `ETag`.
pub(crate) fn etag(version: u64) -> HeaderValue {
    HeaderValue::try_from(format!("\"{version}\"")).expect("digits in quotes")
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let sent = parts.headers.get(header::IF_MATCH).ok_or_else(|| {
            Failure::new(
                Code::VersionMissing,
                "Send If-Match with the ETag of what you looked at, or with * to change it whatever it is now.",
            )
        })?;
        let sent = sent.to_str().unwrap_or_default().trim();
        if sent == "*" {
            return Ok(Self(None));
        }
        let version = sent.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        let version = version.and_then(|digits| digits.parse().ok());
        // What never was an ETag of ours is as stale as one that is over.
        let stale = || Failure::new(Code::Stale, "This is not the ETag of what is there now. Look again.");
        version.map(|version| Self(Some(version))).ok_or_else(stale)
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    async fn read(sent: Option<HeaderValue>) -> Result<IfMatch, Code> {
        let (mut parts, ()) = Request::new(()).into_parts();
        if let Some(sent) = sent {
            parts.headers.insert(header::IF_MATCH, sent);
        }
        IfMatch::from_request_parts(&mut parts, &()).await.map_err(|failure| failure.problem().code)
    }

    #[tokio::test]
    async fn an_etag_of_ours_reads_back_and_everything_else_is_refused() {
        assert_eq!(read(Some(etag(7))).await, Ok(IfMatch(Some(7))));
        assert_eq!(read(Some(HeaderValue::from_static("*"))).await, Ok(IfMatch(None)));
        assert_eq!(read(None).await, Err(Code::VersionMissing));
        for sent in ["", "7", "\"\"", "\"x\"", "W/\"7\"", "\"7\", \"8\"", "\"-1\""] {
            assert_eq!(read(Some(HeaderValue::from_static(sent))).await, Err(Code::Stale), "{sent}");
        }
    }
}
