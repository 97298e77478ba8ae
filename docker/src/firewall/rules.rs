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

/// Where a packet that leaves a cell, or is to enter one, goes; each way is guarded by a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// From cells to this host.
    ToThisHost,
    /// From cells to elsewhere, and from elsewhere to cells.
    Elsewhere,
}

impl Way {
    pub(super) const ALL: [Self; 2] = [Self::ToThisHost, Self::Elsewhere];

    /// The kernel's table that the chain stands in.
    ///
    /// What is forwarded is held up before the engine's own table: the engine takes its rules there,
    /// `DOCKER-USER` among them, out and puts them back whenever it makes a network, and what is sent
    /// in between would pass. What is for this host is let in where its own firewall decides.
    pub(super) const fn table(self) -> &'static str {
        match self {
            Self::ToThisHost => "filter",
            Self::Elsewhere => "mangle",
        }
    }
}

/// The chains of one installation, and what sends packets into them.
#[derive(Debug, Clone)]
pub(super) struct Chains {
    input: String,
    output: String,
    /// Every bridge of ours, as the tools write a prefix.
    bridges: String,
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

    /// The rules that should stand in a way's chain, in order.
    pub(super) fn wanted(&self, family: Family, way: Way, plan: &FirewallPlan) -> Vec<String> {
        match (family, way) {
            (Family::V4, Way::ToThisHost) => to_this_host(plan),
            (Family::V4, Way::Elsewhere) => self.elsewhere(plan),
            // Cells have no IPv6 addresses; what speaks it anyway is up to no good.
            (Family::V6, _) => vec!["-j DROP".to_owned()],
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

    const fn chain(&self, way: Way) -> &String {
        match way {
            Way::ToThisHost => &self.input,
            Way::Elsewhere => &self.output,
        }
    }

    /// What sends packets into a way's chain: the chain it stands in, and the rule.
    fn hooks(&self, way: Way) -> Vec<(&'static str, String)> {
        let Self { input, output, bridges } = self;
        match way {
            Way::ToThisHost => vec![("INPUT", format!("-i {bridges} -j {input}"))],
            Way::Elsewhere => vec![
                ("FORWARD", format!("-i {bridges} -j {output}")),
                ("FORWARD", format!("-o {bridges} -j {output}")),
            ],
        }
    }

    /// The transaction that makes a way's table what it should be; `None` where it is.
    pub(super) fn change(&self, way: Way, table: &Table, wanted: &[String]) -> Option<String> {
        let (chain, hooks) = (self.chain(way), self.hooks(way));
        let hooked = hooks.iter().all(|(from, rule)| table.leads_with(from, rule));
        let only_hooked = table.rules_jumping_to(chain).len() == hooks.len();
        let filled = table.rules_of(chain).eq(wanted.iter().map(String::as_str));
        if hooked && only_hooked && filled {
            return None;
        }
        Some(transaction(way, |text| {
            // Declaring a chain makes it, or empties it.
            writeln!(text, ":{chain} - [0:0]")?;
            wanted.iter().try_for_each(|rule| writeln!(text, "-A {chain} {rule}"))?;
            unhook(table, chain, text)?;
            hooks.iter().rev().try_for_each(|(from, rule)| writeln!(text, "-I {from} 1 {rule}"))
        }))
    }

    /// The transaction that removes all of ours from a way's table; `None` where nothing is.
    pub(super) fn removal(&self, way: Way, table: &Table) -> Option<String> {
        let chain = self.chain(way);
        table.has_chain(chain).then(|| {
            transaction(way, |text| {
                writeln!(text, ":{chain} - [0:0]")?;
                unhook(table, chain, text)?;
                writeln!(text, "-X {chain}")
            })
        })
    }
}

fn unhook(table: &Table, chain: &str, text: &mut String) -> std::fmt::Result {
    table.rules_jumping_to(chain).iter().try_for_each(|rule| writeln!(text, "-D {rule}"))
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

fn transaction(way: Way, fill: impl FnOnce(&mut String) -> std::fmt::Result) -> String {
    let mut text = format!("*{}\n", way.table());
    fill(&mut text).expect("a string takes all that is written to it");
    text.push_str("COMMIT\n");
    text
}

#[cfg(test)]
mod tests;
