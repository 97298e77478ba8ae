//! The accept loop.

use std::{convert::Infallible, future::Future, sync::Arc};

use http::Request;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};

use super::Reply;

/// What answers the requests.
pub trait Handler: Send + Sync + 'static {
    /// Answers one request.
    fn handle(self: Arc<Self>, request: Request<Incoming>) -> impl Future<Output = Reply> + Send;
}

/// Serves HTTP/1.1 until `draining` turns true; then lets the requests that run end, and returns.
///
/// Dropping the future drops every connection at once. A sender that is gone counts as "never".
pub async fn serve(listener: TcpListener, handler: Arc<impl Handler>, draining: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let mut stop = draining.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    // An answer in small frames must not wait for Nagle; failing to say so only makes it slower.
                    let _ = stream.set_nodelay(true);
                    connections.spawn(connection(TokioIo::new(stream), Arc::clone(&handler), draining.clone()));
                }
                // A client that left before it was accepted, or a shortage of descriptors that passes.
                Err(_) => tokio::task::yield_now().await,
            },
            Some(_) = connections.join_next() => {}
            () = turns_true(&mut stop) => break,
        }
    }
    while connections.join_next().await.is_some() {}
}

async fn connection(
    io: TokioIo<tokio::net::TcpStream>,
    handler: Arc<impl Handler>,
    mut draining: watch::Receiver<bool>,
) {
    let service = service_fn(move |request| {
        let handler = Arc::clone(&handler);
        async move { Ok::<_, Infallible>(handler.handle(request).await) }
    });
    let connection = http1::Builder::new().timer(TokioTimer::new()).serve_connection(io, service);
    tokio::pin!(connection);
    // A connection ends in an error when the client leaves or a script breaks it off: both are wanted here.
    tokio::select! {
        _ = &mut connection => return,
        () = turns_true(&mut draining) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn turns_true(flag: &mut watch::Receiver<bool>) {
    if flag.wait_for(|set| *set).await.is_err() {
        std::future::pending::<()>().await;
    }
}
