//! The installation's own values, a row each: the internal listener's port, and what `settings` and
//! `onboarding` keep there.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use mosaic_model::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::{Store, StoreError};

const INTERNAL_PORT_KEY: &str = "internal_port";
const LISTEN_ADDRESS_KEY: &str = "listen_address";
/// Where Mosaic listens when nobody says otherwise.
const DEFAULT_ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 7777);

impl Store {
    /// The port on which cells reach the internal API, if one was chosen before.
    pub async fn internal_port(&self) -> Result<Option<u16>, StoreError> {
        self.read(INTERNAL_PORT_KEY).await
    }

    /// Keeps that port, so that cells that outlive this process still find the next one.
    pub async fn save_internal_port(&self, port: u16) -> Result<(), StoreError> {
        let mut connection = self.app().acquire().await?;
        write(&mut connection, INTERNAL_PORT_KEY, json!(port), self.now()).await
    }

    /// Keeps where people reach this process, for links that are made elsewhere.
    pub async fn save_listen_address(&self, address: SocketAddr) -> Result<(), StoreError> {
        let mut connection = self.app().acquire().await?;
        write(&mut connection, LISTEN_ADDRESS_KEY, json!(address), self.now()).await
    }

    /// Where people reach Mosaic, as an address without a slash at its end: the public one, or else where it
    /// listened last.
    pub async fn origin(&self) -> Result<String, StoreError> {
        if let Some(public) = self.settings().public_url {
            return Ok(public.to_string());
        }
        let kept: Option<SocketAddr> = self.read(LISTEN_ADDRESS_KEY).await?;
        let mut address = kept.unwrap_or(DEFAULT_ADDRESS);
        if address.ip().is_unspecified() {
            address.set_ip(DEFAULT_ADDRESS.ip());
        }
        Ok(format!("http://{address}"))
    }

    async fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let value: Option<Value> = sqlx::query_scalar(
            "SELECT value
             FROM system_config
             WHERE key = $1",
        )
        .bind(key)
        .fetch_optional(self.app())
        .await?;
        let unreadable = |error| StoreError::Corrupt(format!("system_config {key}: {error}"));
        value.map(serde_json::from_value).transpose().map_err(unreadable)
    }
}

pub(crate) async fn write(
    connection: &mut PgConnection,
    key: &str,
    value: Value,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO system_config (key, value, updated_at)
         VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE
         SET value = EXCLUDED.value, updated_at = EXCLUDED.updated_at",
    )
    .bind(key)
    .bind(value)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
