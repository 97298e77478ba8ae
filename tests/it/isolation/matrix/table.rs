//! The table itself: a line an operation. A new one gets its line here, with a sound body where it takes one.

use serde_json::{Value, json};

use super::{
    row::{Row, Thing, admin, anybody, browser, cell, over, scoped, user},
    world::{PASSWORD, World},
};

const MODEL_SERVER: &str = "http://standin.invalid/v1";

fn question() -> Value {
    json!({ "model": "main", "messages": [{ "role": "user", "content": "hello" }] })
}

pub(super) const TABLE: &[Row] = &[
    anybody("get /api/health", 200),
    anybody("get /api/openapi.json", 200),
    anybody("post /api/auth/login", 200)
        .sends(|world, _| json!({ "email": world.visitor.email, "password": PASSWORD })),
    anybody("get /api/auth/methods", 200),
    anybody("get /api/auth/oidc/start", 303),
    anybody("get /api/auth/oidc/callback", 303),
    browser("post /api/auth/logout", 200),
    browser("put /api/auth/password", 204).sends(|_, _| json!({ "current": PASSWORD, "new": PASSWORD })),
    browser("get /api/sessions", 200),
    browser("delete /api/sessions", 200),
    browser("delete /api/sessions/{id}", 204).on(Thing::Session),
    browser("get /api/tokens", 200),
    browser("post /api/tokens", 201).sends(|_, _| json!({ "name": "a program", "scopes": ["chat"] })),
    browser("delete /api/tokens/{id}", 204).on(Thing::Token),
    anybody("post /api/auth/invitation", 200).sends(|world, _| json!({ "code": world.open_code() })),
    anybody("post /api/auth/invitation/accept", 200)
        .sends(|world, _| json!({ "code": world.code(), "password": PASSWORD })),
    admin("admin_read", "get /api/admin/users", 200),
    admin("admin_read", "get /api/admin/users/{id}", 200).on(Thing::User),
    admin("admin_write", "put /api/admin/users/{id}/role", 200)
        .on(Thing::User)
        .sends(|_, _| json!({ "role": "admin" })),
    admin("admin_write", "post /api/admin/users/{id}/disable", 200).on(Thing::User),
    admin("admin_write", "post /api/admin/users/{id}/enable", 200).on(Thing::User),
    admin("admin_write", "post /api/admin/users/{id}/sign-out", 200).on(Thing::User),
    admin("admin_write", "put /api/admin/breakglass/{id}/password", 204)
        .on(Thing::User)
        .sends(|_, _| json!({ "password": PASSWORD })),
    admin("admin_write", "delete /api/admin/users/{id}", 204)
        .on(Thing::User)
        .sends(|world, id| json!({ "confirm": world.email_of(id) })),
    admin("admin_read", "get /api/admin/invitations", 200),
    admin("admin_write", "post /api/admin/invitations", 201)
        .sends(|world, _| json!({ "email": format!("{}@example.org", world.fresh("guest")), "role": "user" })),
    admin("admin_write", "delete /api/admin/invitations/{id}", 204).on(Thing::Invitation),
    user("get /api/me", 200),
    scoped("configure", "get /api/providers", 200),
    scoped("configure", "post /api/providers", 201).sends(|world, _| {
        let name = world.fresh("provider");
        json!({ "name": name, "kind": "openai-completions", "base_url": MODEL_SERVER,
            "models": ["small"], "api_key": "k" })
    }),
    scoped("configure", "get /api/providers/presets", 200),
    scoped("configure", "post /api/providers/test", 200)
        .sends(|_, _| json!({ "kind": "openai-completions", "base_url": MODEL_SERVER, "api_key": "k" })),
    scoped("configure", "get /api/providers/{id}", 200).on(Thing::Provider),
    scoped("configure", "patch /api/providers/{id}", 200)
        .on(Thing::Provider)
        .versioned()
        .sends(|_, _| json!({ "models": ["small", "large"] })),
    scoped("configure", "delete /api/providers/{id}", 204).on(Thing::Provider),
    scoped("configure", "post /api/providers/{id}/test", 200).on(Thing::Provider).sends(|_, _| json!({})),
    // No provider is there in this test: to the owner it says so, to others there is no such account.
    scoped("configure", "get /api/providers/{id}/models", 502).on(Thing::Provider),
    scoped("configure", "put /api/providers/{id}/key", 204)
        .on(Thing::Provider)
        .sends(|_, _| json!({ "api_key": "k" })),
    scoped("configure", "get /api/agents", 200),
    scoped("configure", "post /api/agents", 201).about(Thing::Provider, 422).sends(|world, provider| {
        json!({ "slug": world.fresh("agent"), "name": "A", "provider_id": provider, "model": "small" })
    }),
    scoped("configure", "get /api/agents/{id}", 200).on(Thing::Agent),
    scoped("configure", "patch /api/agents/{id}", 200)
        .on(Thing::Agent)
        .versioned()
        .sends(|_, _| json!({ "personality": "Dry wit." })),
    scoped("configure", "delete /api/agents/{id}", 204).on(Thing::Agent),
    scoped("chat", "get /api/cell", 200),
    scoped("configure", "patch /api/cell", 200).sends(|_, _| json!({ "keep_awake": false })),
    scoped("chat", "post /api/cell/stop", 204),
    scoped("chat", "post /api/cell/retry", 202),
    scoped("configure", "post /api/cell/apply", 202),
    scoped("chat", "post /api/cell/wake", 202),
    scoped("chat", "get /api/cell/events", 200),
    // It would stay and wait for more.
    scoped("chat", "get /api/cell/stream", 200).asking("?follow=false"),
    scoped("chat", "get /v1/models", 200),
    scoped("chat", "post /v1/chat/completions", 200).sends(|_, _| question()),
    scoped("chat", "get /api/conversations", 200),
    scoped("chat", "post /api/conversations", 201),
    scoped("chat", "get /api/conversations/{id}", 200).on(Thing::Conversation),
    scoped("chat", "patch /api/conversations/{id}", 200)
        .on(Thing::Conversation)
        .sends(|_, _| json!({ "title": "Another title" })),
    scoped("chat", "delete /api/conversations/{id}", 204).on(Thing::Conversation),
    // It would stay and wait for more.
    scoped("chat", "get /api/conversations/{id}/events", 200).on(Thing::Conversation).asking("?follow=false"),
    scoped("chat", "post /api/conversations/{id}/turns", 201)
        .on(Thing::Conversation)
        .sends(|_, _| json!({ "text": "hello" })),
    scoped("chat", "post /api/conversations/{id}/turns/{turn}/stop", 204).on(Thing::Turn),
    scoped("chat", "post /api/conversations/{id}/turns/{turn}/retry", 201).on(Thing::Turn),
    scoped("chat", "post /api/conversations/{id}/turns/{turn}/edit", 201)
        .on(Thing::Turn)
        .sends(|_, _| json!({ "text": "hello instead" })),
    admin("admin_read", "get /api/admin/audit", 200),
    admin("admin_read", "get /metrics", 200),
    admin("admin_read", "get /api/admin/audit/export", 200),
    admin("admin_read", "get /api/admin/oidc", 200),
    // An admin who saw another one than there is: two who come with the same one would not be answered alike.
    admin("admin_write", "put /api/admin/oidc", 409).sends(|_, _| {
        json!({ "version": 9, "issuer": "https://login.example.org", "client_id": "mosaic",
            "display_name": "Example", "enabled": false })
    }),
    // There is none to remove, to look at or to try.
    admin("admin_write", "delete /api/admin/oidc", 404),
    admin("admin_write", "post /api/admin/oidc/check", 404),
    admin("admin_write", "post /api/admin/oidc/try", 422).sends(|_, _| json!({})),
    admin("admin_read", "get /api/admin/oidc/try", 404),
    admin("admin_read", "get /api/admin/system-agents", 200),
    admin("admin_write", "post /api/admin/system-agents", 201).sends(|_, _| World::a_system_agent()),
    admin("admin_read", "get /api/admin/system-agents/{id}", 200).on(Thing::SystemAgent),
    admin("admin_write", "put /api/admin/system-agents/{id}", 200).on(Thing::SystemAgent).versioned().sends(
        |_, _| json!({ "name": "Porter", "personality": "", "model": "small", "always_on": false }),
    ),
    admin("admin_write", "put /api/admin/system-agents/{id}/provider", 200)
        .on(Thing::SystemAgent)
        .versioned()
        .sends(|_, _| {
            json!({ "name": "m", "kind": "openai-completions", "base_url": MODEL_SERVER, "models": ["small"] })
        }),
    admin("admin_write", "post /api/admin/system-agents/{id}/start", 202).on(Thing::SystemAgent),
    admin("admin_write", "post /api/admin/system-agents/{id}/stop", 200).on(Thing::SystemAgent),
    admin("admin_write", "post /api/admin/system-agents/{id}/chat/completions", 200)
        .on(Thing::SystemAgent)
        .sends(|_, _| question()),
    admin("admin_write", "delete /api/admin/system-agents/{id}", 204).on(Thing::SystemAgent),
    admin("admin_read", "get /api/admin/config", 200),
    admin("admin_write", "patch /api/admin/config", 200).versioned().sends(|_, _| json!({ "start_timeout_secs": 90 })),
    admin("admin_write", "delete /api/admin/config/{key}", 200).versioned(),
    admin("admin_read", "get /api/admin/fleet", 200),
    admin("admin_read", "get /api/admin/fleet/stream", 200).asking("?follow=false"),
    admin("admin_read", "get /api/admin/fleet/figures", 200),
    admin("admin_read", "get /api/admin/fleet/{id}", 200).on(Thing::Cell),
    admin("admin_read", "get /api/admin/fleet/{id}/events", 200).on(Thing::Cell),
    admin("admin_read", "get /api/admin/fleet/{id}/usage", 200).on(Thing::SleepingCell),
    admin("admin_write", "post /api/admin/fleet/{id}/start", 202).on(Thing::Cell),
    admin("admin_write", "post /api/admin/fleet/{id}/stop", 202).on(Thing::Cell),
    admin("admin_write", "post /api/admin/fleet/{id}/restart", 202).on(Thing::Cell),
    admin("admin_write", "post /api/admin/fleet/{id}/drain", 202).on(Thing::Cell),
    admin("admin_write", "post /api/admin/fleet/{id}/freeze", 409).on(Thing::SleepingCell),
    admin("admin_write", "post /api/admin/fleet/{id}/thaw", 409).on(Thing::SleepingCell),
    admin("admin_write", "post /api/admin/fleet/{id}/recreate", 202).on(Thing::Cell),
    admin("admin_write", "post /api/admin/fleet/actions", 200)
        .sends(|world, _| json!({ "action": "stop", "cells": [format!("user-{}", world.made_up)] })),
    anybody("get /api/onboarding/status", 200),
    over("post /api/onboarding/breakglass")
        .sends(|_, _| json!({ "setup_code": "x", "email": "eve@example.org", "password": PASSWORD })),
    over("post /api/onboarding/oidc").sends(|_, _| json!({ "skip": true })),
    over("post /api/onboarding/provider").sends(|_, _| json!({})),
    over("post /api/onboarding/agent").sends(|_, _| json!({})),
    over("post /api/onboarding/complete"),
    cell("get /api/internal/agent-config/{id}", 200),
];
