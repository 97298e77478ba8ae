use std::net::Ipv4Addr;

use uuid::Uuid;

use super::*;

/// The table of a way on a host where others have rules too.
const fn others(way: Way) -> &'static str {
    match way {
        Way::ToThisHost => {
            "*filter\n:INPUT ACCEPT [5:300]\n:FORWARD DROP [0:0]\n\
            -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\nCOMMIT\n"
        }
        Way::Elsewhere => {
            "*mangle\n:FORWARD ACCEPT [0:0]\n\
            -A FORWARD -p tcp -m tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu\nCOMMIT\n"
        }
    }
}

fn chains() -> Chains {
    Chains::of(InstanceId::from_uuid(Uuid::from_u128(1)))
}

fn plan() -> FirewallPlan {
    FirewallPlan {
        internal_port: 7_778,
        allowed: vec![
            AllowedEgress::Host { port: 18_080 },
            AllowedEgress::Address { ip: Ipv4Addr::new(192, 168, 1, 9), port: 11_434 },
        ],
        nameservers: vec!["10.0.0.53".parse().unwrap(), "fe80::1".parse().unwrap()],
    }
}

fn script(way: Way, table: &str) -> Option<String> {
    chains().change(way, &Table::from_text(table), &chains().wanted(Family::V4, way, &plan()))
}

/// A way's table with the rules in place.
fn done(way: Way) -> String {
    after(others(way), &script(way, others(way)).unwrap())
}

/// The table that a transaction makes of another, as the tools would print it.
fn after(table: &str, script: &str) -> String {
    let mut lines: Vec<String> = table.lines().map(str::to_owned).collect();
    for line in script.lines().filter(|line| !line.starts_with('*') && *line != "COMMIT") {
        let (order, rest) = line.split_once(' ').unwrap();
        let rule = |rest: &str| format!("-A {rest}");
        match order {
            "-A" => lines.insert(lines.len() - 1, line.to_owned()),
            "-D" => {
                let at = lines.iter().position(|it| *it == rule(rest)).expect("there is such a rule");
                lines.remove(at);
            }
            "-I" => {
                let (chain, rest) = rest.split_once(" 1 ").unwrap();
                let first = lines.iter().position(|it| it.starts_with("-A ")).unwrap();
                let at = lines.iter().position(|it| it.starts_with(&format!("-A {chain} ")));
                lines.insert(at.unwrap_or(first), rule(&format!("{chain} {rest}")));
            }
            "-X" => lines.retain(|it| !it.starts_with(&format!(":{rest} "))),
            declared => {
                lines.retain(|it| {
                    !it.starts_with(declared) && !it.starts_with(&format!("-A {} ", &declared[1..]))
                });
                lines.insert(1, line.to_owned());
            }
        }
    }
    lines.join("\n")
}

#[test]
fn the_rules_are_the_golden_ones() {
    let Chains { input, output, bridges } = chains();
    let to_this_host = format!(
        "*filter\n\
        :{input} - [0:0]\n\
        -A {input} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n\
        -A {input} -p tcp -m tcp --dport 7778 -j ACCEPT\n\
        -A {input} -p tcp -m tcp --dport 18080 -j ACCEPT\n\
        -A {input} -d 192.168.1.9/32 -p tcp -m tcp --dport 11434 -j ACCEPT\n\
        -A {input} -d 10.0.0.53/32 -p udp -m udp --dport 53 -j ACCEPT\n\
        -A {input} -d 10.0.0.53/32 -p tcp -m tcp --dport 53 -j ACCEPT\n\
        -A {input} -j DROP\n\
        -I INPUT 1 -i {bridges} -j {input}\n\
        COMMIT\n"
    );
    assert_eq!(script(Way::ToThisHost, others(Way::ToThisHost)).unwrap(), to_this_host);
    let mut elsewhere = format!(
        "*mangle\n\
        :{output} - [0:0]\n\
        -A {output} -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN\n\
        -A {output} -o {bridges} -j DROP\n\
        -A {output} -d 192.168.1.9/32 -p tcp -m tcp --dport 11434 -j RETURN\n\
        -A {output} -d 10.0.0.53/32 -p udp -m udp --dport 53 -j RETURN\n\
        -A {output} -d 10.0.0.53/32 -p tcp -m tcp --dport 53 -j RETURN\n"
    );
    for (range, _) in CLOSED_IPV4 {
        writeln!(elsewhere, "-A {output} -d {range} -j DROP").unwrap();
    }
    write!(
        elsewhere,
        "-I FORWARD 1 -o {bridges} -j {output}\n\
        -I FORWARD 1 -i {bridges} -j {output}\n\
        COMMIT\n"
    )
    .unwrap();
    assert_eq!(script(Way::Elsewhere, others(Way::Elsewhere)).unwrap(), elsewhere);
}

#[test]
fn rules_in_place_are_left_alone() {
    for way in Way::ALL {
        assert_eq!(script(way, &done(way)), None, "{way:?}");
    }
}

#[test]
fn whatever_became_of_the_rules_they_are_repaired_and_never_doubled() {
    let Chains { input, output, bridges } = chains();
    let hook = format!("-A INPUT -i {bridges} -j {input}\n");
    let to_this_host = done(Way::ToThisHost);
    let elsewhere = done(Way::Elsewhere);
    let damaged = [
        (Way::ToThisHost, to_this_host.replace(&hook, "")),
        (Way::ToThisHost, to_this_host.replace(&hook, &hook.repeat(2))),
        (Way::ToThisHost, to_this_host.replace(&hook, &format!("-A INPUT -j ACCEPT\n{hook}"))),
        (
            Way::ToThisHost,
            to_this_host.replace(&format!("-A {input} -j DROP"), &format!("-A {input} -j ACCEPT")),
        ),
        (Way::Elsewhere, elsewhere.replace(&format!("-A {output} -d 10.0.0.0/8 -j DROP\n"), "")),
        (Way::Elsewhere, elsewhere.replace(&format!("-A FORWARD -o {bridges} -j {output}\n"), "")),
    ];
    for (way, table) in damaged {
        assert_ne!(table, done(way));
        let repaired = after(&table, &script(way, &table).expect("something is wrong"));
        assert_eq!(script(way, &repaired), None, "{table}\n{repaired}");
    }
}

#[test]
fn another_installations_rules_may_come_first() {
    let theirs = "-A INPUT -i msc-ffff+ -j MSC-FFFF-IN\n-A INPUT -i msc-";
    let table = done(Way::ToThisHost).replacen("-A INPUT -i msc-", theirs, 1);
    assert_eq!(script(Way::ToThisHost, &table), None);
}

#[test]
fn removal_takes_everything_of_ours_and_nothing_else() {
    for way in Way::ALL {
        let removal = chains().removal(way, &Table::from_text(&done(way))).unwrap();
        assert_eq!(after(&done(way), &removal), others(way).trim_end());
        assert_eq!(chains().removal(way, &Table::from_text(others(way))), None);
    }
}

#[test]
fn cells_speak_no_ipv6() {
    for way in Way::ALL {
        assert_eq!(chains().wanted(Family::V6, way, &plan()), ["-j DROP"]);
    }
}
