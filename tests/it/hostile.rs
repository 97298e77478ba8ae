//! Malformed, oversized and hostile input: a 4xx that says what is wrong, never a 5xx and never a hang.

mod bodies;
mod connections;
mod generated;
mod heads;
mod internal;
mod raw;

use crate::support::{Mosaic, Person, Reply};

/// A person with a provider and an agent, on a Mosaic of their own.
async fn somebody() -> (Mosaic, Person) {
    let mosaic = Mosaic::start(crate::support::standin()).await;
    let ann = mosaic.person("ann", "http://standin.invalid/v1");
    (mosaic, ann)
}

/// The answer is this problem, in our own form, with words and with the request's name in the log.
fn is_problem(what: &str, reply: &Reply, status: u16) {
    assert_eq!(reply.status.as_u16(), status, "{what}: {reply:?}");
    let problem = reply.json();
    assert_eq!(reply.headers["content-type"], "application/problem+json", "{what}: {reply:?}");
    assert_eq!(problem["status"], status, "{what}: {reply:?}");
    for field in ["title", "detail", "code", "request_id"] {
        let said = problem[field].as_str().is_some_and(|text| !text.is_empty());
        assert!(said, "{what}: no {field}: {reply:?}");
    }
}
