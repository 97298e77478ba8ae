//! Where a provider is: a URL, read as the gateway reads it.

use std::{fmt, net::IpAddr};

use url::{Host, Url};

use super::address::{AddressError, check_address, check_host_alias, localhost};
use crate::Egress;

/// The longest base URL, in characters.
const URL_MAX_CHARS: usize = 2_000;

/// A provider's base URL: `http` or `https`, a host, perhaps a port and a path, and nothing else.
///
/// Hosts are read as browsers and the gateway read them: `0x7f.1` is 127.0.0.1 here as it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    url: Url,
    text: String,
}

/// Whom a URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UrlHost {
    /// A name, in lower case.
    Name(String),
    /// An address.
    Address(IpAddr),
}

impl BaseUrl {
    /// Reads a base URL and tidies it: no slash at its end, no port that goes without saying. None where it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('/');
        let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '@' | '?' | '#' | '"' | '\\' | '<' | '>');
        let has_scheme = ["http://", "https://"].iter().any(|scheme| {
            let start = text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
            start && !text[scheme.len()..].starts_with('/')
        });
        if !has_scheme || text.len() > URL_MAX_CHARS || !text.chars().all(plain) {
            return None;
        }
        let url = Url::parse(text).ok()?;
        url.host()?;
        if url.port() == Some(0) {
            return None;
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        Some(Self { url, text })
    }

    /// The URL, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether what goes there is encrypted.
    pub fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whom it names. A dot at a name's end changes nothing.
    pub fn host(&self) -> UrlHost {
        match self.url.host() {
            Some(Host::Ipv4(address)) => UrlHost::Address(address.into()),
            Some(Host::Ipv6(address)) => UrlHost::Address(address.into()),
            Some(Host::Domain(name)) => UrlHost::Name(name.trim_end_matches('.').to_lowercase()),
            None => UrlHost::Name(String::new()),
        }
    }

    /// The TCP port.
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or_default()
    }

    /// Host and port as an HTTP request names them.
    pub fn authority(&self) -> &str {
        &self.url[url::Position::BeforeHost..url::Position::AfterPort]
    }

    /// What a request asks for: the path of this URL, and `rest` behind it.
    pub fn path(&self, rest: &str) -> String {
        format!("{}{rest}", self.url.path().trim_end_matches('/'))
    }

    /// Whether both name the same server in the same way: a key that one may see, the other may see.
    pub fn is_same_server(&self, other: &Self) -> bool {
        self.url.origin() == other.url.origin()
    }

    /// The same with `/v1` at its end, or without it where it has one.
    #[must_use]
    pub fn with_version_toggled(&self) -> Option<Self> {
        let toggled = match self.text.strip_suffix("/v1") {
            Some(without) => without.to_owned(),
            None => format!("{}/v1", self.text),
        };
        Self::parse(&toggled)
    }

    /// Refuses what can be seen to be out of bounds without a look-up. What a name stands for is checked whenever
    /// a connection is made to it.
    pub fn check(&self, allowed: &[Egress]) -> Result<(), AddressError> {
        let port = self.port();
        match self.host() {
            UrlHost::Address(address) => check_address(allowed, &address.to_string(), port, address),
            UrlHost::Name(name) if name == Egress::HOST_ALIAS => check_host_alias(allowed, port),
            UrlHost::Name(name) if name == "localhost" || name.ends_with(".localhost") => {
                Err(localhost(&name, port))
            }
            UrlHost::Name(_) => Ok(()),
        }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_url_is_tidied_and_taken_apart() {
        let url = BaseUrl::parse(" HTTPS://API.Example.com.:443/a/v1// ").unwrap();
        assert_eq!(url.as_str(), "https://api.example.com./a/v1");
        assert_eq!(url.host(), UrlHost::Name("api.example.com".to_owned()));
        assert_eq!((url.port(), url.path("/models").as_str()), (443, "/a/v1/models"));
        let bare = BaseUrl::parse("http://host:1234").unwrap();
        assert_eq!((bare.as_str(), bare.authority()), ("http://host:1234", "host:1234"));
        assert_eq!(bare.path("/v1/messages"), "/v1/messages");
        assert_eq!(bare.with_version_toggled().unwrap().as_str(), "http://host:1234/v1");
        assert_eq!(url.with_version_toggled().unwrap().as_str(), "https://api.example.com./a");
    }

    #[test]
    fn what_is_no_base_url_is_refused() {
        for text in [
            "",
            "ftp://x",
            "http://",
            "https://u:p@h/",
            "https://u@h",
            "http://h/?q",
            "http://h/#f",
            "http://:80",
            "javascript:x",
            "http:///etc",
            "http:host",
            "http://h:0",
            "http://h:99999",
            "http://h\\@x",
            "http://a b",
            "http://exa\u{301}mple",
            "file:///etc/passwd",
            "http://[::1",
            "http://256.1.1.1",
            "//h",
            "h/v1",
        ] {
            assert_eq!(BaseUrl::parse(text), None, "{text}");
        }
    }

    #[test]
    fn another_port_or_scheme_is_another_server() {
        let url = |text| BaseUrl::parse(text).unwrap();
        assert!(url("https://h/v1").is_same_server(&url("https://H:443/v2")));
        for other in ["http://h/v1", "https://h:8443/v1", "https://h.example/v1"] {
            assert!(!url("https://h/v1").is_same_server(&url(other)), "{other}");
        }
    }
}
