//! One listener's connections: accepted, served within limits, ended politely.

use std::{net::SocketAddr, pin::pin, time::Duration};

use axum::{Router, extract::ConnectInfo, serve::Listener};
use hyper::{Request, body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long a connection may go without a whole request head, at its beginning and between two requests: whoever
/// sends one byte by byte is cut off. Longer than proxies keep a connection that they do not use.
const HEAD_WITHIN: Duration = Duration::from_secs(75);
/// The most bytes of a request's head; more is answered 431.
const HEAD_MAX_BYTES: usize = 64 * 1024;

/// Serves until told to stop; then each connection may finish what it is at.
pub(super) async fn serve(mut listener: TcpListener, router: Router, stop: CancellationToken) {
    let connections = TaskTracker::new();
    while let Some((stream, peer)) = stop.run_until_cancelled(Listener::accept(&mut listener)).await {
        connections.spawn(connection(stream, peer, router.clone(), stop.clone()));
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, stop: CancellationToken) {
    // A token should not wait for the next one. Where that cannot be had, they come a little later.
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let service = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.call(request)
    });
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_header_size(HEAD_MAX_BYTES);
    let mut serving = pin!(server.serve_connection(TokioIo::new(stream), service));
    let mut outcome = stop.run_until_cancelled(serving.as_mut()).await;
    if outcome.is_none() {
        serving.as_mut().graceful_shutdown();
        outcome = Some(serving.await);
    }
    if let Some(Err(error)) = outcome {
        tracing::trace!(%peer, %error, "a connection broke");
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// A server, and the address of it.
    async fn server(stop: &CancellationToken, tasks: &TaskTracker) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string();
        tasks.spawn(serve(listener, Router::new().route("/", get(seen)), stop.clone()));
        address
    }

    async fn rest(stream: &mut TcpStream) -> String {
        let mut text = String::new();
        // A connection that is reset has ended as well.
        let _ = stream.read_to_string(&mut text).await;
        text
    }

    #[tokio::test(start_paused = true)]
    async fn a_head_that_does_not_come_and_a_connection_that_nobody_uses_are_cut_off() {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let address = server(&stop, &tasks).await;
        for begun in ["", "GET / HTTP/1.1\r\nx: "] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(begun.as_bytes()).await.unwrap();
            assert_eq!(rest(&mut stream).await, "", "{begun:?}");
        }
        let mut used = TcpStream::connect(address).await.unwrap();
        used.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        assert!(rest(&mut used).await.contains("127.0.0.1:"), "answered, and closed later");
        stop.cancel();
        tasks.close();
        tasks.wait().await;
    }

    #[tokio::test]
    async fn a_polite_end_waits_for_an_answer_under_way_and_for_no_idle_connection() {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let address = server(&stop, &tasks).await;
        let mut idle = TcpStream::connect(address).await.unwrap();
        idle.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        let mut first = [0; 1024];
        assert!(idle.read(&mut first).await.unwrap() > 0);
        stop.cancel();
        tasks.close();
        tasks.wait().await;
        assert_eq!(rest(&mut idle).await, "");
    }
}
