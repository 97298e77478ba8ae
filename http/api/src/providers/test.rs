//! Trying a provider's connection out.

use serde::{Deserialize, Serialize};

use super::{ApiKindBody, ModelBody};
use crate::SecretText;

/// A provider that is not saved yet, to be tried out.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TestProvider {
    /// The word of a preset; it says kind and base URL where these are not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// Which API it speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ApiKindBody>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// The key to try; it is not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(value_type = Option<String>, write_only))]
    pub api_key: Option<SecretText>,
    /// The model to ask for a word; without one only the list of models is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// How to try a saved provider out.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TestSavedProvider {
    /// The model to ask for a word; without one the first that is saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
}

/// One step of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum TestStepName {
    /// The name is looked up.
    Dns,
    /// A connection is made.
    Connect,
    /// The connection is encrypted, and the certificate looked at.
    Tls,
    /// The key is shown.
    Authenticate,
    /// The list of models is asked for.
    Models,
    /// A model is asked for a word.
    Complete,
}

impl TestStepName {
    /// Every step of a test, in order.
    pub const ALL: [Self; 6] =
        [Self::Dns, Self::Connect, Self::Tls, Self::Authenticate, Self::Models, Self::Complete];
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum TestOutcome {
    /// Well.
    Ok,
    /// Not well, but the provider may be used all the same.
    Warning,
    /// Not well.
    Failed,
    /// It was not tried.
    Skipped,
}

/// What went wrong in a step, as a word that programs can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum TestProblem {
    /// The name stands for no address.
    UnknownHost,
    /// The address is closed to users.
    ClosedAddress,
    /// Nothing listens there.
    Refused,
    /// No way leads there.
    Unreachable,
    /// It took too long.
    Timeout,
    /// The certificate is no longer, or not yet, valid.
    CertificateExpired,
    /// Nobody known vouches for the certificate.
    CertificateUnknownIssuer,
    /// The certificate is for another name.
    CertificateWrongName,
    /// The connection could not be encrypted for another reason.
    TlsFailed,
    /// The connection ended, or what came was no HTTP.
    Broken,
    /// The key is not accepted.
    WrongKey,
    /// The key is accepted, and may not do this.
    NotAllowed,
    /// There is no such API under this base URL.
    WrongPath,
    /// It answers with the address of something else; none is followed.
    Redirected,
    /// There is no such model.
    UnknownModel,
    /// Nothing is left to spend.
    QuotaExceeded,
    /// Too many requests.
    RateLimited,
    /// The provider's own fault.
    ProviderFault,
    /// The request was refused for a reason of its own.
    RequestRefused,
    /// What came is not what such a provider answers.
    BadAnswer,
}

/// One step of a test, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TestStep {
    /// Which.
    pub step: TestStepName,
    /// How it ended.
    pub outcome: TestOutcome,
    /// How long it took. Milliseconds.
    pub millis: u64,
    /// What happened, in words; in the provider's own where it gave some.
    pub detail: String,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<TestProblem>,
}

/// How a test ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProviderTestResult {
    /// Whether agents could use the provider as it was tried.
    pub ok: bool,
    /// Every step, in order.
    pub steps: Vec<TestStep>,
    /// The models the provider lists.
    pub models: Vec<ModelBody>,
    /// The model that was asked for a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// How long its first word took. Milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_token_millis: Option<u64>,
}
