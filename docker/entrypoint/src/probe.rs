//! The image's health check.

use std::time::Duration;

/// The gateway's own port inside the container; `/startupz` is 200 from the moment it can take a chat until it drains.
const STARTUPZ: &str = "http://127.0.0.1:18789/startupz";

/// Says whether the gateway in this container can take a chat now.
pub fn probe() -> bool {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(3)))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .build()
        .into();
    agent.get(STARTUPZ).call().is_ok_and(|response| response.status() == 200)
}
