//! Every operation that changes something is either in the audit log or, for a reason, is not.

use std::{collections::BTreeSet, fs, path::Path};

use mosaic_model::AuditAction;
use serde_json::Value;

/// Whether the log tells of an operation.
#[derive(Debug, Clone, Copy)]
pub(super) enum Decision {
    /// By this act; the test that makes sure has this name.
    Told(AuditAction, &'static str),
    /// No, because.
    NotTold(&'static str),
}

use Decision::{NotTold, Told};

/// The test next door that does it all.
pub(super) const HERE: &str = "every_act_is_in_the_log_with_who_did_it";

/// The test that does to people what admins do.
const PEOPLE: &str = "what_is_done_to_people_is_in_the_log_with_who_did_it";
/// The test of what admins order of cells.
const FLEET: &str = "what_an_admin_orders_of_cells_is_done_told_and_in_the_log";
/// The tests of the OIDC provider, with a browser and without.
const OIDC: &str = "people_sign_in_at_the_provider_and_out_again_at_both";
const OIDC_CONFIG: &str = "a_configuration_is_replaced_only_by_who_saw_it";

/// The storage's test of changes to providers.
const PROVIDERS: &str = "a_provider_in_use_is_not_switched_off_and_a_switched_off_one_gets_no_agents";
/// The test of changes to agents.
const AGENTS: &str = "an_agent_is_changed_by_who_saw_it_and_a_refusal_says_what_to_change";
/// The test that changes settings.
const SETTINGS: &str = "a_change_through_the_api_counts_at_once";

/// The test that sets an installation up.
const SET_UP: &str = "from_an_empty_database_to_a_first_chat_by_the_api_alone";

/// The test that does so with an OIDC provider.
const SET_UP_OIDC: &str = "an_oidc_provider_can_be_set_up_and_corrected_on_the_way";

/// The test of the fleet's own agents.
const SYSTEM: &str = "an_agent_of_the_fleets_own_is_declared_talks_outlives_and_is_erased";
/// Why the log has nothing of what people say to their agents, and when.
const CHAT: &str = "a chat; that somebody talks to their own agent is theirs alone";

/// Every operation that is no GET, and the GETs that are worth an entry.
pub(super) const DECISIONS: &[(&str, Decision)] = &[
    ("post /api/auth/login", Told(AuditAction::Login, HERE)),
    ("post /api/auth/logout", Told(AuditAction::Logout, HERE)),
    ("put /api/auth/password", Told(AuditAction::PasswordChanged, HERE)),
    ("delete /api/sessions", Told(AuditAction::SessionsEnded, HERE)),
    ("delete /api/sessions/{id}", Told(AuditAction::SessionEnded, HERE)),
    ("post /api/tokens", Told(AuditAction::TokenCreated, HERE)),
    ("delete /api/tokens/{id}", Told(AuditAction::TokenRevoked, HERE)),
    ("post /api/providers", Told(AuditAction::ProviderAdded, HERE)),
    ("patch /api/providers/{id}", Told(AuditAction::ProviderChanged, PROVIDERS)),
    ("post /api/providers/test", NotTold("it changes nothing, and keeps nothing of what was tried")),
    ("post /api/providers/{id}/test", NotTold("it changes nothing but when the account was last tested")),
    ("delete /api/providers/{id}", Told(AuditAction::ProviderRemoved, HERE)),
    ("put /api/providers/{id}/key", Told(AuditAction::ProviderKeyReplaced, HERE)),
    ("post /api/agents", Told(AuditAction::AgentAdded, HERE)),
    ("patch /api/agents/{id}", Told(AuditAction::AgentChanged, AGENTS)),
    ("delete /api/agents/{id}", Told(AuditAction::AgentRemoved, HERE)),
    ("patch /api/cell", Told(AuditAction::CellRestChanged, HERE)),
    ("post /api/cell/stop", Told(AuditAction::CellStopped, HERE)),
    ("post /api/cell/apply", Told(AuditAction::CellConfigApplied, HERE)),
    ("post /api/cell/retry", Told(AuditAction::CellRetried, HERE)),
    ("post /api/cell/wake", Told(AuditAction::CellStarted, HERE)),
    ("post /api/admin/fleet/{id}/start", Told(AuditAction::CellStarted, FLEET)),
    ("post /api/admin/fleet/{id}/stop", Told(AuditAction::CellStopped, FLEET)),
    ("post /api/admin/fleet/{id}/restart", Told(AuditAction::CellRestarted, FLEET)),
    ("post /api/admin/fleet/{id}/drain", Told(AuditAction::CellDrained, FLEET)),
    ("post /api/admin/fleet/{id}/freeze", Told(AuditAction::CellFrozen, FLEET)),
    ("post /api/admin/fleet/{id}/thaw", Told(AuditAction::CellThawed, FLEET)),
    ("post /api/admin/fleet/{id}/recreate", Told(AuditAction::CellRecreated, FLEET)),
    ("post /api/admin/fleet/actions", Told(AuditAction::CellStopped, FLEET)),
    ("post /v1/chat/completions", NotTold(CHAT)),
    ("post /api/conversations", NotTold(CHAT)),
    ("patch /api/conversations/{id}", NotTold(CHAT)),
    ("delete /api/conversations/{id}", NotTold(CHAT)),
    ("post /api/conversations/{id}/turns", NotTold(CHAT)),
    ("post /api/conversations/{id}/turns/{turn}/stop", NotTold(CHAT)),
    ("post /api/conversations/{id}/turns/{turn}/retry", NotTold(CHAT)),
    ("post /api/conversations/{id}/turns/{turn}/edit", NotTold(CHAT)),
    (
        "post /api/auth/invitation",
        NotTold("it shows an invitation to whoever has its code; a wrong code is told"),
    ),
    ("post /api/auth/invitation/accept", Told(AuditAction::InvitationAccepted, PEOPLE)),
    ("put /api/admin/users/{id}/role", Told(AuditAction::UserRoleChanged, PEOPLE)),
    ("post /api/admin/users/{id}/disable", Told(AuditAction::UserDisabled, PEOPLE)),
    ("post /api/admin/users/{id}/enable", Told(AuditAction::UserEnabled, PEOPLE)),
    ("post /api/admin/users/{id}/sign-out", Told(AuditAction::SessionsEnded, PEOPLE)),
    ("delete /api/admin/users/{id}", Told(AuditAction::UserDeleted, PEOPLE)),
    ("put /api/admin/breakglass/{id}/password", Told(AuditAction::PasswordReset, PEOPLE)),
    ("post /api/admin/invitations", Told(AuditAction::InvitationMade, PEOPLE)),
    ("delete /api/admin/invitations/{id}", Told(AuditAction::InvitationRevoked, PEOPLE)),
    ("get /api/auth/oidc/callback", Told(AuditAction::Login, OIDC)),
    ("put /api/admin/oidc", Told(AuditAction::OidcChanged, OIDC_CONFIG)),
    ("delete /api/admin/oidc", Told(AuditAction::OidcRemoved, OIDC_CONFIG)),
    ("post /api/admin/oidc/check", NotTold("a look at what a provider tells everybody; nothing is changed")),
    (
        "post /api/admin/oidc/try",
        Told(AuditAction::OidcTried, "a_configuration_is_tried_before_it_is_switched_on"),
    ),
    ("post /api/admin/system-agents", Told(AuditAction::SystemAgentDeclared, SYSTEM)),
    ("put /api/admin/system-agents/{id}", Told(AuditAction::SystemAgentChanged, SYSTEM)),
    ("put /api/admin/system-agents/{id}/provider", Told(AuditAction::ProviderChanged, SYSTEM)),
    ("post /api/admin/system-agents/{id}/start", Told(AuditAction::CellStarted, SYSTEM)),
    ("post /api/admin/system-agents/{id}/stop", Told(AuditAction::CellStopped, SYSTEM)),
    ("post /api/admin/system-agents/{id}/chat/completions", NotTold("a chat, which changes nothing")),
    ("delete /api/admin/system-agents/{id}", Told(AuditAction::SystemAgentDeleted, SYSTEM)),
    ("patch /api/admin/config", Told(AuditAction::SettingChanged, SETTINGS)),
    ("delete /api/admin/config/{key}", Told(AuditAction::SettingChanged, SETTINGS)),
    ("post /api/onboarding/breakglass", Told(AuditAction::UserCreated, SET_UP)),
    ("post /api/onboarding/oidc", Told(AuditAction::OidcChanged, SET_UP_OIDC)),
    ("post /api/onboarding/provider", Told(AuditAction::ProviderAdded, SET_UP)),
    ("post /api/onboarding/agent", Told(AuditAction::AgentAdded, SET_UP)),
    ("post /api/onboarding/complete", Told(AuditAction::OnboardingCompleted, SET_UP)),
    ("get /api/admin/audit/export", Told(AuditAction::AuditExported, HERE)),
];

#[test]
fn every_operation_that_changes_something_is_told_or_said_why_not() {
    let document = include_str!("../../../docs/openapi.json");
    let document: Value = serde_json::from_str(document).expect("JSON");
    let mut documented = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            documented.insert(format!("{method} {path}"));
        }
    }
    for operation in documented.iter().filter(|operation| !operation.starts_with("get ")) {
        let decided = DECISIONS.iter().any(|(known, _)| known == operation);
        assert!(decided, "{operation} is new: does the audit log tell of it? Say so in {}", file!());
    }
    for (operation, decision) in DECISIONS {
        assert!(documented.contains(*operation), "{operation} is gone");
        match decision {
            NotTold(why) => assert!(why.len() > 10, "{operation}: say why not"),
            Told(_, test) => assert!(is_a_test(test), "{operation}: there is no test {test}"),
        }
    }
}

fn is_a_test(name: &str) -> bool {
    let line = format!("async fn {name}()");
    let found = |directory: &str| holds(&Path::new(env!("CARGO_MANIFEST_DIR")).join(directory), &line);
    found("tests/it") || found("storage/tests") || found("http/src")
}

fn holds(directory: &Path, line: &str) -> bool {
    fs::read_dir(directory).expect("our own directory").flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            holds(&path, line)
        } else {
            fs::read_to_string(&path).is_ok_and(|text| text.contains(line))
        }
    })
}
