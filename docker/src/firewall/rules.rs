//! The rules themselves: pure text, from a plan and from what a table holds.
//!
//! They are written as the kernel's tools print them, so that what is there can be compared with what
//! should be.

use std::{fmt::Write as _, net::IpAddr};

use mosaic_model::{CLOSED_IPV4, InstanceId};

use super::{AllowedEgress, FirewallPlan, tables::Table};
use crate::names::bridge_prefix;

/// The two protocols, which have tables of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    V6,
}

/// The chains of one installation, and what sends packets into them.
#[derive(Debug, Clone)]
pub(super) struct Chains {
    /// From cells to this host.
    input: String,
    /// From cells to elsewhere, and from elsewhere to cells.
    output: String,
    /// Every bridge of ours, as the tools write a prefix.
    bridges: String,
}

/// The rules that should stand in each chain, in order.
pub(super) struct Wanted {
    input: Vec<String>,
    output: Vec<String>,
}

impl Chains {
    pub(super) fn of(instance: InstanceId) -> Self {
        let short = instance.short().to_uppercase();
        Self {
            input: format!("MSC-{short}-IN"),
            output: format!("MSC-{short}-OUT"),
            bridges: format!("{}+", bridge_prefix(instance)),
        }
    }

    /// The rules for a plan.
    pub(super) fn wanted(&self, family: Family, plan: &FirewallPlan) -> Wanted {
        match family {
            Family::V4 => Wanted { input: to_this_host(plan), output: self.elsewhere(plan) },
            // Cells have no IPv6 addresses; what speaks it anyway is up to no good.
            Family::V6 => Wanted { input: vec!["-j DROP".to_owned()], output: vec!["-j DROP".to_owned()] },
        }
    }

    fn elsewhere(&self, plan: &FirewallPlan) -> Vec<String> {
        // RETURN, not ACCEPT: the engine's own rules still have their say.
        let mut rules = vec![
            "-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN".to_owned(),
            // Only this host opens connections into a cell, and those do not come by here.
            format!("-o {} -j DROP", self.bridges),
        ];
        for allowed in &plan.allowed {
            if let AllowedEgress::Address { ip, port } = allowed {
                rules.push(format!("-d {ip}/32 -p tcp -m tcp --dport {port} -j RETURN"));
            }
        }
        rules.extend(lookups(plan, "RETURN"));
        // The list that users' provider addresses are held against too.
        rules.extend(CLOSED_IPV4.map(|(range, _)| format!("-d {range} -j DROP")));
        rules
    }

    /// What sends packets into the chains: the chain it stands in, and the rule.
    fn hooks(&self, table: &Table) -> [(&'static str, String); 3] {
        let Self { input, output, bridges } = self;
        // The engine leaves this chain alone when it rewrites its own, and asks it first.
        let forward = if table.has_chain("DOCKER-USER") { "DOCKER-USER" } else { "FORWARD" };
        [
            ("INPUT", format!("-i {bridges} -j {input}")),
            (forward, format!("-i {bridges} -j {output}")),
            (forward, format!("-o {bridges} -j {output}")),
        ]
    }

    /// The transaction that makes a table what it should be; `None` where it is.
    pub(super) fn change(&self, table: &Table, wanted: &Wanted) -> Option<String> {
        let hooks = self.hooks(table);
        let hooked = hooks.iter().all(|(chain, rule)| table.leads_with(chain, rule));
        let only_hooked = table.rules_jumping_to(&[&self.input, &self.output]).len() == hooks.len();
        let filled = table.rules_of(&self.input).eq(wanted.input.iter().map(String::as_str))
            && table.rules_of(&self.output).eq(wanted.output.iter().map(String::as_str));
        if hooked && only_hooked && filled {
            return None;
        }
        Some(transaction(|text| {
            for (chain, rules) in [(&self.input, &wanted.input), (&self.output, &wanted.output)] {
                // Declaring a chain makes it, or empties it.
                writeln!(text, ":{chain} - [0:0]")?;
                rules.iter().try_for_each(|rule| writeln!(text, "-A {chain} {rule}"))?;
            }
            self.unhook(table, text)?;
            hooks.iter().rev().try_for_each(|(chain, rule)| writeln!(text, "-I {chain} 1 {rule}"))
        }))
    }

    /// The transaction that removes all of ours from a table; `None` where nothing is.
    pub(super) fn removal(&self, table: &Table) -> Option<String> {
        let chains = [&self.input, &self.output].into_iter().filter(|it| table.has_chain(it));
        let chains: Vec<_> = chains.collect();
        if chains.is_empty() {
            return None;
        }
        Some(transaction(|text| {
            chains.iter().try_for_each(|chain| writeln!(text, ":{chain} - [0:0]"))?;
            self.unhook(table, text)?;
            chains.iter().try_for_each(|chain| writeln!(text, "-X {chain}"))
        }))
    }

    fn unhook(&self, table: &Table, text: &mut String) -> std::fmt::Result {
        let hooks = table.rules_jumping_to(&[&self.input, &self.output]);
        hooks.iter().try_for_each(|rule| writeln!(text, "-D {rule}"))
    }
}

fn to_this_host(plan: &FirewallPlan) -> Vec<String> {
    let open = |port: u16| format!("-p tcp -m tcp --dport {port} -j ACCEPT");
    let mut rules =
        vec!["-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT".to_owned(), open(plan.internal_port)];
    rules.extend(plan.allowed.iter().map(|allowed| match allowed {
        AllowedEgress::Host { port } => open(*port),
        // Where the address is not this host's, no packet that comes by here has it.
        AllowedEgress::Address { ip, port } => format!("-d {ip}/32 {}", open(*port)),
    }));
    rules.extend(lookups(plan, "ACCEPT"));
    rules.push("-j DROP".to_owned());
    rules
}

/// Name lookups: the engine's resolver sends them from inside the cell's network, to a server that
/// mostly has a private address.
fn lookups(plan: &FirewallPlan, verdict: &str) -> Vec<String> {
    let servers = plan.nameservers.iter().filter_map(|server| match server {
        IpAddr::V4(server) => Some(server),
        IpAddr::V6(_) => None,
    });
    let rules = servers.flat_map(|server| {
        ["udp", "tcp"].map(|via| format!("-d {server}/32 -p {via} -m {via} --dport 53 -j {verdict}"))
    });
    rules.collect()
}

fn transaction(fill: impl FnOnce(&mut String) -> std::fmt::Result) -> String {
    let mut text = "*filter\n".to_owned();
    fill(&mut text).expect("a string takes all that is written to it");
    text.push_str("COMMIT\n");
    text
}

#[cfg(test)]
mod tests;
