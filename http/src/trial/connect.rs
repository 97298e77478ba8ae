//! A connection to an address that was checked, encrypted where the URL says so.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use mosaic_api::TestProblem;
use rustls::{CertificateError, ClientConfig, RootCertStore, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time,
};
use tokio_rustls::TlsConnector;

use super::Fault;

/// How long making a connection may take, all addresses together.
const CONNECT_WITHIN: Duration = Duration::from_secs(8);
/// How long agreeing on encryption may take.
const TLS_WITHIN: Duration = Duration::from_secs(8);

/// What HTTP is spoken over.
pub(super) trait Line: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Line for T {}

/// The way to a provider: addresses that were checked, and whether and for whom to encrypt.
#[derive(Debug)]
pub(super) struct Road {
    pub(super) addresses: Vec<SocketAddr>,
    pub(super) host: String,
    /// None where the URL asks for none.
    pub(super) tls: Option<Arc<ClientConfig>>,
}

impl Road {
    /// A connection, ready for HTTP. Each request has one of its own: a server may end one after each answer.
    pub(super) async fn line(&self) -> Result<Box<dyn Line>, Fault> {
        let (stream, _) = connect(&self.addresses).await?;
        match &self.tls {
            Some(config) => encrypt(config, &self.host, stream).await,
            None => Ok(Box::new(stream)),
        }
    }
}

/// The first of the addresses that answers.
pub(super) async fn connect(addresses: &[SocketAddr]) -> Result<(TcpStream, SocketAddr), Fault> {
    let first = async {
        let mut refused = Fault::new(TestProblem::Unreachable, "There is no address to connect to.");
        for address in addresses {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok((stream, *address)),
                Err(error) => refused = Fault::unconnected(&error, &address.to_string()),
            }
        }
        Err(refused)
    };
    let connected = time::timeout(CONNECT_WITHIN, first).await;
    connected.unwrap_or_else(|_elapsed| Err(Fault::timeout("Nothing answered", CONNECT_WITHIN)))
}

/// Trusts what this host trusts.
pub(super) fn system_tls() -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in found.errors {
        tracing::warn!(%error, "some of this host's certificate authorities cannot be read");
    }
    roots.add_parsable_certificates(found.certs);
    tls(roots)
}

/// Trusts these authorities, and no others.
pub(super) fn tls(roots: RootCertStore) -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider speaks the default versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

/// Encrypts a connection to the server of this name.
pub(super) async fn encrypt(
    config: &Arc<ClientConfig>,
    host: &str,
    stream: TcpStream,
) -> Result<Box<dyn Line>, Fault> {
    let name = ServerName::try_from(host.to_owned());
    let name = name.map_err(|_invalid| {
        Fault::new(TestProblem::TlsFailed, format!("No certificate can be for {host:?}."))
    })?;
    match time::timeout(TLS_WITHIN, TlsConnector::from(Arc::clone(config)).connect(name, stream)).await {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        Ok(Err(error)) => Err(in_words(&error, host)),
        Err(_elapsed) => Err(Fault::timeout("The connection was not encrypted", TLS_WITHIN)),
    }
}

fn in_words(error: &std::io::Error, host: &str) -> Fault {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let Some(inner) = inner else {
        let detail = "The server hung up when it was asked to encrypt. Is it the right port?";
        return Fault::new(TestProblem::TlsFailed, detail);
    };
    match inner {
        rustls::Error::InvalidCertificate(error) => certificate(error, host),
        rustls::Error::InvalidMessage(_) => Fault::new(
            TestProblem::TlsFailed,
            "What answers there does not encrypt. If that is meant so, write http:// in place of https://.",
        ),
        error => {
            Fault::new(TestProblem::TlsFailed, format!("The connection could not be encrypted: {error}."))
        }
    }
}

fn certificate(error: &CertificateError, host: &str) -> Fault {
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            Fault::new(TestProblem::CertificateExpired, "The server's certificate has expired.")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Fault::new(
            TestProblem::CertificateExpired,
            "The server's certificate is not valid yet. Is this host's clock right?",
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Fault::new(
            TestProblem::CertificateWrongName,
            format!("The server's certificate is for another name than {host}."),
        ),
        CertificateError::UnknownIssuer => unknown_issuer(),
        // A certificate that vouches for itself is an authority's; the verifier has no word of its own for it.
        CertificateError::Other(other) if other.to_string().contains("CaUsedAsEndEntity") => unknown_issuer(),
        error => {
            Fault::new(TestProblem::TlsFailed, format!("The server's certificate is not sound: {error}."))
        }
    }
}

fn unknown_issuer() -> Fault {
    Fault::new(
        TestProblem::CertificateUnknownIssuer,
        "Nobody this host trusts vouches for the server's certificate: it vouches for itself, or its authority is \
         unknown here.",
    )
}
