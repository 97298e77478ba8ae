//! Answers that go on: server-sent events, passed on as they come.

use gloo_net::http::Method;
use gloo_timers::callback::Timeout;
use js_sys::Uint8Array;
use mosaic_api::sse::{Frame, Splitter};
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader, ReadableStreamReadResult};

use super::{UNREADABLE, answer, because, read, request};
use crate::remote::Failure;

const CUT: &str = "The connection was lost.";
/// The server shows a sign of life every fifteen seconds at the latest; a connection that is silent for longer is
/// dead. Milliseconds.
const SILENCE: u32 = 25_000;

/// Passes on what happens behind the event that was `seen` last, until the connection is lost or given up; `seen`
/// moves on with it. `opened` is told once the connection is there.
pub(crate) async fn follow<T: DeserializeOwned>(
    path: &str,
    seen: &mut Option<String>,
    controller: &AbortController,
    opened: impl FnOnce(),
    mut tell: impl FnMut(T),
) -> Result<(), Failure> {
    let mut request = request(Method::GET, path).header("accept", "text/event-stream");
    if let Some(seen) = seen {
        request = request.header("last-event-id", seen);
    }
    let response = answer(request.abort_signal(Some(&controller.signal())).build()).await?;
    let body = response.body().ok_or_else(|| Failure::new(CUT))?;
    opened();
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut splitter = Splitter::default();
    loop {
        let given_up = controller.clone();
        let watchdog = Timeout::new(SILENCE, move || given_up.abort());
        let Some(bytes) = next(&reader).await? else { return Ok(()) };
        drop(watchdog);
        for frame in splitter.push(&bytes).map_err(because(UNREADABLE))? {
            if let Frame::Data(data) = frame {
                tell(read(&data)?);
            }
        }
        if let Some(id) = splitter.last_id() {
            *seen = Some(id.to_owned());
        }
    }
}

/// The next bytes of a stream; none at its end.
async fn next(reader: &ReadableStreamDefaultReader) -> Result<Option<Vec<u8>>, Failure> {
    let result: JsValue = JsFuture::from(reader.read()).await.map_err(because(CUT))?;
    let result: ReadableStreamReadResult = result.unchecked_into();
    if result.get_done().unwrap_or(true) {
        return Ok(None);
    }
    Ok(Some(Uint8Array::new(&result.get_value()).to_vec()))
}
