use proptest::prelude::*;

use super::*;
use crate::BaseUrl;

/// An IPv4 address in each of the IPv6 dresses it may wear.
fn dresses(address: Ipv4Addr) -> Vec<Ipv6Addr> {
    let [a, b, c, d] = address.octets();
    let (high, low) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    vec![
        address.to_ipv6_mapped(),
        Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
        Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
        Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
        Ipv6Addr::new(0x2002, high, low, 0xffff, 1, 2, 3, 4),
        Ipv6Addr::new(0x2a00, 1, 2, 3, 0, 0x5efe, high, low),
        Ipv6Addr::new(0xfe80, 0, 0, 0, 0x200, 0x5efe, high, low),
    ]
}

/// The forms of a host that a URL takes for this address.
fn spellings(address: Ipv4Addr) -> Vec<String> {
    let number = u32::from(address);
    let [a, b, c, d] = address.octets();
    let [high, low] = [u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])];
    vec![
        address.to_string(),
        format!("{address}."),
        number.to_string(),
        format!("{number:#x}"),
        format!("{number:#X}").replace("0X", "0x"),
        format!("0{number:o}"),
        format!("{a:#x}.{b:#x}.{c:#x}.{d:#x}"),
        format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
        format!("{a}.{}", number & 0x00ff_ffff),
        format!("{a}.{b}.{low}"),
        format!("%{:02x}{}", address.to_string().as_bytes()[0], &address.to_string()[1..]),
        format!("[::ffff:{address}]"),
        format!("[::ffff:{high:x}:{low:x}]"),
        format!("[0:0:0:0:0:FFFF:{high:X}:{low:X}]"),
        format!("[64:ff9b::{address}]"),
        format!("[2002:{high:x}:{low:x}::1]"),
    ]
}

fn closed() -> impl Strategy<Value = Ipv4Addr> {
    (0..CLOSED_IPV4.len(), any::<u32>()).prop_map(|(nth, random)| {
        let range = CLOSED_IPV4[nth].0;
        Ipv4Addr::from(u32::from(range.network()) | (random & u32::from(range.hostmask())))
    })
}

/// The ranges again, as the standard library and the registries' words have them: a second opinion.
fn is_known_closed(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && b & 0xc0 == 64)
        || (a == 198 && b & 0xfe == 18)
        || ([a, b, c] == [192, 0, 0])
        || ([a, b, c] == [192, 88, 99])
        || address == Ipv4Addr::new(168, 63, 129, 16)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_closed_address_is_closed_in_every_dress(address in closed()) {
        let rule = address_rule(address.into());
        prop_assert!(rule.is_some());
        for dress in dresses(address) {
            prop_assert_eq!(address_rule(dress.into()), rule, "{}", dress);
            prop_assert!(check_address(&[], "x", 443, dress.into()).is_err());
        }
    }

    #[test]
    fn a_closed_address_is_closed_in_every_spelling(address in closed(), port in 1_u16.., path in "[a-z/]{0,9}") {
        for host in spellings(address) {
            let text = format!("http://{host}:{port}/{path}");
            // What cannot be read as a URL cannot be saved either.
            if let Some(url) = BaseUrl::parse(&text) {
                prop_assert!(url.check(&[]).is_err(), "{} is {:?}", text, url.host());
            }
        }
    }

    #[test]
    fn what_is_closed_and_what_is_open_is_no_matter_of_opinion(number: u32) {
        let address = Ipv4Addr::from(number);
        prop_assert_eq!(address_rule(address.into()).is_some(), is_known_closed(address), "{}", address);
        prop_assert_eq!(check_address(&[], "x", 443, address.into()).is_ok(), !is_known_closed(address));
    }

    #[test]
    fn only_a_small_part_of_ipv6_is_open_and_agents_reach_none_of_it(number: u128) {
        let address = Ipv6Addr::from(number);
        if address_rule(address.into()).is_none() {
            prop_assert!(embedded(address).is_some() || address.segments()[0] & 0xe000 == 0x2000, "{}", address);
        }
        if address.to_canonical().is_ipv6() {
            prop_assert!(check_address(&[], "x", 443, address.into()).is_err());
        }
    }

    #[test]
    fn an_admin_opens_one_port_of_one_address(address in closed(), port in 1_u16.., other in 1_u16..) {
        let rule = address_rule(address.into()).expect("closed");
        let allowed: [Egress; 1] = [format!("{address}:{port}").parse().expect("an address and a port")];
        prop_assert_eq!(check_address(&allowed, "x", port, address.into()).is_ok(), !rule.is_absolute());
        if other != port {
            prop_assert!(check_address(&allowed, "x", other, address.into()).is_err());
        }
        let next = Ipv4Addr::from(u32::from(address) ^ 1);
        if address_rule(next.into()).is_some() {
            prop_assert!(check_address(&allowed, "x", port, next.into()).is_err());
        }
    }
}

#[test]
fn the_reason_is_the_right_one() {
    for (text, rule) in [
        ("0.0.0.0", AddressRule::Unspecified),
        ("::", AddressRule::Unspecified),
        ("127.255.255.254", AddressRule::Loopback),
        ("::1", AddressRule::Loopback),
        ("::ffff:127.0.0.1", AddressRule::Loopback),
        ("169.254.169.254", AddressRule::Metadata),
        ("fd00:ec2::254", AddressRule::Metadata),
        ("100.100.100.200", AddressRule::Metadata),
        ("168.63.129.16", AddressRule::Metadata),
        ("169.254.0.1", AddressRule::LinkLocal),
        ("fe80::1", AddressRule::LinkLocal),
        ("172.31.255.255", AddressRule::Private),
        ("fdff::1", AddressRule::Private),
        ("fec0::1", AddressRule::Private),
        ("100.127.0.1", AddressRule::Shared),
        ("255.255.255.255", AddressRule::Reserved),
        ("ff02::1", AddressRule::Multicast),
        ("2001:db8::1", AddressRule::Documentation),
        ("3fff:fff::1", AddressRule::Documentation),
        ("2001:0:7f00:1::", AddressRule::Reserved),
        ("64:ff9b:1::a00:1", AddressRule::Reserved),
        ("100::1", AddressRule::Reserved),
        ("5f00::1", AddressRule::Reserved),
    ] {
        assert_eq!(address_rule(text.parse().unwrap()), Some(rule), "{text}");
    }
    for text in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2606:4700::1111", "64:ff9b::101:101"] {
        assert_eq!(address_rule(text.parse().unwrap()), None, "{text}");
    }
}

#[test]
fn a_refusal_names_the_rule_and_what_an_admin_can_do() {
    let check = |url: &str, allowed: &[&str]| {
        let allowed: Vec<Egress> = allowed.iter().map(|it| it.parse().unwrap()).collect();
        BaseUrl::parse(url).unwrap().check(&allowed).map_err(|error| error.to_string())
    };
    let lan = check("http://192.168.1.9:11434/v1", &[]).unwrap_err();
    assert!(
        lan.contains("a private address") && lan.contains("add 192.168.1.9:11434 to allowed_egress"),
        "{lan}"
    );
    assert_eq!(check("http://192.168.1.9:11434/v1", &["192.168.1.9:11434"]), Ok(()));
    for local in [
        "http://localhost:11434",
        "http://a.localhost.:11434",
        "http://2130706433:11434",
        "http://[::1]:11434",
    ] {
        let refused = check(local, &["localhost:11434", "127.0.0.1:11434"]).unwrap_err();
        assert!(refused.contains("add host.mosaic.internal:11434 to allowed_egress"), "{refused}");
    }
    let host = check("http://HOST.mosaic.internal:11434", &["host.mosaic.internal:1"]).unwrap_err();
    assert!(host.contains("add host.mosaic.internal:11434"), "{host}");
    assert_eq!(check("http://host.mosaic.internal:11434", &["host.mosaic.internal:11434"]), Ok(()));
}

#[test]
fn an_allowed_name_opens_what_it_stands_for_but_never_loopback() {
    let allowed: [Egress; 1] = ["ollama.lan:11434".parse().unwrap()];
    let check = |host, address: &str| check_address(&allowed, host, 11_434, address.parse().unwrap());
    assert_eq!(check("ollama.lan", "10.0.0.7"), Ok(()));
    assert!(check("evil.example", "10.0.0.7").is_err());
    assert!(check("ollama.lan", "127.0.0.1").is_err());
    assert!(check("ollama.lan", "::ffff:127.0.0.1").is_err());
    assert!(check("ollama.lan", "fd00::7").is_err());
}
