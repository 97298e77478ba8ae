//! The one HTTP client that talks to providers: few seconds, small answers, no redirects.

mod error;

use std::{fmt, future::Future, net::IpAddr, pin::Pin, sync::OnceLock, time::Duration};

use bytes::Bytes;
use http::Uri;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use mosaic_model::Issuer;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use rustls::{ClientConfig, RootCertStore, crypto::ring};

pub(crate) use self::error::FetchError;

/// How long a provider may take over one answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it may take to be reached at all.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
/// The largest answer that is read. Bytes.
const ANSWER_MAX: usize = 512 * 1024;

type HttpClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// The client; made when it is first needed.
pub(crate) struct Outbound {
    client: OnceLock<HttpClient>,
    patience: Duration,
}

/// The client as far as it may go for one provider.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Door<'a> {
    outbound: &'a Outbound,
    /// Whether the provider is on this host and may be spoken to without TLS.
    plain: bool,
}

impl Default for Outbound {
    fn default() -> Self {
        Self { client: OnceLock::new(), patience: PATIENCE }
    }
}

impl Outbound {
    /// One that waits less, for tests.
    #[cfg(test)]
    pub(super) fn impatient(patience: Duration) -> Self {
        Self { patience, ..Self::default() }
    }

    /// For this provider: over TLS alone, unless it is on this host.
    pub(crate) fn door(&self, issuer: &Issuer) -> Door<'_> {
        Door { outbound: self, plain: issuer.is_plain_loopback() }
    }

    fn client(&self) -> &HttpClient {
        self.client.get_or_init(|| {
            let mut http = HttpConnector::new();
            http.enforce_http(false);
            http.set_connect_timeout(Some(CONNECT_PATIENCE));
            let https = HttpsConnectorBuilder::new()
                .with_tls_config(tls())
                .https_or_http()
                .enable_http1()
                .wrap_connector(http);
            // A login is rare: a connection kept for the next one would have died meanwhile.
            Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(https)
        })
    }
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outbound")
    }
}

impl Door<'_> {
    /// One request, one answer. A redirect is an error: what was asked of one host is not told to another.
    pub(crate) async fn fetch(&self, request: HttpRequest) -> Result<HttpResponse, FetchError> {
        self.check(request.uri())?;
        let url = shown(request.uri());
        let request = request.map(|body| Full::new(Bytes::from(body)));
        match tokio::time::timeout(self.outbound.patience, self.outbound.exchange(request, &url)).await {
            Ok(outcome) => outcome,
            Err(_elapsed) => Err(FetchError::Timeout { url }),
        }
    }

    /// Whether this address may be asked.
    pub(crate) fn check(&self, url: &Uri) -> Result<(), FetchError> {
        let is_plain = url.scheme() == Some(&http::uri::Scheme::HTTP);
        let is_here = self.plain && url.host().is_some_and(is_loopback);
        if url.scheme() == Some(&http::uri::Scheme::HTTPS) || (is_plain && is_here) {
            return Ok(());
        }
        Err(FetchError::Plain { url: shown(url) })
    }
}

impl Outbound {
    async fn exchange(
        &self,
        request: http::Request<Full<Bytes>>,
        url: &str,
    ) -> Result<HttpResponse, FetchError> {
        let response = self.client().request(request).await;
        let (head, body) = response.map_err(|error| FetchError::of(url, &error))?.into_parts();
        if head.status.is_redirection() {
            return Err(FetchError::Redirect { url: url.to_owned() });
        }
        match Limited::new(body, ANSWER_MAX).collect().await {
            Ok(body) => Ok(http::Response::from_parts(head, body.to_bytes().to_vec())),
            Err(error) if error.is::<LengthLimitError>() => {
                Err(FetchError::TooLarge { url: url.to_owned(), max: ANSWER_MAX })
            }
            Err(_cut) => Err(FetchError::Cut { url: url.to_owned() }),
        }
    }
}

impl<'c> AsyncHttpClient<'c> for Door<'_> {
    type Error = FetchError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, FetchError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.fetch(request))
    }
}

/// TLS as this host trusts it, so that a company's own authority counts once the host knows it.
fn tls() -> ClientConfig {
    let builder = || {
        ClientConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .expect("ring has suites for both versions")
    };
    match builder().with_native_roots() {
        Ok(builder) => builder.with_no_client_auth(),
        Err(error) => {
            tracing::warn!(%error, "this host trusts no certificates: no provider can be reached over TLS");
            builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth()
        }
    }
}

/// A URL without its query.
fn shown(url: &Uri) -> String {
    let (scheme, host) = (url.scheme_str().unwrap_or_default(), url.authority().map_or("", |it| it.as_str()));
    format!("{scheme}://{host}{}", url.path())
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}
