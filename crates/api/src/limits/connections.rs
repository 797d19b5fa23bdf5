//! How many connections are open, in all and by client address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::Limits;

#[derive(Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// Counts open connections; one entry per address that has any.
pub(crate) struct Connections {
    most: usize,
    most_per_address: usize,
    open: Mutex<Open>,
    closed: Notify,
}

impl Connections {
    pub(crate) fn new(limits: &Limits) -> Arc<Self> {
        Arc::new(Self {
            most: limits.connections,
            most_per_address: limits.connections_per_address,
            open: Mutex::new(Open::default()),
            closed: Notify::new(),
        })
    }

    /// A place for one more connection of `address`, kept until it is dropped.
    pub(crate) fn slot(self: &Arc<Self>, address: IpAddr) -> Option<Slot> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let of_address = open.by_address.get(&address).copied().unwrap_or(0);
        if open.all >= self.most || of_address >= self.most_per_address {
            return None;
        }
        open.all += 1;
        open.by_address.insert(address, of_address + 1);
        Some(Slot { connections: Arc::clone(self), address })
    }

    /// Connections open now.
    pub(crate) fn len(&self) -> usize {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).all
    }

    /// Returns once no connection is open.
    pub(crate) async fn none_left(&self) {
        loop {
            let closed = self.closed.notified();
            if self.len() == 0 {
                return;
            }
            closed.await;
        }
    }
}

/// The place of one connection.
pub(crate) struct Slot {
    connections: Arc<Connections>,
    address: IpAddr,
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut open = self.connections.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all -= 1;
        if let Some(left) = open.by_address.get_mut(&self.address) {
            *left -= 1;
            if *left == 0 {
                open.by_address.remove(&self.address);
            }
        }
        drop(open);
        self.connections.closed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_limited_by_address_and_in_all_and_come_back() {
        let limits = Limits { connections: 3, connections_per_address: 2, ..Limits::default() };
        let connections = Connections::new(&limits);
        let one = IpAddr::from([10, 0, 0, 1]);
        let two = IpAddr::from([10, 0, 0, 2]);
        let first = connections.slot(one);
        let second = connections.slot(one);
        assert!(first.is_some() && second.is_some());
        assert!(connections.slot(one).is_none(), "two of one address");
        let third = connections.slot(two);
        assert!(third.is_some());
        assert!(connections.slot(two).is_none(), "three in all");
        drop(first);
        assert_eq!(connections.len(), 2);
        assert!(connections.slot(one).is_some());
        drop((second, third));
        assert_eq!(connections.len(), 0);
    }
}
