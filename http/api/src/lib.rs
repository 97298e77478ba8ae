//! The wire: paths, bodies and problems of the Mosaic API, declared once for server and browser.
//!
//! Only data and its text forms: no HTTP library, no server types, so that it builds for wasm.

mod agents;
mod audit;
mod auth;
mod cells;
mod config;
mod conversations;
mod figures;
mod fleet;
mod invitations;
mod me;
mod oidc;
mod onboarding;
pub mod paths;
mod problem;
mod providers;
mod secret_text;
mod sign_in;
mod sign_in_error;
pub mod sse;
mod system_agents;
mod usage;
mod users;

pub use agents::{AgentBody, AgentList, ChangeAgent, ModelChoice, NewAgent, ToolPolicyBody, ToolProfileBody};
pub use audit::{
    AUDIT_PAGE, AUDIT_PAGE_MAX, AuditEntryBody, AuditExportQuery, AuditFormat, AuditOutcomeBody, AuditPage,
    AuditQuery, CSV_HEADER, UnreadableEntry,
};
pub use auth::{
    ChangePassword, Login, LoginMethodBody, MadeToken, NewTokenBody, SessionBody, SessionList, SessionsEnded,
    SignedOut, TokenBody, TokenList,
};
pub use cells::{
    BlockerBody, CauseBody, CellBody, CellConfigBody, CellEventBody, CellEventPage, CellPatch, CellStateBody,
    ConfigHow, ConfigState, DifferenceBody, DifferenceName, FallbackBody, HistoryQuery, ImageFallbackBody,
    LiveCell, WakePhaseName, WakingBody,
};
pub use config::{ConfigDocument, ConfigEffect, ConfigGroup, ConfigKind, ConfigPatch, ConfigSetting};
pub use conversations::{
    ConversationBody, ConversationEvent, ConversationNews, ConversationPage, ConversationQuery,
    ConversationThread, EditTurn, EventQuery, NewTurnBody, RenameConversation, ThreadQuery, TokenUsageBody,
    TurnBody, TurnFailureBody, TurnStateBody, WakingPhase,
};
pub use figures::{
    DeathFigureBody, FIGURES_HOURS_MAX, FigurePartBody, FiguresQuery, FleetFiguresBody, MemoryFiguresBody,
    WakeFiguresBody,
};
pub use fleet::{
    CellStateName, ExplanationBody, FLEET_ACTIONS_MAX, FleetActionName, FleetActionOutcome,
    FleetActionResult, FleetActionResults, FleetActions, FleetCellBody, FleetCellDetail, FleetDelta,
    FleetNewcomer, FleetOwnerBody, FleetPage, FleetQuery, FleetSnapshot, FleetSortBody, FleetStreamData,
    FollowQuery,
};
pub use invitations::{InvitationEntry, InvitationList, InvitationState, Invite, MadeInvitation};
pub use me::{Health, Me, RoleBody};
pub use oidc::{
    OidcChange, OidcCheck, OidcConfigBody, OidcPerson, OidcSettings, OidcTry, OidcTryResult, OidcTryStart,
};
pub use onboarding::{
    FirstAgentHint, OnboardAgent, OnboardBreakglass, OnboardOidc, OnboardedProvider, OnboardingStatus,
    OnboardingStepBody, OnboardingStepName, OnboardingStepState, PersonalityHint,
};
pub use problem::{Code, FieldProblem, OpenAiError, PROBLEM_JSON, Problem};
pub use providers::{
    ApiKindBody, ChangeProvider, InputKindBody, ModelBody, ModelEntry, ModelList, NewProvider, PresetBody,
    PresetList, ProviderBody, ProviderList, ProviderTestResult, ProviderUse, ReplaceKey, TestOutcome,
    TestProblem, TestProvider, TestSavedProvider, TestStep, TestStepName,
};
pub use secret_text::SecretText;
pub use sign_in::{AcceptInvitation, InvitationBody, InvitationCode, OidcMethod, SignInMethods};
pub use sign_in_error::SignInError;
pub use system_agents::{DeclareSystemAgent, ReplaceSystemAgent, SystemAgentBody, SystemAgentList};
pub use usage::{CellUsage, UsageBody};
pub use users::{DeleteUser, ResetPassword, SetRole, UserBody, UserPage, UserQuery};
