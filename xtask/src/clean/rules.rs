//! An instance's firewall rules: two chains named after it, and the rules that jump to them.

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::machine;
use crate::process;
use crate::progress::Log;

/// Removes an instance's rules. Where this process may not even look, it says how somebody else can.
pub(super) fn remove(log: &Log, instance: &str) -> Result<()> {
    let prefix = format!("MSC-{}-", short(instance)?);
    let (Some(save), Some(iptables)) =
        (machine::find_program("iptables-save"), machine::find_program("iptables"))
    else {
        return Ok(());
    };
    if !machine::is_root() {
        log.line(format_args!(
            "firewall rules are root's; if there are any, their chains begin with {prefix}"
        ));
        return Ok(());
    }
    let table = process::output(process::command(save).args(["-t", "filter"]))?;
    for command in removals(&table, &prefix) {
        log.line(format_args!("iptables {command}"));
        process::output(process::command(&iptables).arg("-w").args(command.split(' ')))?;
    }
    Ok(())
}

/// The arguments of iptables that remove every chain with this prefix: first the jumps, then each chain.
fn removals(table: &str, prefix: &str) -> Vec<String> {
    let jump = format!("-j {prefix}");
    let own = format!("-A {prefix}");
    let jumps = table.lines().filter(|line| line.contains(&jump) && !line.starts_with(&own));
    let mut commands: Vec<String> = jumps.map(|rule| rule.replacen("-A", "-D", 1)).collect();
    let chains = table.lines().filter_map(|line| line.strip_prefix(':')?.split(' ').next());
    let chains: Vec<&str> = chains.filter(|chain| chain.starts_with(prefix)).collect();
    commands.extend(chains.iter().map(|chain| format!("-F {chain}")));
    commands.extend(chains.iter().map(|chain| format!("-X {chain}")));
    commands
}

/// The short form of an instance's id, as its chains carry it.
fn short(instance: &str) -> Result<String> {
    let bytes =
        hex::decode(instance.replace('-', "")).with_context(|| format!("reading the id {instance}"))?;
    Ok(hex::encode(Sha256::digest(bytes))[..4].to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_go_before_their_chains_and_others_stay() {
        let table = "*filter\n:INPUT ACCEPT [0:0]\n:MSC-5549-IN - [0:0]\n:MSC-7A80-IN - [0:0]\n\
            -A INPUT -i msc-5549+ -j MSC-5549-IN\n-A INPUT -i msc-7a80+ -j MSC-7A80-IN\n\
            -A MSC-5549-IN -j DROP\nCOMMIT\n";
        let expected = ["-D INPUT -i msc-5549+ -j MSC-5549-IN", "-F MSC-5549-IN", "-X MSC-5549-IN"];
        assert_eq!(removals(table, "MSC-5549-"), expected);
    }

    #[test]
    fn the_short_form_is_the_servers() {
        assert_eq!(short("cdba113e-eb61-4efe-9611-4b126e037061").unwrap(), "5549");
    }
}
