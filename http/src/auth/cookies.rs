//! The two cookies: one holds the session, the other remembers a browser that was signed in before.

use http::{HeaderMap, HeaderValue, header};
use mosaic_model::{PublicUrl, SessionToken};

use crate::state::HttpState;

/// How long a browser is remembered as one that its account knows. Seconds.
const DEVICE_SECS: u32 = 365 * 24 * 3_600;

/// How cookies are written. Under HTTPS their names keep every other host and every plain connection from
/// setting them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cookies {
    secure: bool,
    session_secs: u32,
}

impl Cookies {
    /// As the settings have it at the moment.
    pub(crate) fn of(state: &HttpState) -> Self {
        state.store.peek_settings(|settings| Self {
            secure: settings.public_url.as_ref().is_some_and(PublicUrl::is_secure),
            session_secs: settings.session_lifetime_secs,
        })
    }

    /// The session's token, if the browser sent one that can be ours.
    pub(crate) fn session(self, headers: &HeaderMap) -> Option<SessionToken> {
        SessionToken::parse(self.read(headers, "mosaic_session")?)
    }

    /// What remembers the browser, as it was sent.
    pub(crate) fn device(self, headers: &HeaderMap) -> Option<&str> {
        self.read(headers, "mosaic_device")
    }

    /// Signs the browser in.
    pub(crate) fn set_session(self, token: &SessionToken) -> HeaderValue {
        self.write("mosaic_session", token.expose(), self.session_secs)
    }

    /// Signs the browser out.
    pub(crate) fn clear_session(self) -> HeaderValue {
        self.write("mosaic_session", "", 0)
    }

    /// Remembers the browser.
    pub(crate) fn set_device(self, text: &str) -> HeaderValue {
        self.write("mosaic_device", text, DEVICE_SECS)
    }

    /// A cookie of another name that lives for a while, for what has to come back from elsewhere.
    pub(crate) fn write(self, name: &str, value: &str, max_age_secs: u32) -> HeaderValue {
        let (prefix, secure) = if self.secure { ("__Host-", "; Secure") } else { ("", "") };
        let text =
            format!("{prefix}{name}={value}; Path=/; Max-Age={max_age_secs}; HttpOnly; SameSite=Lax{secure}");
        let mut value = HeaderValue::try_from(text).expect("names and values of ours are plain");
        value.set_sensitive(true);
        value
    }

    /// The value of a cookie, if the browser sent it.
    pub(crate) fn read<'a>(self, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
        let prefix = if self.secure { "__Host-" } else { "" };
        let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
        let wanted = |key: &str| key.trim().strip_prefix(prefix) == Some(name);
        pairs.find(|(key, _)| wanted(key)).map(|(_, value)| value.trim())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_cookie_header_is_read_without_fault(
            line in prop::collection::vec(any::<u8>(), 0..80), pairs in "(; ?|=|mosaic_session|__Host-|,|[a-f0-9]{64}|\"){0,12}",
        ) {
            for bytes in [line, pairs.into_bytes()] {
                let Ok(value) = HeaderValue::from_bytes(&bytes) else { continue };
                let headers = HeaderMap::from_iter([(header::COOKIE, value)]);
                for cookies in [PLAIN, SECURE] {
                    if let Some(token) = cookies.session(&headers) {
                        let sent = String::from_utf8(bytes.clone()).expect("a token is text");
                        prop_assert!(sent.contains(token.expose()));
                        prop_assert!(!cookies.secure || sent.contains("__Host-mosaic_session="));
                    }
                }
            }
        }
    }

    const PLAIN: Cookies = Cookies { secure: false, session_secs: 60 };
    const SECURE: Cookies = Cookies { secure: true, session_secs: 60 };

    fn sent(line: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(line))])
    }

    #[test]
    fn what_is_written_reads_back() {
        let token = SessionToken::from_random([7; 32]);
        for cookies in [PLAIN, SECURE] {
            let written = cookies.set_session(&token);
            let pair = written.to_str().unwrap().split(';').next().unwrap().to_owned();
            let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::try_from(pair).unwrap())]);
            assert_eq!(cookies.session(&headers).unwrap().hash(), token.hash());
            assert!(written.is_sensitive());
        }
    }

    #[test]
    fn under_https_a_cookie_that_anybody_could_have_set_is_not_read() {
        let headers = sent("a=b; mosaic_device=x");
        assert_eq!(PLAIN.device(&headers), Some("x"));
        assert_eq!(SECURE.device(&headers), None);
        assert_eq!(SECURE.device(&sent("mosaic_device=x; __Host-mosaic_device=y")), Some("y"));
        let written = SECURE.clear_session();
        let text = written.to_str().unwrap();
        for part in ["__Host-mosaic_session=;", "Path=/", "Max-Age=0", "HttpOnly", "SameSite=Lax", "Secure"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(!text.contains("Domain"), "{text}");
    }
}
