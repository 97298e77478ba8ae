//! Everybody who may knock, and what they bring along.

use http::{HeaderName, Method, header};
use serde_json::json;

use super::{
    row::{Door, Row},
    world::{SCOPES, World},
};
use crate::support::{Lasting, Person, call};

/// The headers of a request.
pub(super) type Headers = Vec<(HeaderName, String)>;

/// Somebody who calls.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) name: &'static str,
    pub(super) headers: Headers,
}

fn caller(name: &'static str, headers: Headers) -> Caller {
    Caller { name, headers }
}

pub(super) fn by_token(token: &str) -> Headers {
    vec![(header::AUTHORIZATION, format!("Bearer {token}"))]
}

pub(super) fn by_cookie(token: &str) -> Headers {
    vec![(header::COOKIE, format!("mosaic_session={token}"))]
}

/// Those who have not proved who they are, whatever they bring along.
pub(super) async fn unproved(world: &World) -> Vec<Caller> {
    let World { mosaic, ann, .. } = world;
    let session = world.session(ann).await;
    let token = world.token(ann, &SCOPES).await;
    let expired = mosaic.token(ann, &SCOPES, Lasting::Ended).await;
    let over = mosaic.session(ann, Lasting::Ended).await.0;
    let unused = mosaic.session(ann, Lasting::Unused).await.0;
    let shut_out = world.token(&world.disabled, &SCOPES).await;
    vec![
        caller("nobody", vec![]),
        caller("one with a word for a token", by_token("nonsense")),
        caller("one with no token behind Bearer", by_token("")),
        caller("one with another scheme", vec![(header::AUTHORIZATION, format!("Basic {token}"))]),
        caller(
            "one with a token that was never given out",
            by_token(&format!("mosaic_pat_{}", "0".repeat(64))),
        ),
        caller("one with a session that never was", by_cookie(&"0".repeat(64))),
        caller("a cell of another's", by_token(&world.bobs_gateway)),
        caller("the owner's own cell", by_token(&world.anns_gateway)),
        caller("a cell's token as a cookie", by_cookie(&world.anns_gateway)),
        caller("a session's token as a token", by_token(&session)),
        caller("a token as a cookie", by_cookie(&token)),
        caller("an expired token", by_token(&expired)),
        caller("a revoked token", by_token(&revoked_token(world).await)),
        caller("a session that is over", by_cookie(&over)),
        caller("a session that was not used for too long", by_cookie(&unused)),
        caller("a browser that signed out", by_cookie(&ended_session(world).await)),
        caller("a disabled user's token", by_token(&shut_out)),
        caller("a disabled user's session", by_cookie(&world.session(&world.disabled).await)),
        // A token that is sent decides: the cookie does not help it.
        caller("an expired token beside a good session", [by_token(&expired), by_cookie(&session)].concat()),
    ]
}

/// Those who have, and lack what this operation asks for.
pub(super) async fn unfit(world: &World, row: &Row) -> Vec<Caller> {
    let lacking = |needed: &str| -> Vec<&str> { SCOPES.into_iter().filter(|it| *it != needed).collect() };
    match row.door {
        Door::Anybody | Door::Cell | Door::Over | Door::User(None) => vec![],
        Door::User(Some(needed)) => {
            let anns = world.token(&world.ann, &lacking(needed)).await;
            let admins = world.token(&world.admin, &lacking(needed)).await;
            vec![
                caller("the owner's token without the scope", by_token(&anns)),
                caller("an admin's token without the scope", by_token(&admins)),
            ]
        }
        Door::Browser => {
            let token = world.token(&world.ann, &SCOPES).await;
            vec![caller("the owner's token where only a browser may", by_token(&token))]
        }
        Door::Admin(needed) => {
            let unscoped = world.token(&world.admin, &lacking(needed)).await;
            let mut callers = vec![caller("an admin's token without the scope", by_token(&unscoped))];
            callers.extend(both_ways(world, &world.bob, ["a user's token", "a user's session"]).await);
            callers
        }
    }
}

/// The same person by a token of every scope and by a session.
async fn both_ways(world: &World, person: &Person, names: [&'static str; 2]) -> [Caller; 2] {
    let (token, session) = (world.token(person, &SCOPES).await, world.session(person).await);
    [caller(names[0], by_token(&token)), caller(names[1], by_cookie(&session))]
}

/// Those who may call it, but to whom Ann's things do not belong.
pub(super) async fn others(world: &World, row: &Row) -> Vec<Caller> {
    let bob = both_ways(world, &world.bob, ["another user's token", "another user's session"]).await;
    let admin = both_ways(world, &world.admin, ["an admin's token", "an admin's session"]).await;
    let all = bob.into_iter().chain(admin);
    match row.door {
        Door::Anybody | Door::User(_) => all.collect(),
        Door::Browser => all.filter(|it| it.name.ends_with("session")).collect(),
        Door::Admin(_) | Door::Cell | Door::Over => vec![],
    }
}

/// Those whose thing it is: Ann, and for what only admins do, an admin.
pub(super) async fn owners(world: &World, row: &Row) -> Vec<Caller> {
    let (person, names) = match row.door {
        Door::Admin(_) => (&world.admin, ["the admin's token", "the admin's session"]),
        _ => (&world.ann, ["the owner's token", "the owner's session"]),
    };
    let all = both_ways(world, person, names).await.into_iter();
    match row.door {
        Door::Cell => vec![],
        Door::Browser => all.filter(|it| it.name.ends_with("session")).collect(),
        Door::Anybody | Door::User(_) | Door::Admin(_) | Door::Over => all.collect(),
    }
}

/// Browsers of those who may, made by another site to send a request.
pub(super) async fn from_another_site(world: &World, row: &Row) -> Vec<Caller> {
    let person = if matches!(row.door, Door::Admin(_)) { &world.admin } else { &world.ann };
    let cookie = by_cookie(&world.session(person).await);
    let with = |name: HeaderName, value: &str| [cookie.clone(), vec![(name, value.to_owned())]].concat();
    let fetched = HeaderName::from_static("sec-fetch-site");
    vec![
        caller("a browser on another site", with(fetched.clone(), "cross-site")),
        caller("a browser on a sister site", with(fetched, "same-site")),
        caller("an old browser on another site", with(header::ORIGIN, "https://elsewhere.example")),
        caller("a browser on a page without an origin", with(header::ORIGIN, "null")),
    ]
}

/// It held a moment ago, and was believed to.
async fn revoked_token(world: &World) -> String {
    let cookie = by_cookie(&world.session(&world.ann).await);
    let body = json!({ "name": "to be revoked", "scopes": SCOPES[..3] });
    let made = call(Method::POST, &world.mosaic.url("/api/tokens"), &cookie, Some(&body)).await.json();
    let text = |field: &str| made[field].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    let me = world.mosaic.url("/api/me");
    assert_eq!(call(Method::GET, &me, &by_token(&text("token")), None).await.status.as_u16(), 200);
    let url = world.mosaic.url(&format!("/api/tokens/{}", text("id")));
    assert_eq!(call(Method::DELETE, &url, &cookie, None).await.status.as_u16(), 204);
    text("token")
}

async fn ended_session(world: &World) -> String {
    let token = world.session(&world.ann).await;
    let url = |path| world.mosaic.url(path);
    assert_eq!(call(Method::GET, &url("/api/me"), &by_cookie(&token), None).await.status.as_u16(), 200);
    assert_eq!(
        call(Method::POST, &url("/api/auth/logout"), &by_cookie(&token), None).await.status.as_u16(),
        200
    );
    token
}
