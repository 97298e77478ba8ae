//! Where everything is.

/// The OpenAI-compatible chat endpoint.
pub const CHAT_COMPLETIONS: &str = "/v1/chat/completions";
/// The caller's agents, as OpenAI-compatible models.
pub const MODELS: &str = "/v1/models";
/// Whether Mosaic is up.
pub const HEALTH: &str = "/api/health";
/// What Mosaic counts of itself, for a program that watches it.
pub const METRICS: &str = "/metrics";
/// Sign in with a password.
pub const LOGIN: &str = "/api/auth/login";
/// What the sign-in page offers.
pub const SIGN_IN_METHODS: &str = "/api/auth/methods";
/// Off to the OIDC provider; `?return_to=/path` says where to come back to.
pub const OIDC_START: &str = "/api/auth/oidc/start";
/// Back from the OIDC provider.
pub const OIDC_CALLBACK: &str = "/api/auth/oidc/callback";
/// The OIDC provider's configuration.
pub const ADMIN_OIDC: &str = "/api/admin/oidc";
/// Look whether the configured provider can be reached and suits.
pub const ADMIN_OIDC_CHECK: &str = "/api/admin/oidc/check";
/// Try a login with the configuration, and what came of it.
pub const ADMIN_OIDC_TRY: &str = "/api/admin/oidc/try";
/// The web app's page to sign in on; `?error=` says why the last try failed.
pub const SIGN_IN_PAGE: &str = "/sign-in";
/// Look at an invitation.
pub const INVITATION: &str = "/api/auth/invitation";
/// Accept an invitation.
pub const ACCEPT_INVITATION: &str = "/api/auth/invitation/accept";
/// The web app's page where an invitation is accepted; the code stands behind its `#`.
pub const INVITATION_PAGE: &str = "/invitation";
/// Sign out.
pub const LOGOUT: &str = "/api/auth/logout";
/// The caller's own password.
pub const PASSWORD: &str = "/api/auth/password";
/// The caller's sessions.
pub const SESSIONS: &str = "/api/sessions";
/// One session.
pub const SESSION: &str = "/api/sessions/{id}";
/// The caller's personal tokens.
pub const TOKENS: &str = "/api/tokens";
/// One personal token.
pub const TOKEN: &str = "/api/tokens/{id}";
/// Who the caller is.
pub const ME: &str = "/api/me";
/// The caller's provider accounts.
pub const PROVIDERS: &str = "/api/providers";
/// One provider account.
pub const PROVIDER: &str = "/api/providers/{id}";
/// The providers that are known by name.
pub const PROVIDER_PRESETS: &str = "/api/providers/presets";
/// Try a provider out that is not saved yet.
pub const PROVIDERS_TEST: &str = "/api/providers/test";
/// Try a provider account out.
pub const PROVIDER_TEST: &str = "/api/providers/{id}/test";
/// The models that the provider itself lists.
pub const PROVIDER_MODELS: &str = "/api/providers/{id}/models";
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
/// Bring what was set up to the caller's cell now.
pub const CELL_APPLY: &str = "/api/cell/apply";
/// Try again with a cell that failed.
pub const CELL_RETRY: &str = "/api/cell/retry";
/// The caller's conversations.
pub const CONVERSATIONS: &str = "/api/conversations";
/// One conversation.
pub const CONVERSATION: &str = "/api/conversations/{id}";
/// What happens in a conversation, as it happens.
pub const CONVERSATION_EVENTS: &str = "/api/conversations/{id}/events";
/// Ask something.
pub const TURNS: &str = "/api/conversations/{id}/turns";
/// Stop an answer.
pub const TURN_STOP: &str = "/api/conversations/{id}/turns/{turn}/stop";
/// Ask the same again.
pub const TURN_RETRY: &str = "/api/conversations/{id}/turns/{turn}/retry";
/// Ask something else instead.
pub const TURN_EDIT: &str = "/api/conversations/{id}/turns/{turn}/edit";
/// Start the caller's cell.
pub const CELL_WAKE: &str = "/api/cell/wake";
/// What happened to the caller's cell.
pub const CELL_EVENTS: &str = "/api/cell/events";
/// The caller's cell as it changes.
pub const CELL_STREAM: &str = "/api/cell/stream";
/// All cells; for admins.
pub const ADMIN_FLEET: &str = "/api/admin/fleet";
/// One order for several cells.
pub const ADMIN_FLEET_ACTIONS: &str = "/api/admin/fleet/actions";
/// The fleet as it changes.
pub const ADMIN_FLEET_STREAM: &str = "/api/admin/fleet/stream";
/// The fleet in numbers.
pub const ADMIN_FLEET_FIGURES: &str = "/api/admin/fleet/figures";
/// One cell.
pub const ADMIN_FLEET_CELL: &str = "/api/admin/fleet/{id}";
/// What happened to one cell.
pub const ADMIN_FLEET_EVENTS: &str = "/api/admin/fleet/{id}/events";
/// What a cell uses of its host.
pub const ADMIN_FLEET_USAGE: &str = "/api/admin/fleet/{id}/usage";
/// Start a cell.
pub const ADMIN_FLEET_START: &str = "/api/admin/fleet/{id}/start";
/// Stop a cell.
pub const ADMIN_FLEET_STOP: &str = "/api/admin/fleet/{id}/stop";
/// Stop a cell and start it again.
pub const ADMIN_FLEET_RESTART: &str = "/api/admin/fleet/{id}/restart";
/// Have a cell end what it does, and stop it.
pub const ADMIN_FLEET_DRAIN: &str = "/api/admin/fleet/{id}/drain";
/// Freeze a cell that nobody uses.
pub const ADMIN_FLEET_FREEZE: &str = "/api/admin/fleet/{id}/freeze";
/// Bring a frozen cell back.
pub const ADMIN_FLEET_THAW: &str = "/api/admin/fleet/{id}/thaw";
/// Make a cell's container anew.
pub const ADMIN_FLEET_RECREATE: &str = "/api/admin/fleet/{id}/recreate";
/// The audit log; for admins.
pub const AUDIT: &str = "/api/admin/audit";
/// All of the audit log that matches, as a file; for admins.
pub const AUDIT_EXPORT: &str = "/api/admin/audit/export";
/// All users.
pub const ADMIN_USERS: &str = "/api/admin/users";
/// One user.
pub const ADMIN_USER: &str = "/api/admin/users/{id}";
/// A user's role.
pub const ADMIN_USER_ROLE: &str = "/api/admin/users/{id}/role";
/// Shut a user out.
pub const ADMIN_USER_DISABLE: &str = "/api/admin/users/{id}/disable";
/// Let a user in again.
pub const ADMIN_USER_ENABLE: &str = "/api/admin/users/{id}/enable";
/// Sign a user out everywhere.
pub const ADMIN_USER_SIGN_OUT: &str = "/api/admin/users/{id}/sign-out";
/// Invitations to local accounts.
pub const ADMIN_INVITATIONS: &str = "/api/admin/invitations";
/// One invitation.
pub const ADMIN_INVITATION: &str = "/api/admin/invitations/{id}";
/// Another user's password, a breakglass admin's or a local account's.
pub const ADMIN_PASSWORD: &str = "/api/admin/breakglass/{id}/password";
/// Agents of the fleet's own.
pub const ADMIN_SYSTEM_AGENTS: &str = "/api/admin/system-agents";
/// One agent of the fleet's own.
pub const ADMIN_SYSTEM_AGENT: &str = "/api/admin/system-agents/{id}";
/// The account that pays for it.
pub const ADMIN_SYSTEM_AGENT_PROVIDER: &str = "/api/admin/system-agents/{id}/provider";
/// Start it.
pub const ADMIN_SYSTEM_AGENT_START: &str = "/api/admin/system-agents/{id}/start";
/// Stop it.
pub const ADMIN_SYSTEM_AGENT_STOP: &str = "/api/admin/system-agents/{id}/stop";
/// Ask it something; OpenAI-compatible.
pub const ADMIN_SYSTEM_AGENT_CHAT: &str = "/api/admin/system-agents/{id}/chat/completions";
/// The settings.
pub const ADMIN_CONFIG: &str = "/api/admin/config";
/// One setting.
pub const ADMIN_CONFIG_KEY: &str = "/api/admin/config/{key}";
/// How far the first set-up is.
pub const ONBOARDING_STATUS: &str = "/api/onboarding/status";
/// The web app's page for the first set-up; the code stands behind its `#`.
pub const SETUP_PAGE: &str = "/setup";
/// The first set-up: the administrator.
pub const ONBOARDING_BREAKGLASS: &str = "/api/onboarding/breakglass";
/// The first set-up: an OIDC provider.
pub const ONBOARDING_OIDC: &str = "/api/onboarding/oidc";
/// The first set-up: a model provider.
pub const ONBOARDING_PROVIDER: &str = "/api/onboarding/provider";
/// The first set-up: an agent.
pub const ONBOARDING_AGENT: &str = "/api/onboarding/agent";
/// The end of the first set-up.
pub const ONBOARDING_COMPLETE: &str = "/api/onboarding/complete";
/// A page to browse the API.
pub const DOCS: &str = "/api/docs";
/// The OpenAPI document.
pub const OPENAPI: &str = "/api/openapi.json";
/// A cell's own configuration; on the internal listener only.
pub const AGENT_CONFIG: &str = "/api/internal/agent-config/{id}";
