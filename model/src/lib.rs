//! The rules of Mosaic.
//!
//! Plain values and pure functions: what a cell's life looks like, when a failed container is tried
//! again, who may see what, how `openclaw.json` is assembled. Nothing here does IO, awaits, reads a
//! clock or knows Docker, Postgres or HTTP; everything here also builds for the browser.

mod agent;
mod audit;
mod cell;
mod clock;
mod conversation;
mod email;
mod explain;
#[cfg(test)]
mod fixture;
mod ids;
mod lifecycle;
mod memory;
mod oidc;
mod onboarding;
mod openclaw;
mod owner;
mod provider;
mod pulse;
mod reconcile;
mod restart;
mod revision;
mod roles;
mod rollout;
mod scope;
mod secret;
mod settings;
mod throttle;
mod token;
mod usage;
mod waking;
mod words;

pub use agent::{
    Agent, AgentDraft, AgentError, AgentField, AgentPatch, AgentSlug, Emoji, ModelRef, SkillName, ToolName,
    ToolPolicy, ToolProfile, default_agent,
};
pub use audit::{
    AUDIT_GENESIS, AuditAction, AuditActor, AuditBreak, AuditEnd, AuditEntry, AuditExcerpt, AuditHash,
    AuditOutcome, AuditRecord, AuditTarget, By,
};
pub use cell::{CellId, CellStatus, Generation, InstanceId, Nonce, ParseCellIdError, SystemCellId};
pub use clock::{Clock, Timestamp};
pub use conversation::{
    ChatCursor, ChatPosition, Conversation, IllegalTurnEvent, ParseChatCursorError, QUESTION_MAX_BYTES,
    TITLE_MAX_CHARS, TextError, TokenUsage, Turn, TurnEvent, TurnFailure, TurnState, Utterance,
    check_question, check_title, goes_on_in, remembered, title_from,
};
pub use email::{Email, EmailError};
pub use explain::{Explanation, Next};
pub use ids::{
    AgentId, ConversationId, InvitationId, ProviderId, RevisionId, SessionId, TokenId, TurnId, UserId,
};
pub use lifecycle::{
    Activity, Aim, Blocker, Cause, CauseKind, Config, Context, Effect, Event, Given, Hindrance, Idle,
    IllegalTransition, Lifecycle, OrderRefused, RestRules, RestWishes, Served, State, StateKind, StopReason,
    SuspensionId, Transition, Trigger,
};
pub use memory::{cells_that_fit, who_must_go};
pub use oidc::{
    Admission, Identity, Issuer, LocalPath, OidcConfig, OidcConfigError, OidcDraft, Refusal, groups_in,
};
pub use onboarding::{
    FIRST_AGENT_EMOJI, FIRST_AGENT_NAME, FIRST_AGENT_SLUG, Made, OidcStep, Onboarding, OnboardingError,
    OnboardingEvent, OnboardingStep, PERSONALITY_EXAMPLES, PersonalityExample, Progress, SetupCode,
    SetupCodeHash, StepState,
};
pub use openclaw::{
    AssemblyError, AssemblyInput, Fingerprint, ProviderCredential, RestartParts, Wanted, assemble,
    config_fingerprint,
};
pub use owner::Owner;
pub use provider::{
    AddressError, AddressRule, ApiKind, BaseUrl, CLOSED_IPV4, InputKind, ModelFacts, Preset, Provider,
    ProviderDraft, ProviderError, ProviderField, ProviderModel, ProviderPatch, ProviderTested, UrlHost,
    address_rule, check_address, check_host_alias, read_model_list,
};
pub use pulse::{HealthPolicy, Pulse};
pub use reconcile::{Expected, Finding, Marks, judge};
pub use restart::{RestartBudget, RestartPolicy, Verdict};
pub use revision::{
    Difference, DifferenceKind, RevisionFate, RevisionMark, difference, may_fall_back, revive, stand_ins,
};
pub use roles::{AccessChange, AccessRefused, Role, Standing, WayIn};
pub use rollout::{FailedImage, ImageNews, Images};
pub use scope::{Scopes, ScopesError, TokenScope};
pub use secret::Secret;
pub use settings::{
    Egress, ImageName, PublicUrl, Setting, SettingEffect, SettingError, SettingGroup, SettingKind,
    SettingUnit, Settings,
};
pub use throttle::{Throttle, ThrottlePolicy};
pub use token::{GatewayToken, InvitationToken, PersonalToken, SessionToken, TokenHash};
pub use usage::{Reading, Usage};
pub use waking::{WakePhase, WakePlace, Waking};
