//! The call into a gateway. Only here does the gateway token meet a request.

use std::{fmt, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, Uri, header, uri};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{
        Client, ResponseFuture,
        connect::{Connect, HttpConnector},
    },
    rt::TokioExecutor,
};
use mosaic_model::GatewayToken;

/// Connections to one gateway that are kept for the next request.
const IDLE_CONNECTIONS: usize = 16;
/// How long such a connection is kept. Below the gateway's own keep-alive, so that we close first.
const IDLE_CONNECTION_SECS: u64 = 3;
/// How long a dial may take: the gateway is on this host.
const DIAL_SECS: u64 = 5;

/// A request to a gateway, as it will be sent but for the token.
#[derive(Debug, Clone)]
pub struct GatewayRequest {
    /// The method.
    pub method: Method,
    /// The path, and the query if there is one.
    pub path: http::uri::PathAndQuery,
    /// Headers that are meant for the gateway; neither the caller's credentials nor hop-by-hop ones.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// Where a gateway is and how it knows us.
#[derive(Debug, Clone)]
pub(crate) struct Gateway {
    pub(crate) container: String,
    pub(crate) address: SocketAddr,
    bearer: HeaderValue,
}

impl Gateway {
    pub(crate) fn new(container: String, address: SocketAddr, token: &GatewayToken) -> Self {
        let mut bearer =
            HeaderValue::try_from(format!("Bearer {}", token.expose())).expect("hexadecimal digits");
        bearer.set_sensitive(true);
        Self { container, address, bearer }
    }
}

/// Why a call failed.
#[derive(Debug)]
pub(crate) enum CallError {
    /// Nothing listened: the request did not leave, and may be sent again.
    NotSent,
    /// It may have left: it must not be sent again.
    Broken(hyper_util::client::legacy::Error),
}

/// The connections to all gateways.
#[derive(Clone)]
pub(crate) struct Upstream {
    send: Arc<dyn Fn(Request<Full<Bytes>>) -> ResponseFuture + Send + Sync>,
}

impl Upstream {
    /// Dials over TCP.
    pub(crate) fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(std::time::Duration::from_secs(DIAL_SECS)));
        Self::over(connector)
    }

    /// Dials by a connector of the caller's; which kind is nobody else's business.
    pub(crate) fn over(connector: impl Connect + Clone + Send + Sync + 'static) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_idle_timeout(std::time::Duration::from_secs(IDLE_CONNECTION_SECS))
            .pool_timer(hyper_util::rt::TokioTimer::new())
            .build(connector);
        Self { send: Arc::new(move |request| client.request(request)) }
    }

    /// Sends a request with the gateway's token; gives the head as soon as it is there.
    pub(crate) async fn call(
        &self,
        gateway: &Gateway,
        request: GatewayRequest,
    ) -> Result<Response<Incoming>, CallError> {
        let mut outgoing = Request::new(Full::new(request.body));
        *outgoing.method_mut() = request.method;
        *outgoing.headers_mut() = request.headers;
        outgoing.headers_mut().insert(header::AUTHORIZATION, gateway.bearer.clone());
        *outgoing.uri_mut() = url(gateway.address, request.path);
        self.send(outgoing).await
    }

    async fn send(&self, request: Request<Full<Bytes>>) -> Result<Response<Incoming>, CallError> {
        (self.send)(request)
            .await
            .map_err(|error| if error.is_connect() { CallError::NotSent } else { CallError::Broken(error) })
    }

    /// Asks a health endpoint, without a token.
    pub(crate) async fn ask(
        &self,
        address: SocketAddr,
        path: &'static str,
    ) -> Result<Response<Incoming>, CallError> {
        let mut outgoing = Request::new(Full::default());
        *outgoing.uri_mut() = url(address, uri::PathAndQuery::from_static(path));
        self.send(outgoing).await
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream").finish_non_exhaustive()
    }
}

fn url(address: SocketAddr, path: uri::PathAndQuery) -> Uri {
    let authority = uri::Authority::try_from(address.to_string()).expect("an address is an authority");
    let mut parts = uri::Parts::default();
    parts.scheme = Some(uri::Scheme::HTTP);
    parts.authority = Some(authority);
    parts.path_and_query = Some(path);
    Uri::from_parts(parts).expect("scheme, authority and path are all there")
}
