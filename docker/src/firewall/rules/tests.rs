use std::net::Ipv4Addr;

use uuid::Uuid;

use super::*;

const ENGINE_AT_WORK: &str = "*filter\n:INPUT ACCEPT [5:300]\n:FORWARD DROP [0:0]\n:DOCKER-USER - [0:0]\n\
    -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A FORWARD -j DOCKER-USER\n-A DOCKER-USER -j RETURN\n\
    COMMIT\n";

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

fn script(table: &str) -> Option<String> {
    chains().change(&Table::from_text(table), &chains().wanted(Family::V4, &plan()))
}

/// The table that a transaction makes of another, as the tools would print it.
fn after(table: &str, script: &str) -> String {
    let mut lines: Vec<String> = table.lines().map(str::to_owned).collect();
    for line in script.lines().filter(|line| !matches!(*line, "*filter" | "COMMIT")) {
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
    let mut expected = format!(
        "*filter\n\
        :{input} - [0:0]\n\
        -A {input} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n\
        -A {input} -p tcp -m tcp --dport 7778 -j ACCEPT\n\
        -A {input} -p tcp -m tcp --dport 18080 -j ACCEPT\n\
        -A {input} -d 192.168.1.9/32 -p tcp -m tcp --dport 11434 -j ACCEPT\n\
        -A {input} -d 10.0.0.53/32 -p udp -m udp --dport 53 -j ACCEPT\n\
        -A {input} -d 10.0.0.53/32 -p tcp -m tcp --dport 53 -j ACCEPT\n\
        -A {input} -j DROP\n\
        :{output} - [0:0]\n\
        -A {output} -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN\n\
        -A {output} -o {bridges} -j DROP\n\
        -A {output} -d 192.168.1.9/32 -p tcp -m tcp --dport 11434 -j RETURN\n\
        -A {output} -d 10.0.0.53/32 -p udp -m udp --dport 53 -j RETURN\n\
        -A {output} -d 10.0.0.53/32 -p tcp -m tcp --dport 53 -j RETURN\n"
    );
    for (range, _) in CLOSED_IPV4 {
        writeln!(expected, "-A {output} -d {range} -j DROP").unwrap();
    }
    write!(
        expected,
        "-I DOCKER-USER 1 -o {bridges} -j {output}\n\
        -I DOCKER-USER 1 -i {bridges} -j {output}\n\
        -I INPUT 1 -i {bridges} -j {input}\n\
        COMMIT\n"
    )
    .unwrap();
    assert_eq!(script(ENGINE_AT_WORK).unwrap(), expected);
}

#[test]
fn rules_in_place_are_left_alone() {
    let done = after(ENGINE_AT_WORK, &script(ENGINE_AT_WORK).unwrap());
    assert_eq!(script(&done), None, "{done}");
}

#[test]
fn whatever_became_of_the_rules_they_are_repaired_and_never_doubled() {
    let done = after(ENGINE_AT_WORK, &script(ENGINE_AT_WORK).unwrap());
    let Chains { input, output, bridges } = chains();
    let hook = format!("-A INPUT -i {bridges} -j {input}\n");
    let damaged = [
        done.replace(&hook, ""),
        done.replace(&hook, &hook.repeat(2)),
        done.replace(&hook, &format!("-A INPUT -j ACCEPT\n{hook}")),
        done.replace(&format!("-A {output} -d 10.0.0.0/8 -j DROP\n"), ""),
        done.replace(&format!("-A {input} -j DROP"), &format!("-A {input} -j ACCEPT")),
    ];
    for table in damaged {
        assert_ne!(table, done);
        let repaired = after(&table, &script(&table).expect("something is wrong"));
        assert_eq!(script(&repaired), None, "{table}\n{repaired}");
    }
}

#[test]
fn another_installations_rules_may_come_first() {
    let done = after(ENGINE_AT_WORK, &script(ENGINE_AT_WORK).unwrap());
    let theirs = "-A INPUT -i msc-ffff+ -j MSC-FFFF-IN\n-A INPUT -i msc-";
    assert_eq!(script(&done.replacen("-A INPUT -i msc-", theirs, 1)), None);
}

#[test]
fn an_engine_without_a_chain_for_users_is_guarded_in_the_forward_chain() {
    let bare = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n-A FORWARD -j ACCEPT\nCOMMIT\n";
    let text = script(bare).unwrap();
    assert_eq!(text.matches("-I FORWARD 1").count(), 2, "{text}");
    // When the engine makes its chain later, the rules move there.
    let moved = script(&after(bare, &text).replace(":FORWARD", ":DOCKER-USER - [0:0]\n:FORWARD")).unwrap();
    assert_eq!(moved.matches("-D FORWARD").count(), 2, "{moved}");
    assert_eq!(moved.matches("-I DOCKER-USER 1").count(), 2, "{moved}");
}

#[test]
fn removal_takes_everything_of_ours_and_nothing_else() {
    let done = after(ENGINE_AT_WORK, &script(ENGINE_AT_WORK).unwrap());
    let removal = chains().removal(&Table::from_text(&done)).unwrap();
    assert_eq!(after(&done, &removal), ENGINE_AT_WORK.trim_end());
    assert_eq!(chains().removal(&Table::from_text(ENGINE_AT_WORK)), None);
}

#[test]
fn cells_speak_no_ipv6() {
    let wanted = chains().wanted(Family::V6, &plan());
    assert_eq!((wanted.input, wanted.output), (vec!["-j DROP".to_owned()], vec!["-j DROP".to_owned()]));
}
