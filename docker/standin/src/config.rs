//! openclaw.json, as far as the stand-in looks at it.

use std::{fmt, fs, path::Path, time::Duration};

use serde_json::Value;

/// The top-level keys of OpenClaw 2026.9.6; it refuses to start on any other, and so do we.
const KNOWN_KEYS: &[&str] = &[
    "$schema",
    "accessGroups",
    "acp",
    "agents",
    "approvals",
    "attachments",
    "auth",
    "bindings",
    "broadcast",
    "browser",
    "channels",
    "cloudWorkers",
    "commands",
    "cron",
    "desktop",
    "diagnostics",
    "discovery",
    "env",
    "gateway",
    "hooks",
    "logging",
    "mcp",
    "memory",
    "messages",
    "meta",
    "models",
    "nodeHost",
    "plugins",
    "proxy",
    "secrets",
    "security",
    "session",
    "skills",
    "surfaces",
    "talk",
    "telemetry",
    "tools",
    "transcripts",
    "tts",
    "ui",
    "update",
    "wizard",
    "worktreeAcceleration",
    "worktreeRoot",
];

/// A provider at this host is an order to the stand-in instead of a provider.
const ORDER_HOST: &str = "http://standin.invalid/";

/// What the stand-in does differently for its config.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The ids of the agents, in the order of the file.
    pub agents: Vec<String>,
    /// Whether `/api/v1/admin/rpc` exists.
    pub admin_rpc: bool,
    /// End with this code right after the start (`http://standin.invalid/die-at-start?code=N`, or `/code=N`).
    pub die_at_start: Option<u8>,
    /// Become ready only after this long (`http://standin.invalid/start-delay?ms=N`, or `/ms=N`).
    pub start_delay: Duration,
}

/// A config that OpenClaw does not start with (exit code 78); the text is what it prints.
#[derive(Debug, PartialEq, Eq)]
pub struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Config {
    /// Reads the file.
    pub fn load(path: &Path) -> Result<Self, Refused> {
        let invalid = |problem: String| {
            Refused(format!("Gateway failed to start: Invalid config at {}:\n{problem}", path.display()))
        };
        let text = fs::read_to_string(path).map_err(|error| invalid(error.to_string()))?;
        let value: Value = serde_json::from_str(&text).map_err(|error| invalid(error.to_string()))?;
        Self::read(&value).map_err(invalid)
    }

    fn read(value: &Value) -> Result<Self, String> {
        let Some(root) = value.as_object() else { return Err("<root>: expected an object".to_owned()) };
        if let Some(key) = root.keys().find(|key| !KNOWN_KEYS.contains(&key.as_str())) {
            return Err(format!("<root>: Unrecognized key: \"{key}\""));
        }
        if value["gateway"]["mode"].as_str().is_none() {
            return Err("existing config is missing gateway.mode".to_owned());
        }
        let orders = orders(value);
        let number = |name: &str, unit: &str| {
            orders.iter().find_map(|order| {
                // Mosaic accepts no query in a provider's address: a path does as well.
                let argument = order.strip_prefix(name)?.strip_prefix(['?', '/'])?;
                argument.strip_prefix(unit)?.parse::<u64>().ok()
            })
        };
        Ok(Self {
            agents: agents(value),
            admin_rpc: value["plugins"]["entries"]["admin-http-rpc"]["enabled"] == true,
            die_at_start: number("die-at-start", "code=").and_then(|code| u8::try_from(code).ok()),
            start_delay: Duration::from_millis(number("start-delay", "ms=").unwrap_or(0)),
        })
    }
}

fn agents(value: &Value) -> Vec<String> {
    match value["agents"]["entries"].as_object() {
        Some(entries) if !entries.is_empty() => entries.keys().cloned().collect(),
        _ => vec!["main".to_owned()],
    }
}

fn orders(value: &Value) -> Vec<&str> {
    let providers = value["models"]["providers"].as_object();
    let addresses =
        providers.into_iter().flat_map(|all| all.values()).filter_map(|one| one["baseUrl"].as_str());
    addresses.filter_map(|address| address.strip_prefix(ORDER_HOST)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_config_that_openclaw_refuses_is_refused() {
        let unknown = Config::read(&json!({ "bogus": 1, "gateway": { "mode": "local" } }));
        assert_eq!(unknown.unwrap_err(), "<root>: Unrecognized key: \"bogus\"");
        assert!(Config::read(&json!({})).unwrap_err().contains("gateway.mode"));
        assert!(Config::read(&json!([])).is_err());
    }

    #[test]
    fn a_provider_at_the_order_host_is_an_order() {
        let provider = |address: &str| {
            let providers =
                json!({ "mx-1": { "baseUrl": "http://model/v1" }, "mx-2": { "baseUrl": address } });
            Config::read(&json!({ "gateway": { "mode": "local" }, "models": { "providers": providers } }))
                .unwrap()
        };
        assert_eq!(provider("http://standin.invalid/die-at-start?code=3").die_at_start, Some(3));
        assert_eq!(provider("http://standin.invalid/die-at-start/code=3").die_at_start, Some(3));
        assert_eq!(
            provider("http://standin.invalid/start-delay?ms=500").start_delay,
            Duration::from_millis(500)
        );
        let plain = provider("http://other/v1");
        assert_eq!((plain.die_at_start, plain.start_delay), (None, Duration::ZERO));
        assert_eq!(plain.agents, ["main"]);
    }
}
