//! Clients that take their time.

use std::time::{Duration, Instant};

use tokio::{io::AsyncWriteExt, time};

use super::{is_problem, raw, somebody};
use crate::support::get;

/// Longer than a body may take, shorter than anybody would wait.
const LONG_ENOUGH: Duration = Duration::from_secs(25);

#[tokio::test]
async fn whoever_sends_a_body_byte_by_byte_is_cut_off_and_holds_nobody_up() {
    let (mosaic, ann) = somebody().await;
    let mut lorises = Vec::new();
    for _ in 0..20 {
        let mut stream = raw::connect(&mosaic.url("")).await;
        let request = raw::head(&mosaic, "POST /api/providers", &ann.token)
            + "content-type: application/json\r\ncontent-length: 1000\r\n\r\n{";
        stream.write_all(request.as_bytes()).await.expect("it reads");
        lorises.push(stream);
    }
    let began = Instant::now();
    assert_eq!(get(&mosaic.url("/api/me"), &ann.token).await.status, 200, "others are served meanwhile");
    assert!(began.elapsed() < Duration::from_secs(5), "others wait");
    let mut slow = lorises.pop().expect("one of them");
    let (mut reading, mut writing) = slow.split();
    let drip = async {
        while writing.write_all(b" ").await.is_ok() {
            time::sleep(Duration::from_millis(500)).await;
        }
    };
    let mut first = vec![0; 4096];
    let answered = async {
        let count = tokio::io::AsyncReadExt::read(&mut reading, &mut first).await.unwrap_or_default();
        String::from_utf8_lossy(&first[..count]).into_owned()
    };
    let answer = time::timeout(LONG_ENOUGH, async {
        tokio::select! { answer = answered => answer, () = drip => String::new() }
    });
    let answer = answer.await.expect("an answer, in time");
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer:?}");
    for mut silent in lorises {
        let reply =
            time::timeout(LONG_ENOUGH, raw::read(&mut silent)).await.expect("in time").expect("an answer");
        is_problem("a body that does not come", &reply, 408);
    }
}
