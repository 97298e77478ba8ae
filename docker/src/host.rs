//! What this host's own network looks like: read from the kernel and the resolver's configuration.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr},
};

use ipnet::Ipv4Net;

const ROUTES: &str = "/proc/net/route";
const RESOLVER: &str = "/etc/resolv.conf";
/// Where systemd's resolver keeps the real servers behind its stub on 127.0.0.53.
const RESOLVER_BEHIND_STUB: &str = "/run/systemd/resolve/resolv.conf";
const PROCESS_STATUS: &str = "/proc/self/status";
const NET_ADMIN_BIT: u32 = 12;

/// The networks this host has routes to, but for the default route. A cell's network must overlap
/// none of them: the engine does not look.
pub fn host_networks() -> Vec<Ipv4Net> {
    fs::read_to_string(ROUTES).map(|text| parse_routes(&text)).unwrap_or_default()
}

/// The name servers that lookups from cells end up at. Loopback ones are left out: the engine asks
/// those from this host, not from the cell.
pub fn nameservers() -> Vec<IpAddr> {
    let mut servers: Vec<IpAddr> = [RESOLVER, RESOLVER_BEHIND_STUB]
        .into_iter()
        .filter_map(|path| fs::read_to_string(path).ok())
        .flat_map(|text| parse_nameservers(&text))
        .filter(|server| !server.is_loopback())
        .collect();
    servers.sort_unstable();
    servers.dedup();
    servers
}

/// Whether this process may change the host's network, firewall included.
pub(crate) fn may_administer_network() -> bool {
    fs::read_to_string(PROCESS_STATUS).is_ok_and(|text| has_net_admin(&text))
}

fn parse_routes(text: &str) -> Vec<Ipv4Net> {
    let mut networks: Vec<_> = text.lines().skip(1).filter_map(parse_route).collect();
    networks.sort_unstable();
    networks.dedup();
    networks
}

/// One route; the kernel prints addresses as numbers in its own byte order.
fn parse_route(line: &str) -> Option<Ipv4Net> {
    let mut columns = line.split_whitespace();
    let mut address = |nth| {
        let hex = columns.nth(nth)?;
        Some(Ipv4Addr::from(u32::from_str_radix(hex, 16).ok()?.to_ne_bytes()))
    };
    let (destination, mask) = (address(1)?, address(5)?);
    let network = Ipv4Net::with_netmask(destination, mask).ok()?;
    (network.prefix_len() > 0).then_some(network)
}

fn parse_nameservers(text: &str) -> Vec<IpAddr> {
    let server = |line: &str| line.trim().strip_prefix("nameserver")?.trim().parse().ok();
    text.lines().filter_map(server).collect()
}

fn has_net_admin(status: &str) -> bool {
    let effective = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    let bits = effective.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok());
    bits.is_some_and(|bits| bits >> NET_ADMIN_BIT & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn routes_are_read_without_the_default_one() {
        let text = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n\
            eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n\
            docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n";
        let docker = Ipv4Net::new_assert(Ipv4Addr::new(172, 17, 0, 0), 16);
        assert_eq!(parse_routes(text), [docker]);
    }

    #[test]
    fn name_servers_are_read_among_other_lines() {
        let text = "# made by hand\nsearch example.org\nnameserver 10.0.0.53\nnameserver  fe80::1\n";
        let expected: [IpAddr; 2] = ["10.0.0.53".parse().unwrap(), "fe80::1".parse().unwrap()];
        assert_eq!(parse_nameservers(text), expected);
    }

    #[test]
    fn only_a_process_with_the_capability_may_administer() {
        assert!(has_net_admin("Name:\tx\nCapEff:\t000001ffffffffff\n"));
        assert!(!has_net_admin("CapEff:\t0000000000000000\n"));
        assert!(!has_net_admin(""));
    }
}
