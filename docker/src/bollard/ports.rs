//! Ports of 127.0.0.1 for gateways that cannot be dialled on their bridge.

use std::{
    net::{Ipv4Addr, TcpListener},
    ops::RangeInclusive,
    sync::atomic::{AtomicU32, Ordering},
};

/// A range of ports, assigned in turn so that one just given up rests before it is given again.
#[derive(Debug)]
pub(super) struct Ports {
    range: RangeInclusive<u16>,
    turn: AtomicU32,
}

impl Ports {
    pub(super) const fn new(range: RangeInclusive<u16>) -> Self {
        Self { range, turn: AtomicU32::new(0) }
    }

    /// A port that nobody listens on, or `None` when the whole range is in use.
    pub(super) fn assign(&self) -> Option<u16> {
        let size = u32::try_from(self.range.len()).ok()?;
        (0..size).find_map(|_| {
            let step = self.turn.fetch_add(1, Ordering::Relaxed).checked_rem(size)?;
            let port = self.range.start().checked_add(u16::try_from(step).ok()?)?;
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok().then_some(port)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_not_assigned() {
        let used = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = used.local_addr().unwrap().port();
        assert_eq!(Ports::new(port..=port).assign(), None);
        drop(used);
        assert_eq!(Ports::new(port..=port).assign(), Some(port));
        #[expect(clippy::reversed_empty_ranges, reason = "an empty range is what is tested")]
        let none = Ports::new(2..=1);
        assert_eq!(none.assign(), None);
    }
}
