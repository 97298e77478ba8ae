//! Bytes on a connection, as no HTTP library would send them.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::support::{Mosaic, Reply};

/// What is answered at all is answered within this.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn connect(url: &str) -> TcpStream {
    let address = url.trim_start_matches("http://").split('/').next().expect("an address").to_owned();
    TcpStream::connect(address).await.expect("it listens")
}

/// Sends bytes and reads whatever comes until the other side closes, or has answered and waits for more.
pub(super) async fn exchange(url: &str, bytes: &[u8]) -> Option<Reply> {
    let mut stream = connect(url).await;
    // It may have answered and closed before it has read everything.
    let _ = stream.write_all(bytes).await;
    read(&mut stream).await
}

/// One answer; none where the connection ends without.
pub(super) async fn read(stream: &mut TcpStream) -> Option<Reply> {
    let mut held = Vec::new();
    let mut chunk = vec![0; 16 * 1024];
    loop {
        if let Some(reply) = parse(&held) {
            return Some(reply);
        }
        let count = timeout(PATIENCE, stream.read(&mut chunk)).await.expect("an answer or an end, in time");
        match count {
            Ok(0) | Err(_) => return parse(&held),
            Ok(count) => held.extend_from_slice(&chunk[..count]),
        }
    }
}

fn parse(bytes: &[u8]) -> Option<Reply> {
    let text = String::from_utf8_lossy(bytes);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status: StatusCode = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: HeaderMap = lines
        .filter_map(|line| line.split_once(':'))
        .filter_map(|(name, value)| {
            Some((name.parse::<HeaderName>().ok()?, value.trim().parse::<HeaderValue>().ok()?))
        })
        .collect();
    let length = headers.get("content-length").and_then(|it| it.to_str().ok()?.parse::<usize>().ok());
    (body.len() >= length.unwrap_or(0)).then(|| Reply { status, headers, text: body.to_owned() })
}

/// The beginning of a request that this Mosaic would take, up to its own headers.
pub(super) fn head(mosaic: &Mosaic, line: &str, token: &str) -> String {
    let host = mosaic.url("").trim_start_matches("http://").to_owned();
    format!("{line} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n")
}
