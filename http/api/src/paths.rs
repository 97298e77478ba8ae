//! Where everything is.

/// The OpenAI-compatible chat endpoint.
pub const CHAT_COMPLETIONS: &str = "/v1/chat/completions";
/// The caller's agents, as OpenAI-compatible models.
pub const MODELS: &str = "/v1/models";
/// Whether Mosaic is up.
pub const HEALTH: &str = "/api/health";
/// Who the caller is.
pub const ME: &str = "/api/me";
/// The caller's provider accounts.
pub const PROVIDERS: &str = "/api/providers";
/// One provider account.
pub const PROVIDER: &str = "/api/providers/{id}";
/// The key of one provider account.
pub const PROVIDER_KEY: &str = "/api/providers/{id}/key";
/// The caller's agents.
pub const AGENTS: &str = "/api/agents";
/// One agent.
pub const AGENT: &str = "/api/agents/{id}";
/// The caller's cell.
pub const CELL: &str = "/api/cell";
/// Stop the caller's cell.
pub const CELL_STOP: &str = "/api/cell/stop";
/// Try again with a cell that failed.
pub const CELL_RETRY: &str = "/api/cell/retry";
/// The OpenAPI document.
pub const OPENAPI: &str = "/api/openapi.json";
/// A cell's own configuration; on the internal listener only.
pub const AGENT_CONFIG: &str = "/api/internal/agent-config/{id}";
