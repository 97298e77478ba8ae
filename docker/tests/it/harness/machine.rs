//! Another machine on this host's network: a network namespace at the end of a cable.

use std::{
    cell::RefCell,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4},
    process::{Child, Command, Stdio},
};

use super::{Installation, compiled, random};

/// Networks for cables, all private: a /30 each.
const CABLES: Ipv4Addr = Ipv4Addr::new(192, 168, 0, 0);

/// A machine that routes through this host. It is gone when dropped.
pub(crate) struct Machine {
    name: String,
    host: Ipv4Addr,
    own: Ipv4Addr,
    services: RefCell<Vec<Child>>,
}

impl Machine {
    pub(crate) fn beside(installation: &Installation) -> Self {
        let network = CABLES.to_bits() | u32::from(u16::from_be_bytes(random()) & 0xfffc);
        let (host, own) = (Ipv4Addr::from_bits(network + 1), Ipv4Addr::from_bits(network + 2));
        let name = format!("mt{}{}", installation.instance.short(), network & 0xffff);
        let machine = Self { name, host, own, services: RefCell::default() };
        let (name, inside) = (&machine.name, format!("{}i", machine.name));
        ip(&format!("netns add {name}"));
        ip(&format!("link add {name} type veth peer name {inside} netns {name}"));
        ip(&format!("addr add {host}/30 dev {name}"));
        ip(&format!("link set {name} up"));
        ip(&format!("-n {name} addr add {own}/30 dev {inside}"));
        ip(&format!("-n {name} link set {inside} up"));
        ip(&format!("-n {name} route add default via {host}"));
        machine
    }

    /// The address of this host as the machine knows it.
    pub(crate) const fn host_address(&self) -> Ipv4Addr {
        self.host
    }

    /// Whether the machine can connect to an address.
    pub(crate) fn reaches(&self, address: SocketAddr) -> bool {
        let mut command = self.command();
        let status = command.args(["connect", &address.to_string()]).stderr(Stdio::null()).status();
        status.expect("iproute2 is installed").success()
    }

    /// Starts a service on the machine.
    pub(crate) fn listens(&self) -> SocketAddrV4 {
        let mut services = self.services.borrow_mut();
        let port = 8_000 + u16::try_from(services.len()).expect("a test has few");
        let mut command = self.command();
        let mut service = command.args(["listen", &port.to_string()]).stdout(Stdio::piped()).spawn().unwrap();
        let mut said = [0];
        let mut stdout = service.stdout.take().unwrap();
        std::io::Read::read_exact(&mut stdout, &mut said).expect("it says when it listens");
        services.push(service);
        SocketAddrV4::new(self.own, port)
    }

    fn command(&self) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name]).arg(compiled());
        command
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        for service in self.services.get_mut() {
            service.kill().and_then(|()| service.wait()).expect("it is ours");
        }
        ip(&format!("netns del {}", self.name));
    }
}

fn ip(arguments: &str) {
    let status = Command::new("ip").args(arguments.split(' ')).status();
    assert!(status.expect("iproute2 is installed").success(), "ip {arguments}");
}
