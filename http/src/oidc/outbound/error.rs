//! Why a provider could not be asked, in words for an admin.

use std::{error::Error, io};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FetchError {
    /// The name leads nowhere.
    #[error("the host name of {url} cannot be looked up: is it spelled right, and does this host know it?")]
    Name { url: String },
    /// Nobody listens there.
    #[error("nothing answers at {url}: the connection was refused")]
    Refused { url: String },
    /// The certificate does not hold, or no TLS is spoken there.
    #[error("no secure connection to {url}: {why}")]
    Tls { url: String, why: String },
    /// It took too long.
    #[error("{url} did not answer in time")]
    Timeout { url: String },
    /// It sends us elsewhere.
    #[error("{url} answers with a redirect, which is not followed: enter the address that it leads to")]
    Redirect { url: String },
    /// It is reached without TLS.
    #[error("{url} is not reached over https")]
    Plain { url: String },
    /// It says more than anybody needs to.
    #[error("{url} answers with more than {max} bytes")]
    TooLarge { url: String, max: usize },
    /// It stopped in the middle.
    #[error("{url} broke off its answer")]
    Cut { url: String },
    /// Something else.
    #[error("{url} cannot be reached: {why}")]
    Other { url: String, why: String },
}

impl FetchError {
    /// Sorts what the client says.
    pub(super) fn of(url: &str, error: &(dyn Error + 'static)) -> Self {
        let url = url.to_owned();
        let mut why = error.to_string();
        let mut next = Some(error);
        while let Some(error) = next {
            why = error.to_string();
            if let Some(tls) = error.downcast_ref::<rustls::Error>() {
                return Self::Tls { url, why: tls_words(tls) };
            }
            if let Some(io) = error.downcast_ref::<io::Error>() {
                match io.kind() {
                    io::ErrorKind::ConnectionRefused => return Self::Refused { url },
                    io::ErrorKind::TimedOut => return Self::Timeout { url },
                    _ => {}
                }
                // What an error of this kind was made from is not its source: it is inside.
                if let Some(inner) = io.get_ref() {
                    next = Some(inner);
                    continue;
                }
            }
            if why.contains("dns error") {
                return Self::Name { url };
            }
            next = error.source();
        }
        Self::Other { url, why }
    }
}

fn tls_words(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer) => {
            "its certificate is from an authority that this host does not trust".to_owned()
        }
        rustls::Error::InvalidMessage(_) => "what answers there does not speak TLS".to_owned(),
        other => other.to_string(),
    }
}
