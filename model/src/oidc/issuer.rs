//! Who vouches for people.

use std::{fmt, net::IpAddr, str::FromStr};

use serde::{Deserialize, Serialize};

use super::OidcConfigError;

/// The longest issuer that is taken. Characters.
const ISSUER_MAX_CHARS: usize = 512;

/// The provider's name for itself, which is also where it is found. Compared to the letter: a slash at its end
/// makes it another one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Issuer(String);

impl Issuer {
    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is on this host, without TLS: there alone nobody stands between.
    pub fn is_plain_loopback(&self) -> bool {
        self.0.starts_with("http://")
    }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Issuer {
    type Err = OidcConfigError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let (rest, is_secure) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
            (Some(rest), _) => (rest, true),
            (None, Some(rest)) => (rest, false),
            (None, None) => return Err(OidcConfigError::Issuer),
        };
        let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '@' | '\\' | '"' | '<' | '>');
        if text.len() > ISSUER_MAX_CHARS || !rest.chars().all(plain) {
            return Err(OidcConfigError::Issuer);
        }
        let authority = rest.split('/').next().unwrap_or_default();
        let host = host(authority).ok_or(OidcConfigError::Issuer)?;
        if is_secure || is_loopback(host) {
            Ok(Self(text.to_owned()))
        } else {
            Err(OidcConfigError::PlainIssuer)
        }
    }
}

/// The host of `host:port`; none where either is malformed.
fn host(authority: &str) -> Option<&str> {
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let sound_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port != 0));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '[' | ']' | ':');
    (sound_port && !host.is_empty() && host.chars().all(plain)).then_some(host)
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

impl Serialize for Issuer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Issuer {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_issuer_is_reached_over_tls_or_is_on_this_host() {
        for sound in [
            "https://login.example.org",
            "https://login.example.org/",
            "https://login.example.org:8443/realms/main",
            "http://localhost:3999",
            "http://127.0.0.1:3999/a",
            "http://[::1]:3999",
        ] {
            assert_eq!(sound.parse::<Issuer>().map(|it| it.to_string()), Ok(sound.to_owned()));
        }
        for plain in [
            "http://login.example.org",
            "http://10.0.0.1",
            "http://localhost.example.org",
            "http://127.0.0.1.example.org",
        ] {
            assert_eq!(plain.parse::<Issuer>(), Err(OidcConfigError::PlainIssuer), "{plain}");
        }
        for odd in [
            "",
            "login.example.org",
            "ftp://login.example.org",
            "https://",
            "https:///path",
            "https://me@login.example.org",
            "http://localhost@login.example.org",
            "http://localhost\\@login.example.org",
            "https://login.example.org?a=b",
            "https://login.example.org/#a",
            "https://login.example.org:port",
            "https://login.example.org:0",
            "https://login example.org",
            &format!("https://login.example.org/{}", "a".repeat(512)),
        ] {
            assert_eq!(odd.parse::<Issuer>(), Err(OidcConfigError::Issuer), "{odd}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_stumble(text in "\\PC{0,60}") {
            let _ = text.parse::<Issuer>();
        }
    }
}
