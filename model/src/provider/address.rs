//! Which addresses a provider may have: users name URLs, and this machine must not be turned against its own
//! network by one.
//!
//! The same list closes the cells' firewall. A name is judged by the addresses it stands for, at the moment a
//! connection is made to one of them.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use ipnet::{Ipv4Net, Ipv6Net};

use crate::Egress;

/// Why an address is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddressRule {
    /// This machine, or this network: no destination.
    Unspecified,
    /// The machine itself.
    Loopback,
    /// The machines on the same wire.
    LinkLocal,
    /// Where clouds tell their machines secrets.
    Metadata,
    /// A private network.
    Private,
    /// A provider's network behind its address translation.
    Shared,
    /// Many machines at once.
    Multicast,
    /// For examples in documents.
    Documentation,
    /// For measurements between machines.
    Benchmarking,
    /// Nobody's, or the internet's own plumbing.
    Reserved,
}

impl AddressRule {
    /// Whether no admin can open it, because nothing a cell could reach is there.
    const fn is_absolute(self) -> bool {
        matches!(self, Self::Unspecified | Self::Loopback | Self::Multicast)
    }
}

impl fmt::Display for AddressRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unspecified => "the unspecified address",
            Self::Loopback => "a loopback address",
            Self::LinkLocal => "a link-local address",
            Self::Metadata => "a cloud's metadata address",
            Self::Private => "a private address",
            Self::Shared => "a carrier's shared address",
            Self::Multicast => "a multicast address",
            Self::Documentation => "an address for documentation only",
            Self::Benchmarking => "an address for benchmarks only",
            Self::Reserved => "a reserved address",
        })
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

/// Every closed IPv4 range. Where two overlap the first one says why.
pub const CLOSED_IPV4: [(Ipv4Net, AddressRule); 19] = [
    (v4(169, 254, 169, 254, 32), AddressRule::Metadata),
    (v4(100, 100, 100, 200, 32), AddressRule::Metadata),
    (v4(192, 0, 0, 192, 32), AddressRule::Metadata),
    // A public address by its number, and yet each machine's own cloud answers there.
    (v4(168, 63, 129, 16, 32), AddressRule::Metadata),
    (v4(0, 0, 0, 0, 8), AddressRule::Unspecified),
    (v4(10, 0, 0, 0, 8), AddressRule::Private),
    (v4(100, 64, 0, 0, 10), AddressRule::Shared),
    (v4(127, 0, 0, 0, 8), AddressRule::Loopback),
    (v4(169, 254, 0, 0, 16), AddressRule::LinkLocal),
    (v4(172, 16, 0, 0, 12), AddressRule::Private),
    (v4(192, 0, 0, 0, 24), AddressRule::Reserved),
    (v4(192, 0, 2, 0, 24), AddressRule::Documentation),
    (v4(192, 88, 99, 0, 24), AddressRule::Reserved),
    (v4(192, 168, 0, 0, 16), AddressRule::Private),
    (v4(198, 18, 0, 0, 15), AddressRule::Benchmarking),
    (v4(198, 51, 100, 0, 24), AddressRule::Documentation),
    (v4(203, 0, 113, 0, 24), AddressRule::Documentation),
    (v4(224, 0, 0, 0, 4), AddressRule::Multicast),
    (v4(240, 0, 0, 0, 4), AddressRule::Reserved),
];

const fn v6(a: u16, b: u16, c: u16, length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), length)
}

/// What is closed within the only part of IPv6 that is not closed as a whole.
const CLOSED_IPV6: [(Ipv6Net, AddressRule); 3] = [
    // Teredo, ORCHID, benchmarks and other protocols.
    (v6(0x2001, 0, 0, 23), AddressRule::Reserved),
    (v6(0x2001, 0xdb8, 0, 32), AddressRule::Documentation),
    (v6(0x3fff, 0, 0, 20), AddressRule::Documentation),
];
const GLOBAL_IPV6: Ipv6Net = v6(0x2000, 0, 0, 3);
/// What closed IPv6 addresses are called; whatever is not named here is reserved.
const NAMED_IPV6: [(Ipv6Net, AddressRule); 5] = [
    (Ipv6Net::new_assert(Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254), 128), AddressRule::Metadata),
    (v6(0xfc00, 0, 0, 7), AddressRule::Private),
    (v6(0xfe80, 0, 0, 10), AddressRule::LinkLocal),
    (v6(0xfec0, 0, 0, 10), AddressRule::Private),
    (v6(0xff00, 0, 0, 8), AddressRule::Multicast),
];

/// Why an address is closed; none where it is open to everybody.
pub fn address_rule(address: IpAddr) -> Option<AddressRule> {
    match address {
        IpAddr::V4(address) => rule_v4(address),
        IpAddr::V6(address) => rule_v6(address),
    }
}

fn rule_v4(address: Ipv4Addr) -> Option<AddressRule> {
    CLOSED_IPV4.iter().find(|(range, _)| range.contains(&address)).map(|(_, rule)| *rule)
}

fn rule_v6(address: Ipv6Addr) -> Option<AddressRule> {
    if address.is_unspecified() {
        return Some(AddressRule::Unspecified);
    }
    if address.is_loopback() {
        return Some(AddressRule::Loopback);
    }
    if let Some(inner) = embedded(address) {
        return rule_v4(inner);
    }
    let named = |ranges: &[(Ipv6Net, AddressRule)]| {
        ranges.iter().find(|(range, _)| range.contains(&address)).map(|(_, rule)| *rule)
    };
    if GLOBAL_IPV6.contains(&address) {
        return named(&CLOSED_IPV6);
    }
    Some(named(&NAMED_IPV6).unwrap_or(AddressRule::Reserved))
}

/// The IPv4 address that a packet to this one would come out at, in every dress it may wear.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let low = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        // Compatible, mapped, translated and NAT64 end in it, 6to4 begins with it, ISATAP ends in it.
        [0, 0, 0, 0, 0, 0 | 0xffff, a, b]
        | [0, 0, 0, 0, 0xffff, 0, a, b]
        | [0x64, 0xff9b, 0, 0, 0, 0, a, b]
        | [0x2002, a, b, ..]
        | [_, _, _, _, 0 | 0x200, 0x5efe, a, b] => Some(low(a, b)),
        _ => None,
    }
}

/// Why a provider cannot be at an address. Says what an admin can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Only the machine itself is there, and for an agent that is its own container.
    #[error(
        "{host} is {rule}, and for your agent that is its own container: for a server on this host write \
         {alias} and ask an administrator to add {alias}:{port} to allowed_egress",
        alias = Egress::HOST_ALIAS
    )]
    Itself {
        /// What the URL says.
        host: String,
        /// The TCP port.
        port: u16,
        /// Which rule.
        rule: AddressRule,
    },
    /// No provider can be there.
    #[error("{address} is {rule}: no provider can be there")]
    Nowhere {
        /// The address.
        address: IpAddr,
        /// Which rule.
        rule: AddressRule,
    },
    /// Closed, unless an admin opens it.
    #[error(
        "{}, which agents may not reach; an administrator can add {host}:{port} to allowed_egress",
        what_is(host, *address, *rule)
    )]
    Closed {
        /// What the URL says.
        host: String,
        /// The TCP port.
        port: u16,
        /// The address.
        address: IpAddr,
        /// Which rule.
        rule: AddressRule,
    },
    /// This host, which an admin has not opened at this port.
    #[error(
        "{alias} is the host that Mosaic runs on, and port {port} of it is closed to agents; an administrator can \
         add {alias}:{port} to allowed_egress",
        alias = Egress::HOST_ALIAS
    )]
    ThisHost {
        /// The TCP port.
        port: u16,
    },
    /// Agents speak IPv4 only.
    #[error("{host} has only IPv6 addresses, and agents speak IPv4 only")]
    Ipv6 {
        /// What the URL says.
        host: String,
    },
}

fn what_is(host: &str, address: IpAddr, rule: AddressRule) -> String {
    if host.parse() == Ok(address) {
        format!("{host} is {rule}")
    } else {
        format!("{host} is at {address}, {rule}")
    }
}

/// Whether a provider that is called `host` may be at this address.
pub fn check_address(allowed: &[Egress], host: &str, port: u16, address: IpAddr) -> Result<(), AddressError> {
    let address = address.to_canonical();
    let Some(rule) = address_rule(address) else {
        let host = host.to_owned();
        return if address.is_ipv4() { Ok(()) } else { Err(AddressError::Ipv6 { host }) };
    };
    if matches!(rule, AddressRule::Loopback | AddressRule::Unspecified) {
        return Err(AddressError::Itself { host: host.to_owned(), port, rule });
    }
    if rule.is_absolute() || address.is_ipv6() {
        return Err(AddressError::Nowhere { address, rule });
    }
    let opened = |egress: &Egress| {
        egress.port() == port && (egress.host() == host || egress.host().parse() == Ok(address))
    };
    if allowed.iter().any(opened) {
        return Ok(());
    }
    Err(AddressError::Closed { host: host.to_owned(), port, address, rule })
}

/// Whether agents may reach this port of the host they run on.
pub fn check_host_alias(allowed: &[Egress], port: u16) -> Result<(), AddressError> {
    let opened = |egress: &Egress| egress.host() == Egress::HOST_ALIAS && egress.port() == port;
    if allowed.iter().any(opened) { Ok(()) } else { Err(AddressError::ThisHost { port }) }
}

pub(super) fn localhost(name: &str, port: u16) -> AddressError {
    AddressError::Itself { host: name.to_owned(), port, rule: AddressRule::Loopback }
}

#[cfg(test)]
mod tests;
