//! What a bridge alone leaves open, closed: a cell reaches Mosaic's internal API, what an admin
//! allowed, and the public internet; nothing reaches a cell but this host.
//!
//! The rules stand in chains of this installation's own, so nobody else's are ever touched; each
//! change is one atomic transaction a table.

mod plan;
mod rules;
mod tables;

use mosaic_model::InstanceId;

pub use self::plan::{AllowedEgress, FirewallPlan};
use self::{
    rules::{Chains, Family, Way},
    tables::Table,
};
use crate::host::may_administer_network;

/// A transaction loses against somebody else's change between reading and writing this often.
const TRIES: u32 = 3;
/// There only where the kernel speaks IPv6.
const IPV6_INTERFACES: &str = "/proc/net/if_inet6";

/// The firewall rules of one installation.
#[derive(Debug, Clone)]
pub struct Firewall {
    chains: Chains,
}

/// Whether agents are walled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Protection {
    /// All rules are in place.
    Full,
    /// They are not.
    Open {
        /// Why not, as a sentence.
        why: String,
        /// What is open because of it, a sentence each.
        what: Vec<String>,
    },
}

/// Why rules could not be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FirewallError {
    /// Run Mosaic as root, or give it `CAP_NET_ADMIN`.
    #[error("Mosaic may not change this host's firewall: it does not run as root")]
    NotPermitted,
    /// Install iptables.
    #[error("{0} is not installed on this host")]
    NotInstalled(&'static str),
    /// The program refused, in its own words.
    #[error("the firewall rules could not be set: {0}")]
    Refused(String),
}

impl Firewall {
    /// The rules of an installation.
    pub fn for_instance(instance: InstanceId) -> Self {
        Self { chains: Chains::of(instance) }
    }

    /// Makes the rules what the plan says, and answers whether anything had to be changed. It costs
    /// a read of the tables when nothing has, so it can be asked often: a restart of the engine, or
    /// of another firewall, undoes some of them.
    pub async fn ensure(&self, plan: &FirewallPlan) -> Result<bool, FirewallError> {
        let mut changed = false;
        for (family, way) in tables()? {
            let wanted = self.chains.wanted(family, way, plan);
            changed |= transact(family, way, |table| self.chains.change(way, table, &wanted)).await?;
        }
        Ok(changed)
    }

    /// Whether the rules of the plan are in place, and what is open if they are not.
    pub async fn status(&self, plan: &FirewallPlan) -> Protection {
        match self.misses(plan).await {
            Ok(false) => Protection::Full,
            Ok(true) => open("Its firewall rules are not, or no longer, in place.".to_owned()),
            Err(error) => open(format!("{error}.")),
        }
    }

    /// Removes every rule and chain of this installation.
    pub async fn remove(&self) -> Result<(), FirewallError> {
        for (family, way) in tables()? {
            transact(family, way, |table| self.chains.removal(way, table)).await?;
        }
        Ok(())
    }

    async fn misses(&self, plan: &FirewallPlan) -> Result<bool, FirewallError> {
        for (family, way) in tables()? {
            let table = Table::read(family, way).await?;
            if self.chains.change(way, &table, &self.chains.wanted(family, way, plan)).is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// What to guard, in each protocol; a kernel without IPv6 has no tables for it.
fn tables() -> Result<Vec<(Family, Way)>, FirewallError> {
    if !may_administer_network() {
        return Err(FirewallError::NotPermitted);
    }
    let v6 = std::path::Path::new(IPV6_INTERFACES).exists();
    let families: &[_] = if v6 { &[Family::V4, Family::V6] } else { &[Family::V4] };
    Ok(families.iter().flat_map(|family| Way::ALL.map(|way| (*family, way))).collect())
}

/// Reads a table, and writes the change that it calls for, if it calls for one.
async fn transact(
    family: Family,
    way: Way,
    change: impl Fn(&Table) -> Option<String>,
) -> Result<bool, FirewallError> {
    let mut tries = 1;
    loop {
        let Some(script) = change(&Table::read(family, way).await?) else { return Ok(false) };
        match tables::write(family, &script).await {
            Ok(()) => return Ok(true),
            Err(FirewallError::Refused(words)) if tries < TRIES => {
                tracing::debug!(words, "a firewall change was refused; reading again");
                tries += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

fn open(why: String) -> Protection {
    let what = [
        "Agents can reach every port of this host that does not listen on loopback only.",
        "Agents can reach other machines at private addresses, and the cloud's metadata address.",
        "Machines that route through this host can reach agents' gateways, which still ask for a token.",
    ];
    Protection::Open { why, what: what.map(str::to_owned).to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_said_in_sentences() {
        let Protection::Open { why, what } = open(format!("{}.", FirewallError::NotPermitted)) else {
            panic!("open is open")
        };
        assert!(what.iter().chain([&why]).all(|it| it.ends_with('.')), "{why} {what:?}");
    }
}
