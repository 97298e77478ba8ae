//! Suspension: the gateway's promise that nothing runs in it, so that its container may be frozen.

use serde_json::{Value, json};

/// How long a promise holds without being renewed.
const LEASE_MS: u64 = 120_000;

/// The promise that was given, if one holds.
#[derive(Debug, Default)]
pub(crate) struct Suspension(Option<Lease>);

#[derive(Debug)]
struct Lease {
    request_id: String,
    suspension_id: String,
    expires_at_ms: u64,
}

/// What an RPC answers: a payload, or an HTTP status with an error.
pub(crate) type RpcResult = Result<Value, (u16, Value)>;

impl Suspension {
    /// Whether the gateway takes no new work now.
    pub(crate) fn holds(&self, now_ms: u64) -> bool {
        self.0.as_ref().is_some_and(|lease| now_ms < lease.expires_at_ms)
    }

    /// `gateway.suspend.prepare`: promise, renew, or say what runs.
    pub(crate) fn prepare(
        &mut self,
        params: &Value,
        active: usize,
        now_ms: u64,
        new_id: String,
    ) -> RpcResult {
        let Some(request_id) = params["requestId"].as_str().filter(|id| !id.is_empty()) else {
            return Err(invalid("invalid gateway.suspend.prepare params"));
        };
        if active > 0 {
            let message = format!("{active} active embedded run(s)");
            return Ok(json!({
                "status": "busy", "reason": "active-work", "retryAfterMs": 20_000, "activeCount": active,
                "blockers": [{ "kind": "embedded-run", "count": active, "message": message }],
            }));
        }
        let held = self.0.take().filter(|lease| now_ms < lease.expires_at_ms);
        let suspension_id = match held {
            Some(lease) if lease.request_id != request_id => {
                let retry_after_ms = lease.expires_at_ms - now_ms;
                self.0 = Some(lease);
                let message = "another gateway suspension is already prepared";
                let error = json!({ "code": "UNAVAILABLE", "message": message, "retryable": true, "retryAfterMs": retry_after_ms });
                return Err((503, error));
            }
            Some(lease) => lease.suspension_id,
            None => new_id,
        };
        let lease =
            Lease { request_id: request_id.to_owned(), suspension_id, expires_at_ms: now_ms + LEASE_MS };
        let payload = json!({
            "status": "ready", "suspensionId": lease.suspension_id, "expiresAtMs": lease.expires_at_ms,
            "activeCount": 0, "blockers": [],
        });
        self.0 = Some(lease);
        Ok(payload)
    }

    /// `gateway.suspend.resume`: take work again. An expired promise, or none, is no error.
    pub(crate) fn resume(&mut self, params: &Value, now_ms: u64) -> RpcResult {
        let Some(suspension_id) = params["suspensionId"].as_str() else {
            return Err(invalid("invalid gateway.suspend.resume params"));
        };
        match self.0.take_if(|lease| lease.suspension_id == suspension_id || now_ms >= lease.expires_at_ms) {
            None if self.0.is_some() => Err(invalid("gateway suspension id does not match")),
            taken => {
                let resumed = taken.is_some_and(|lease| now_ms < lease.expires_at_ms);
                Ok(json!({ "ok": true, "status": "running", "resumed": resumed }))
            }
        }
    }
}

fn invalid(message: &str) -> (u16, Value) {
    (400, json!({ "code": "INVALID_REQUEST", "message": message }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prepare(suspension: &mut Suspension, request: &str, active: usize, now: u64) -> RpcResult {
        suspension.prepare(&json!({ "requestId": request }), active, now, format!("s-{now}"))
    }

    #[test]
    fn a_busy_gateway_promises_nothing() {
        let mut suspension = Suspension::default();
        assert_eq!(prepare(&mut suspension, "r", 1, 0).unwrap()["status"], "busy");
        assert!(!suspension.holds(0));
    }

    #[test]
    fn the_same_request_renews_and_another_is_told_to_wait() {
        let mut suspension = Suspension::default();
        assert_eq!(prepare(&mut suspension, "r", 0, 0).unwrap()["suspensionId"], "s-0");
        let renewed = prepare(&mut suspension, "r", 0, 1000).unwrap();
        assert_eq!((&renewed["suspensionId"], &renewed["expiresAtMs"]), (&json!("s-0"), &json!(121_000)));
        assert_eq!(prepare(&mut suspension, "other", 0, 1000).unwrap_err().0, 503);
        assert!(suspension.holds(120_999) && !suspension.holds(121_000));
    }

    #[test]
    fn resume_ends_it_once_and_never_fails_for_an_expired_one() {
        let mut suspension = Suspension::default();
        prepare(&mut suspension, "r", 0, 0).unwrap();
        assert_eq!(suspension.resume(&json!({ "suspensionId": "wrong" }), 1).unwrap_err().0, 400);
        let right = json!({ "suspensionId": "s-0" });
        assert_eq!(suspension.resume(&right, 1).unwrap()["resumed"], true);
        assert_eq!(suspension.resume(&right, 1).unwrap()["resumed"], false);
        prepare(&mut suspension, "r", 0, 0).unwrap();
        assert_eq!(suspension.resume(&right, LEASE_MS).unwrap()["resumed"], false);
    }
}
