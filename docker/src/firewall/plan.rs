//! What the rules are made from.

use std::net::{IpAddr, Ipv4Addr};

use mosaic_model::Egress;
use tokio::net::lookup_host;

/// What cells may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirewallPlan {
    /// The port of the internal API on this host.
    pub internal_port: u16,
    /// The private addresses that an admin allowed.
    pub allowed: Vec<AllowedEgress>,
    /// The servers that answer cells' name lookups.
    pub nameservers: Vec<IpAddr>,
}

/// A TCP port that cells may reach although it is at a private address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AllowedEgress {
    /// A port of this host, under whatever address.
    Host {
        /// The port.
        port: u16,
    },
    /// A port of one address, this host's or another's.
    Address {
        /// The address.
        ip: Ipv4Addr,
        /// The port.
        port: u16,
    },
}

impl AllowedEgress {
    /// Looks up what an admin wrote. A name that does not resolve allows nothing, with a warning; one
    /// whose addresses change is followed when it is looked up again.
    pub async fn resolve(settings: &[Egress]) -> Vec<Self> {
        let mut allowed = Vec::new();
        for egress in settings {
            let port = egress.port();
            if egress.host() == Egress::HOST_ALIAS {
                allowed.push(Self::Host { port });
                continue;
            }
            match lookup_host((egress.host(), port)).await {
                Ok(found) => allowed.extend(found.filter_map(|address| match address.ip() {
                    IpAddr::V4(ip) => Some(Self::Address { ip, port }),
                    IpAddr::V6(_) => None,
                })),
                Err(error) => tracing::warn!(%egress, %error, "an allowed address does not resolve"),
            }
        }
        allowed.sort_unstable();
        allowed.dedup();
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_hosts_name_is_not_looked_up_and_an_unknown_one_allows_nothing() {
        let settings = ["host.mosaic.internal:8080", "10.1.2.3:11434", "no-such-name.invalid:1"]
            .map(|text| text.parse().unwrap());
        let expected = [
            AllowedEgress::Host { port: 8_080 },
            AllowedEgress::Address { ip: Ipv4Addr::new(10, 1, 2, 3), port: 11_434 },
        ];
        assert_eq!(AllowedEgress::resolve(&settings).await, expected);
    }
}
