//! The problems that each operation may answer with, told from what it takes.
//!
//! A handler's annotation names its own answers and those problems that are particular to it, by status alone:
//! `(status = 409)`. What follows from its extractors and its listener is added here, for all alike, so that no
//! operation forgets any.

use mosaic_api::PROBLEM_JSON;
use utoipa::openapi::{
    Content, OpenApi as Document, PathItem, Ref, RefOr, Response, ResponseBuilder,
    path::{Operation, ParameterIn},
};

/// Every status that a problem may have: a name in the document and what it means.
const PROBLEMS: [(u16, &str, &str); 17] = [
    (400, "BadRequest", "The request cannot be understood."),
    (401, "Unauthenticated", "No token and no session, or one that does not hold."),
    (403, "Forbidden", "The caller may not do this, or another site made their browser send it."),
    (404, "NotFound", "There is no such thing, or it is not the caller's."),
    (408, "TooSlow", "The body did not come in time."),
    (409, "Conflict", "It clashes with what is there."),
    (412, "Stale", "It was changed after the caller looked at it."),
    (413, "TooLarge", "The body is too large."),
    (415, "UnsupportedType", "The body is not declared to be JSON."),
    (422, "Invalid", "The request is understood and cannot be done as asked."),
    (424, "ProviderRefused", "The model's provider refused the agent."),
    (428, "VersionMissing", "The request does not say which version the caller looked at."),
    (429, "TooMany", "Too many at once, or too often; Retry-After says when to come back."),
    (500, "Internal", "A fault of Mosaic's own; its log says more."),
    (502, "AgentDied", "The agent ended before it answered."),
    (503, "Unavailable", "The agent or a part of Mosaic cannot be reached at the moment."),
    (504, "TimedOut", "It took too long."),
];
/// What anything may come to.
const ALWAYS: &[u16] = &[500, 503, 504];
/// What reading a query may come to.
const OF_A_QUERY: &[u16] = &[400, 422];
/// What reading a body may come to.
const OF_A_BODY: &[u16] = &[400, 408, 413, 415, 422];

/// Gives each operation its problems.
pub(super) fn add(document: &mut Document) {
    let components = document.components.get_or_insert_default();
    for (_, name, about) in PROBLEMS {
        components.responses.insert(name.to_owned(), problem(about).into());
    }
    for item in document.paths.paths.values_mut() {
        for (operation, is_read) in operations(item) {
            for status in implied(operation, is_read) {
                operation.responses.responses.entry(status.to_string()).or_insert_with(|| shared(status));
            }
            for (status, response) in &mut operation.responses.responses {
                let status = status.parse().unwrap_or_default();
                if status >= 400 {
                    *response = shared(status);
                }
            }
        }
    }
}

/// What an operation may answer because of what it takes.
fn implied(operation: &Operation, is_read: bool) -> Vec<u16> {
    let opened_by = |door: &str| {
        // A requirement shows its names only in its written form.
        let doors = serde_json::to_value(&operation.security).unwrap_or_default();
        doors.as_array().is_some_and(|doors| doors.iter().any(|it| it.get(door).is_some()))
    };
    let takes = |place: &ParameterIn| {
        let parameters = operation.parameters.iter().flatten();
        parameters.into_iter().any(|it| matches!(it, RefOr::T(it) if it.parameter_in == *place))
    };
    let for_people = opened_by("session") || opened_by("personal_token");
    let mut statuses = ALWAYS.to_vec();
    if for_people || opened_by("gateway_token") {
        statuses.push(401);
    }
    if for_people || !is_read {
        statuses.push(403);
    }
    // Whatever is wrong with a cell's request, it learns only that its token does not open this.
    if takes(&ParameterIn::Path) && for_people {
        statuses.push(404);
    }
    if takes(&ParameterIn::Query) {
        statuses.extend(OF_A_QUERY);
    }
    if operation.request_body.is_some() {
        statuses.extend(OF_A_BODY);
    }
    statuses
}

/// The operations of a path, and whether each only reads.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&mut Operation, bool)> {
    let reads = item.get.iter_mut().map(|it| (it, true));
    let writes = [&mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
    reads.chain(writes.into_iter().flatten().map(|it| (it, false)))
}

fn shared(status: u16) -> RefOr<Response> {
    let known = PROBLEMS.iter().find(|(known, ..)| *known == status);
    let (_, name, _) = known.expect("an annotation names statuses that problems have");
    Ref::from_response_name(*name).into()
}

fn problem(about: &str) -> Response {
    let body = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new().description(about).content(PROBLEM_JSON, body).build()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    fn statuses(document: &Value, path: &str, method: &str) -> Vec<String> {
        let responses = document["paths"][path][method]["responses"].as_object().unwrap();
        responses.keys().cloned().collect()
    }

    #[test]
    fn every_operation_says_what_its_extractors_refuse() {
        let document: Value = serde_json::from_str(&crate::openapi_json()).unwrap();
        let read = statuses(&document, "/api/providers", "get");
        assert_eq!(read, ["200", "401", "403", "500", "503", "504"]);
        let written = statuses(&document, "/api/providers/{id}/key", "put");
        let expected = ["204", "400", "401", "403", "404", "408", "413", "415", "422", "500", "503", "504"];
        assert_eq!(written, expected);
        let cells = statuses(&document, "/api/internal/agent-config/{id}", "get");
        assert_eq!(cells, ["200", "401", "409", "500", "503", "504"]);
        assert_eq!(statuses(&document, "/api/health", "get"), ["200", "500", "503", "504"]);
    }

    #[test]
    fn a_problem_is_described_once() {
        let document: Value = serde_json::from_str(&crate::openapi_json()).unwrap();
        let described = &document["components"]["responses"]["NotFound"]["content"];
        assert!(described["application/problem+json"]["schema"]["$ref"].is_string());
        assert!(document["components"]["schemas"]["Problem"].is_object());
        for (path, methods) in document["paths"].as_object().unwrap() {
            for operation in methods.as_object().unwrap().values() {
                for (status, response) in operation["responses"].as_object().unwrap() {
                    assert!(status < &"400".to_owned() || response["$ref"].is_string(), "{path}: {status}");
                }
            }
        }
    }
}
