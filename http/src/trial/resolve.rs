//! From a URL to the addresses that a connection may go to.
//!
//! A name is looked up once, and the connection goes to the addresses that were checked here: a name that stands
//! for something else a moment later gains nothing.

use std::{
    fmt::Debug,
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use async_trait::async_trait;
use mosaic_api::TestProblem;
use mosaic_model::{AddressError, BaseUrl, Egress, UrlHost, check_address, check_host_alias};
use tokio::time;

use super::Fault;
use crate::failure::sentence;

/// How long a look-up may take.
const LOOKUP_WITHIN: Duration = Duration::from_secs(5);
/// How many addresses of one name are looked at.
const ADDRESSES_MAX: usize = 16;

/// Finds the addresses of names.
#[async_trait]
pub(crate) trait Resolve: Debug + Send + Sync {
    /// The addresses of a name, the best first.
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>>;
}

/// This host's own way of looking names up.
#[derive(Debug)]
pub(crate) struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    async fn lookup(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((name, 0)).await?.map(|address| address.ip()).collect())
    }
}

/// The addresses at which a provider may be talked to; never none.
pub(super) async fn destinations(
    resolver: &dyn Resolve,
    url: &BaseUrl,
    allowed: &[Egress],
) -> Result<Vec<SocketAddr>, Fault> {
    let port = url.port();
    let closed = |error: AddressError| Fault::new(TestProblem::ClosedAddress, sentence(&error));
    match url.host() {
        UrlHost::Address(address) => {
            check_address(allowed, &address.to_string(), port, address).map_err(closed)?;
            Ok(vec![SocketAddr::new(address.to_canonical(), port)])
        }
        UrlHost::Name(name) if name == Egress::HOST_ALIAS => {
            check_host_alias(allowed, port).map_err(closed)?;
            Ok(vec![SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port)])
        }
        UrlHost::Name(name) => {
            let found = lookup(resolver, &name).await?;
            let checked = found.into_iter().take(ADDRESSES_MAX).map(|address| {
                let address = address.to_canonical();
                check_address(allowed, &name, port, address).map(|()| SocketAddr::new(address, port))
            });
            let (open, refused): (Vec<_>, Vec<_>) = checked.partition(Result::is_ok);
            let open: Vec<SocketAddr> = open.into_iter().flatten().collect();
            // A closed address tells more than that another one is IPv6.
            let mut refused: Vec<AddressError> = refused.into_iter().filter_map(Result::err).collect();
            refused.sort_by_key(|error| matches!(error, AddressError::Ipv6 { .. }));
            match refused.into_iter().next() {
                Some(error) if open.is_empty() => Err(closed(error)),
                _ => Ok(open),
            }
        }
    }
}

async fn lookup(resolver: &dyn Resolve, name: &str) -> Result<Vec<IpAddr>, Fault> {
    let unknown =
        |why: &str| Fault::new(TestProblem::UnknownHost, format!("There is no host {name}: {why}."));
    let found = time::timeout(LOOKUP_WITHIN, resolver.lookup(name)).await;
    let found = found.map_err(|_elapsed| Fault::timeout("The name could not be looked up", LOOKUP_WITHIN))?;
    let found = found.map_err(|error| unknown(&error.to_string()))?;
    if found.is_empty() { Err(unknown("the name stands for no address")) } else { Ok(found) }
}
