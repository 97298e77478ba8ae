//! What Mosaic counts of itself: the fleet's numbers, and how many requests there were.

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::{Extensions, Method, StatusCode};
use mosaic_actors::Fleet;
use prometheus_client::{
    encoding::prometheus_text,
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};

use crate::HttpState;

type Label = (&'static str, String);

/// The numbers, and who shows them.
#[derive(Debug)]
pub(crate) struct Meter {
    registry: Registry,
    requests: Family<[Label; 3], Counter>,
}

impl Meter {
    /// What goes before the name of every series.
    const PREFIX: &'static str = "mosaic";

    pub(crate) fn of(fleet: &Fleet) -> Self {
        let (mut registry, requests) = (Registry::with_prefix(Self::PREFIX), Family::default());
        fleet.describe(&mut registry);
        let help = "Requests that were answered, by method, route and class of status";
        registry.register("http_requests", help, requests.clone());
        Self { registry, requests }
    }

    /// Every series as it is now, in Prometheus' text format, version 0.0.4.
    pub(crate) fn show(&self) -> String {
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry).expect("a string takes whatever is written to it");
        text
    }
}

/// Counts a request when its head is on its way.
pub(crate) async fn count(State(state): State<HttpState>, request: Request, next: Next) -> Response {
    let (method, route) = (method(request.method()), route(request.extensions()).to_owned());
    let response = next.run(request).await;
    let status = class(response.status());
    let labels = [("method", method.to_owned()), ("route", route), ("status", status.to_owned())];
    state.meter.requests.get_or_create(&labels).inc();
    response
}

/// The path as the router has it: clients put what is secret, and whatever they like, even there.
pub(crate) fn route(extensions: &Extensions) -> &str {
    extensions.get::<MatchedPath>().map_or("(none)", MatchedPath::as_str)
}

/// Clients may make methods up; the series must not.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

const fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clients_make_up_makes_no_series() {
        let made_up = Method::from_bytes(b"BREW").expect("a token");
        assert_eq!(method(&made_up), "other");
        assert_eq!(route(&Extensions::new()), "(none)");
        let classes = [101, 204, 304, 418, 503].map(|it| class(StatusCode::from_u16(it).expect("one")));
        assert_eq!(classes, ["1xx", "2xx", "3xx", "4xx", "5xx"]);
    }
}
