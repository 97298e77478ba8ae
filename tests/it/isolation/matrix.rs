//! Every operation of the OpenAPI document × everybody who may call it. An operation that is not in the table
//! fails.

mod callers;
mod row;
mod table;
mod world;

use std::{collections::BTreeSet, process::Command};

use http::header;
use serde_json::Value;

use self::{
    callers::{Caller, by_cookie, by_token},
    row::{Door, Row},
    table::TABLE,
    world::{ANNS_MARK, World},
};
use crate::support::{Reply, call, run};

fn document() -> String {
    let (text, error, succeeded) = run(Command::new(env!("CARGO_BIN_EXE_mosaic")).arg("openapi"), "");
    assert!(succeeded, "{error}");
    text
}

#[test]
fn every_operation_is_in_the_table() {
    let document: Value = serde_json::from_str(&document()).expect("JSON");
    let mut documented = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let name = format!("{method} {path}");
            let row = TABLE.iter().find(|row| row.operation == name);
            let row = row.unwrap_or_else(|| panic!("{name} is new: give it a line in the isolation table"));
            assert_eq!(operation["requestBody"].is_object(), row.body.is_some(), "{name}: a body for it");
            let is_open = operation["security"].as_array().is_none_or(Vec::is_empty);
            let agree = row.door == Door::Over || is_open == (row.door == Door::Anybody);
            assert!(agree, "{name}: document and table disagree on who may");
            documented.insert(name);
        }
    }
    let table: BTreeSet<String> = TABLE.iter().map(|row| row.operation.to_owned()).collect();
    assert_eq!(documented, table, "a line for an operation that is gone");
    assert_eq!(table.len(), TABLE.len(), "two lines for one operation");
}

#[test]
fn the_kept_document_is_the_one_the_code_makes() {
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json"))
        .unwrap_or_default();
    assert!(kept.trim() == document(), "docs/openapi.json is stale: run `cargo xtask openapi`");
}

/// Calls the operation with this in the place of its id.
async fn knock(world: &World, row: &Row, caller: &Caller, id: &str) -> Reply {
    let body = row.body.map(|body| body(world, id));
    let mut headers = caller.headers.clone();
    if row.versioned {
        headers.push((header::IF_MATCH, "*".to_owned()));
    }
    let reply = call(row.method(), &world.mosaic.url(&row.path(id)), &headers, body.as_ref()).await;
    assert!(reply.headers.get("access-control-allow-origin").is_none(), "{}: {reply:?}", row.operation);
    assert!(reply.headers.contains_key("x-content-type-options"), "{}: {reply:?}", row.operation);
    reply
}

/// All that the client sees of an answer but the request's own id.
fn seen(reply: &Reply) -> (u16, Vec<(String, String)>, String) {
    let mine = reply.json()["request_id"].as_str().unwrap_or_default().to_owned();
    let headers = reply.headers.iter().filter(|(name, _)| !matches!(name.as_str(), "date" | "x-request-id"));
    let headers = headers.map(|(name, value)| (name.to_string(), format!("{value:?}")));
    let text = if mine.is_empty() { reply.text.clone() } else { reply.text.replace(&mine, "") };
    (reply.status.as_u16(), headers.collect(), text)
}

fn refused(row: &Row, caller: &Caller, reply: &Reply, status: u16) {
    let case = format!("{} by {}: {reply:?}", row.operation, caller.name);
    assert_eq!(reply.status.as_u16(), status, "{case}");
    assert_eq!(reply.headers["content-type"], "application/problem+json", "{case}");
    assert_eq!(reply.json()["status"], status, "{case}");
}

#[tokio::test]
async fn nobody_reaches_anothers_things() {
    let world = World::make().await;
    let unproved = callers::unproved(&world).await;
    let rows = TABLE.iter().filter(|row| row.door != Door::Cell);
    for row in rows {
        let thing = match row.thing {
            Some(thing) => world.give_ann(thing).await,
            None => world.made_up.clone(),
        };
        for caller in &unproved {
            let reply = knock(&world, row, caller, &thing).await;
            if row.door == Door::Anybody {
                assert_eq!(
                    reply.status.as_u16(),
                    row.status,
                    "{} by {}: {reply:?}",
                    row.operation,
                    caller.name
                );
            } else {
                let status = if row.door == Door::Over { row.status } else { 401 };
                refused(row, caller, &reply, status);
            }
        }
        for caller in callers::unfit(&world, row).await {
            refused(row, &caller, &knock(&world, row, &caller, &thing).await, 403);
        }
        for caller in callers::from_another_site(&world, row).await {
            if row.versioned {
                let reply = knock(&world, row, &caller, &thing).await;
                refused(row, &caller, &reply, 403);
                assert_eq!(reply.code(), "cross_site");
            }
        }
        for caller in callers::others(&world, row).await {
            let reply = knock(&world, row, &caller, &thing).await;
            let case = format!("{} by {}: {reply:?}", row.operation, caller.name);
            if row.thing.is_some() {
                refused(row, &caller, &reply, row.foreign);
                let never_was = knock(&world, row, &caller, &world.made_up).await;
                assert_eq!(seen(&reply), seen(&never_was), "{case}: it can be told from what never was");
            } else {
                assert_eq!(reply.status.as_u16(), row.status, "{case}");
            }
            for anns in &world.anns {
                assert!(!reply.text.contains(anns), "{case} tells {anns:?}");
            }
        }
        // Nothing of all that has changed anything: those who may still can.
        let mut thing = thing;
        for caller in callers::owners(&world, row).await {
            let reply = knock(&world, row, &caller, &thing).await;
            let case = format!("{} by {}: {reply:?}", row.operation, caller.name);
            assert_eq!(reply.status.as_u16(), row.status, "{case}");
            if matches!(row.door, Door::Admin(_)) {
                if row.thing.is_some() {
                    refused(row, &caller, &knock(&world, row, &caller, &world.made_up).await, row.foreign);
                }
                assert!(!reply.text.contains(ANNS_MARK), "{case}: an admin sees what is Ann's alone");
            }
            if let Some(kind) = row.thing {
                thing = world.give_ann(kind).await;
            }
        }
    }
}

#[tokio::test]
async fn the_internal_door_is_for_cells_and_each_finds_its_own_things_there() {
    let world = World::make().await;
    let internal = world.mosaic.internal_url();
    let id = world.mosaic.id_of(&world.ann).await;
    let anns = format!("/api/internal/agent-config/user-{id}");
    let own = by_token(&world.anns_gateway);
    let get = async |url: String, headers: &[_]| call(http::Method::GET, &url, headers, None).await;
    let token = world.token(&world.ann, world::SCOPES.as_slice()).await;
    let admins = world.token(&world.admin, world::SCOPES.as_slice()).await;
    let session = world.session(&world.ann).await;

    let mut strangers = callers::unproved(&world).await;
    strangers.retain(|it| it.name != "the owner's own cell");
    let known = |name, headers| Caller { name, headers };
    strangers.push(known("the owner's token", by_token(&token)));
    strangers.push(known("the owner's session", by_cookie(&session)));
    strangers.push(known("an admin's token", by_token(&admins)));
    for stranger in strangers {
        let reply = get(format!("{internal}{anns}"), &stranger.headers).await;
        assert_eq!(reply.status.as_u16(), 401, "{}: {reply:?}", stranger.name);
        let nobodys = format!("{internal}/api/internal/agent-config/user-{}", world.made_up);
        let never_was = get(nobodys, &stranger.headers).await;
        assert_eq!(seen(&reply), seen(&never_was), "{}: it can be told which cells there are", stranger.name);
    }
    assert_eq!(get(format!("{internal}{anns}"), &own).await.status.as_u16(), 200, "her own cell");

    for row in TABLE {
        let path = row.path(&world.made_up);
        let (of_cells, at) = if row.door == Door::Cell {
            (true, world.mosaic.url(&path))
        } else {
            (false, format!("{internal}{path}"))
        };
        for headers in [&own, &by_token(&token), &by_token(&admins), &by_cookie(&session)] {
            let body = row.body.map(|body| body(&world, &world.made_up));
            let reply = call(row.method(), &at, headers, body.as_ref()).await;
            let which = if of_cells { "people" } else { "cells" };
            assert_eq!(reply.status.as_u16(), 404, "{} at the door for {which}: {reply:?}", row.operation);
        }
    }
}
