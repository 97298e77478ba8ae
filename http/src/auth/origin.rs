//! Where a request came from.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use axum::extract::{ConnectInfo, FromRequestParts};
use http::{HeaderMap, header, request::Parts};
use ipnet::IpNet;
use mosaic_model::{AuditActor, By, UserId};

use crate::{failure::REQUEST_ID, state::HttpState};

/// Where a request came from, as far as it can be known.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    pub(crate) address: IpAddr,
    /// What the client says it is.
    pub(crate) device: String,
    request_id: String,
}

impl Origin {
    /// Somebody who has not proved who they are.
    pub(crate) fn by_anonymous(&self) -> By {
        self.by(AuditActor::Anonymous)
    }

    /// Somebody who has.
    pub(crate) fn by_user(&self, user: UserId) -> By {
        self.by(AuditActor::User(user))
    }

    fn by(&self, actor: AuditActor) -> By {
        By { actor, address: Some(self.address), request_id: self.request_id.clone() }
    }
}

impl FromRequestParts<HttpState> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &HttpState) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip());
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Ok(Self {
            address: state
                .store
                .peek_settings(|settings| client_address(peer, &parts.headers, &settings.trusted_proxies)),
            device: text(header::USER_AGENT).to_owned(),
            request_id: text(REQUEST_ID).to_owned(),
        })
    }
}

/// The last address that did not come from a proxy we trust: each proxy adds whom it heard at the end, and what a
/// client writes before that is only its word.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut client = peer.to_canonical();
    let lines: Vec<&str> =
        headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
    let mut hops = lines.iter().flat_map(|line| line.split(',')).rev();
    while is_trusted(&client) {
        let Some(hop) = hops.next().and_then(|hop| hop.trim().parse::<IpAddr>().ok()) else { break };
        client = hop.to_canonical();
    }
    client
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_header_leads_to_an_address_and_only_trusted_proxies_are_passed_over(
            line in prop::collection::vec(any::<u8>(), 0..60),
            hops in "((10\\.0\\.0\\.[0-9]|203\\.0\\.113\\.9|::ffff:10\\.0\\.0\\.1|[a-z:.0-9]{0,9}),? ?){0,6}",
            is_proxy in any::<bool>(),
        ) {
            let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
            let peer: IpAddr = if is_proxy { "10.0.0.1" } else { "198.51.100.1" }.parse().unwrap();
            for bytes in [line, hops.into_bytes()] {
                let Ok(value) = HeaderValue::from_bytes(&bytes) else { continue };
                let headers = HeaderMap::from_iter([(header::HeaderName::from_static("x-forwarded-for"), value)]);
                let seen = client_address(peer, &headers, &trusted);
                prop_assert!(is_proxy || seen == peer, "a stranger chose {seen}");
                prop_assert_eq!(seen, seen.to_canonical());
            }
        }
    }

    fn seen(peer: &str, lines: &[&'static str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", HeaderValue::from_static(line));
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().unwrap()).collect();
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_proxy_is_believed_only_where_it_is_trusted() {
        assert_eq!(seen("192.0.2.1", &["203.0.113.9"], &[]), "192.0.2.1");
        assert_eq!(seen("192.0.2.1", &["203.0.113.9"], &["192.0.2.0/24"]), "203.0.113.9");
    }

    #[test]
    fn what_a_client_writes_in_front_is_not_believed() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(seen("10.0.0.1", &["127.0.0.1, 203.0.113.9"], &trusted), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["127.0.0.1", "203.0.113.9, 10.0.0.2"], &trusted), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", &["nonsense"], &trusted), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[], &trusted), "10.0.0.1");
    }

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_the_same_address() {
        assert_eq!(seen("::ffff:10.0.0.1", &["::ffff:203.0.113.9"], &["10.0.0.0/8"]), "203.0.113.9");
    }
}
