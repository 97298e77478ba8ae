//! The configs that the gateways are started with.

use std::net::SocketAddr;

use serde_json::{Value, json};

/// The provider's key: it must never be seen outside the container's memory.
pub(crate) const PROVIDER_KEY: &str = "sk-contract-5f1d0c9a7e";

/// What is different about a config.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Draft {
    pub(crate) unknown_key: bool,
    pub(crate) no_mode: bool,
    /// A third agent besides `main` and `coder`.
    pub(crate) third_agent: bool,
    /// The address of a second provider that no agent uses.
    pub(crate) extra_provider: Option<&'static str>,
}

impl Draft {
    /// The config, with the model server as its provider.
    pub(crate) fn write(&self, model_server: SocketAddr) -> Value {
        let mut config = json!({
            "gateway": {
                "mode": "local", "port": 18789, "bind": "lan", "auth": { "mode": "token" },
                "controlUi": { "enabled": false }, "cliAgents": { "enabled": false }, "terminal": { "enabled": false },
                "http": { "endpoints": { "chatCompletions": { "enabled": true } } },
            },
            "models": {
                "mode": "replace", "catalogRefresh": { "enabled": false },
                "providers": { "mx-1": provider(&format!("http://{model_server}/v1")) },
            },
            "agents": {
                "ownership": "explicit",
                "defaults": {
                    "model": { "primary": "mx-1/demo" }, "utilityModel": "", "heartbeat": { "every": "0m" },
                    "skipBootstrap": true, "systemAgent": { "agentId": "main" },
                },
                "entries": { "main": agent("main"), "coder": agent("coder") },
            },
            "plugins": {
                "allow": ["memory-core", "mosaic", "admin-http-rpc"],
                "load": { "paths": ["/opt/mosaic/plugins/mosaic"] },
                "entries": {
                    "memory-core": { "config": { "dreaming": { "enabled": false } } },
                    "admin-http-rpc": { "enabled": true },
                    "mosaic": {
                        "enabled": true, "hooks": { "allowConversationAccess": true },
                        "config": { "personas": { "main": "PERSONA-OF-MAIN" } },
                    },
                },
            },
            "skills": {
                "allowBundled": ["none"], "load": { "extraDirs": ["/opt/mosaic/skills"], "watch": false },
                "workshop": { "autonomous": { "mode": "off" } },
            },
            "cron": { "enabled": false }, "discovery": { "mdns": { "mode": "off" } },
            "update": { "checkOnStart": false }, "telemetry": { "enabled": false }, "browser": { "enabled": false },
            "logging": { "consoleStyle": "json", "consoleLevel": "warn", "level": "info", "file": "/tmp/openclaw.log" },
        });
        if self.unknown_key {
            config["bogus"] = json!(1);
        }
        if self.no_mode {
            config["gateway"].as_object_mut().unwrap().remove("mode");
        }
        if self.third_agent {
            // A provider of its own: once it has refused, the gateway lets its key rest for a minute.
            config["models"]["providers"]["mx-3"] = provider(&format!("http://{model_server}/v1"));
            config["agents"]["entries"]["third"] = agent("third");
            config["agents"]["entries"]["third"]["model"] = json!("mx-3/demo");
        }
        if let Some(address) = self.extra_provider {
            config["models"]["providers"]["mx-2"] = provider(address);
        }
        config
    }
}

fn agent(id: &str) -> Value {
    json!({ "name": id, "workspace": format!("/home/node/.openclaw/workspaces/{id}") })
}

fn provider(address: &str) -> Value {
    let model = json!({
        "id": "demo", "name": "demo", "input": ["text"], "contextWindow": 128_000, "maxTokens": 4096,
        "compat": { "supportsUsageInStreaming": true },
    });
    json!({ "baseUrl": address, "apiKey": PROVIDER_KEY, "api": "openai-completions", "models": [model] })
}
