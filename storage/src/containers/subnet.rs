//! Choosing a cell's network.

use std::{
    collections::{HashMap, HashSet},
    net::Ipv4Addr,
};

use ipnet::Ipv4Net;
use mosaic_model::CellId;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::record::{cell_of, parse_subnet};
use crate::StoreError;

/// A cell's network: 14 addresses, of which it uses two.
const PREFIX: u8 = 28;

/// The networks in use, by cell.
pub(super) struct Taken {
    by_cell: HashMap<CellId, Ipv4Net>,
}

impl Taken {
    /// Reads the rows of `cell_subnets`.
    pub(super) fn from_rows(rows: Vec<(String, Option<Uuid>, Option<Uuid>)>) -> Result<Self, StoreError> {
        let mut by_cell = HashMap::with_capacity(rows.len());
        for (subnet, user, system) in rows {
            let cell =
                cell_of(user, system).ok_or_else(|| StoreError::Corrupt(format!("subnet {subnet}")))?;
            by_cell.insert(cell, parse_subnet(&subnet)?);
        }
        Ok(Self { by_cell })
    }

    /// A free network: the cell's present one where it will do, else the first from a place of the cell's own on.
    ///
    /// Each cell begins its search elsewhere, and every attempt too, so that cells that search at the same time
    /// seldom choose the same.
    pub(super) fn choose(
        &self,
        cell: CellId,
        range: Ipv4Net,
        avoid: &[Ipv4Net],
        attempt: u32,
    ) -> Option<Ipv4Net> {
        let will_do = |subnet: &Ipv4Net| avoid.iter().all(|other| !overlap(*subnet, *other));
        if let Some(own) = self.by_cell.get(&cell)
            && range.contains(own)
            && will_do(own)
        {
            return Some(*own);
        }
        let taken: HashSet<Ipv4Net> =
            self.by_cell.iter().filter(|(other, _)| **other != cell).map(|(_, subnet)| *subnet).collect();
        let count = 1_u32 << PREFIX.saturating_sub(range.prefix_len()).min(31);
        let start = starting_point(cell, attempt) % count;
        (0..count)
            .map(|step| nth_subnet(range, (start + step) % count))
            .find(|subnet| !taken.contains(subnet) && will_do(subnet))
    }
}

fn overlap(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other) || other.contains(&one)
}

fn nth_subnet(range: Ipv4Net, index: u32) -> Ipv4Net {
    let address = u32::from(range.network()) + (index << (32 - PREFIX));
    Ipv4Net::new_assert(Ipv4Addr::from(address), PREFIX)
}

fn starting_point(cell: CellId, attempt: u32) -> u32 {
    let digest = Sha256::new().chain_update(cell.to_string()).chain_update(attempt.to_be_bytes()).finalize();
    u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]])
}

#[cfg(test)]
mod tests {
    use mosaic_model::UserId;
    use proptest::prelude::*;

    use super::*;

    fn cell(seed: u128) -> CellId {
        CellId::User(UserId::from_uuid(Uuid::from_u128(seed)))
    }

    fn net(text: &str) -> Ipv4Net {
        text.parse().expect("a network")
    }

    proptest! {
        #[test]
        fn every_network_of_a_range_is_found_once(seeds in prop::collection::hash_set(any::<u128>(), 16), attempt: u32) {
            let range = net("10.213.7.0/24");
            let mut taken = Taken { by_cell: HashMap::new() };
            for seed in seeds {
                let subnet = taken.choose(cell(seed), range, &[], attempt).expect("not yet full");
                prop_assert!(range.contains(&subnet));
                prop_assert_eq!(subnet.prefix_len(), PREFIX);
                prop_assert!(taken.by_cell.values().all(|other| *other != subnet));
                taken.by_cell.insert(cell(seed), subnet);
            }
            prop_assert_eq!(taken.choose(CellId::System(mosaic_model::SystemCellId::from_uuid(Uuid::nil())), range, &[], attempt), None);
        }
    }

    #[test]
    fn what_is_to_be_avoided_is_avoided() {
        let taken = Taken { by_cell: HashMap::new() };
        let range = net("10.213.0.0/24");
        let chosen = taken.choose(cell(1), range, &[net("10.213.0.0/25"), net("10.213.0.128/26")], 0);
        assert!(net("10.213.0.192/26").contains(&chosen.expect("a quarter is left")));
        assert_eq!(taken.choose(cell(1), range, &[net("10.0.0.0/8")], 0), None);
    }

    #[test]
    fn a_cell_keeps_its_network_while_it_will_do() {
        let own = net("10.213.0.16/28");
        let taken = Taken { by_cell: HashMap::from([(cell(1), own)]) };
        assert_eq!(taken.choose(cell(1), net("10.213.0.0/16"), &[], 7), Some(own));
        assert_ne!(taken.choose(cell(1), net("10.213.0.0/16"), &[own], 7), Some(own));
        let moved = taken.choose(cell(1), net("10.9.0.0/16"), &[], 7).expect("empty");
        assert!(net("10.9.0.0/16").contains(&moved));
    }
}
