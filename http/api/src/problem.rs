//! How errors look: `application/problem+json` (RFC 9457) with a code to act on.

use serde::{Deserialize, Serialize};

/// The media type of a [`Problem`].
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong, as a word that programs can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// No token, or one that does not hold.
    Unauthenticated,
    /// The e-mail address and the password do not belong together, or to nobody who may sign in.
    WrongPassword,
    /// The caller may not do this.
    Forbidden,
    /// The set-up code is not the one that Mosaic printed.
    WrongSetupCode,
    /// Mosaic is not set up yet.
    OnboardingRequired,
    /// Another site made a browser send this.
    CrossSite,
    /// There is no such thing, or it is not the caller's.
    NotFound,
    /// The request cannot be understood.
    BadRequest,
    /// The request is understood and cannot be done as asked.
    Invalid,
    /// It clashes with what is there.
    Conflict,
    /// This address does not take that method.
    WrongMethod,
    /// The body did not come in time.
    TooSlow,
    /// It was changed after the caller looked at it.
    Stale,
    /// The request does not say which version the caller looked at.
    VersionMissing,
    /// The body is too large.
    TooLarge,
    /// The body is not declared to be what this address takes.
    WrongType,
    /// The caller has to add a model provider first.
    NoProvider,
    /// The caller has to add an agent first.
    NoAgent,
    /// No agent of the caller's has this name.
    UnknownAgent,
    /// The caller's agent failed to start, or died; it is tried again.
    AgentFailed,
    /// The caller's agent keeps failing, and is not tried again until somebody acts.
    AgentQuarantined,
    /// The caller's agent did not answer in time.
    AgentTimeout,
    /// The agent ended in the middle of its answer.
    AgentDied,
    /// The agent was stopped before it could answer.
    AgentStopped,
    /// The answer is longer than can be given whole; as a stream it can be.
    AnswerTooLong,
    /// The caller's model provider does not accept their key, or their account.
    ProviderRefused,
    /// The caller's model provider takes no more requests now.
    ProviderBusy,
    /// The caller's model provider failed, or could not be reached.
    ProviderFailed,
    /// Too many requests of this caller are in flight.
    TooManyRequests,
    /// Mosaic is shutting down, or a part of it cannot be reached.
    Unavailable,
    /// A fault of Mosaic's own.
    Internal,
}

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Problem {
    /// What kind of problem, in a few words; the same for every problem of one code.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do, in words for the caller.
    pub detail: String,
    /// The word for programs.
    pub code: Code,
    /// Names this request in Mosaic's logs.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub request_id: String,
    /// What is wrong with single values, where several were sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// The same again as OpenAI clients expect it; only under `/v1`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<OpenAiError>,
}

/// What is wrong with one value of several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// Which.
    pub key: String,
    /// What is wrong and what it takes, in words for the caller.
    pub reason: String,
}

/// The error object of OpenAI-compatible APIs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OpenAiError {
    /// What happened.
    pub message: String,
    /// The class of error.
    pub r#type: String,
    /// The word for programs.
    #[serde(default)]
    pub code: Option<String>,
}

impl Code {
    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::Unauthenticated | Self::WrongPassword => 401,
            Self::Forbidden | Self::CrossSite | Self::WrongSetupCode => 403,
            Self::NotFound | Self::UnknownAgent => 404,
            Self::BadRequest => 400,
            Self::Invalid => 422,
            Self::WrongMethod => 405,
            Self::TooSlow => 408,
            Self::Conflict | Self::NoProvider | Self::NoAgent | Self::OnboardingRequired => 409,
            Self::Stale => 412,
            Self::TooLarge => 413,
            Self::WrongType => 415,
            Self::ProviderRefused => 424,
            Self::TooManyRequests | Self::ProviderBusy => 429,
            Self::AgentFailed | Self::AgentQuarantined | Self::AgentStopped | Self::Unavailable => 503,
            Self::AgentDied | Self::AnswerTooLong | Self::ProviderFailed => 502,
            Self::VersionMissing => 428,
            Self::AgentTimeout => 504,
            Self::Internal => 500,
        }
    }

    /// A few words for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Unauthenticated => "Sign in first",
            Self::WrongPassword => "Wrong e-mail address or password",
            Self::Forbidden => "Not allowed",
            Self::WrongSetupCode => "Wrong set-up code",
            Self::OnboardingRequired => "Not set up yet",
            Self::CrossSite => "Sent by another site",
            Self::NotFound => "Not found",
            Self::BadRequest => "The request cannot be understood",
            Self::Invalid => "The request cannot be done as asked",
            Self::Conflict => "It clashes with what is there",
            Self::WrongMethod => "Not that method",
            Self::TooSlow => "Too slow",
            Self::Stale => "Changed by somebody else meanwhile",
            Self::VersionMissing => "Which version?",
            Self::TooLarge => "Too large",
            Self::WrongType => "Not that type",
            Self::NoProvider => "No model provider yet",
            Self::NoAgent => "No agent yet",
            Self::UnknownAgent => "No such agent",
            Self::AgentFailed => "Your agent failed to start",
            Self::AgentQuarantined => "Your agent keeps failing",
            Self::AgentTimeout => "Your agent did not answer in time",
            Self::AgentDied => "Your agent ended in the middle of its answer",
            Self::AgentStopped => "Your agent was stopped",
            Self::AnswerTooLong => "The answer is too long to be given whole",
            Self::ProviderRefused => "Your model provider refused",
            Self::ProviderBusy => "Your model provider takes no more requests now",
            Self::ProviderFailed => "Your model provider failed",
            Self::TooManyRequests => "Too many requests at once",
            Self::Unavailable => "Not available right now",
            Self::Internal => "Something went wrong in Mosaic",
        }
    }

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::WrongPassword => "wrong_password",
            Self::Forbidden => "forbidden",
            Self::WrongSetupCode => "wrong_setup_code",
            Self::OnboardingRequired => "onboarding_required",
            Self::CrossSite => "cross_site",
            Self::NotFound => "not_found",
            Self::BadRequest => "bad_request",
            Self::Invalid => "invalid",
            Self::Conflict => "conflict",
            Self::WrongMethod => "wrong_method",
            Self::TooSlow => "too_slow",
            Self::Stale => "stale",
            Self::VersionMissing => "version_missing",
            Self::TooLarge => "too_large",
            Self::WrongType => "wrong_type",
            Self::NoProvider => "no_provider",
            Self::NoAgent => "no_agent",
            Self::UnknownAgent => "unknown_agent",
            Self::AgentFailed => "agent_failed",
            Self::AgentQuarantined => "agent_quarantined",
            Self::AgentTimeout => "agent_timeout",
            Self::AgentDied => "agent_died",
            Self::AgentStopped => "agent_stopped",
            Self::AnswerTooLong => "answer_too_long",
            Self::ProviderRefused => "provider_refused",
            Self::ProviderBusy => "provider_busy",
            Self::ProviderFailed => "provider_failed",
            Self::TooManyRequests => "too_many_requests",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}

impl Problem {
    /// A problem of this kind, told in these words.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            title: code.title().to_owned(),
            status: code.status(),
            detail: detail.into(),
            code,
            request_id: String::new(),
            errors: Vec::new(),
            error: None,
        }
    }

    /// Adds what OpenAI clients look for, if it is not there already.
    #[must_use]
    pub fn for_openai(self) -> Self {
        if self.error.is_some() {
            return self;
        }
        let kind = match self.status {
            401 => "authentication_error",
            429 => "rate_limit_error",
            400..500 => "invalid_request_error",
            _ => "api_error",
        };
        self.for_openai_as(kind)
    }

    /// Adds what OpenAI clients look for, with this class of error.
    #[must_use]
    pub fn for_openai_as(mut self, kind: &str) -> Self {
        self.error = Some(OpenAiError {
            message: self.detail.clone(),
            r#type: kind.to_owned(),
            code: Some(self.code.as_str().to_owned()),
        });
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_a_problem_or_none_and_what_is_one_reads_back(
            text in r#"\{("(title|status|detail|code|request_id)":("[a-z_é]{0,12}"|[0-9]{1,6}|null),?){0,6}\}|[ -~]{0,40}"#,
            detail in any::<String>(), number in 0_usize..23,
        ) {
            if let Ok(problem) = serde_json::from_str::<Problem>(&text) {
                let again = serde_json::to_string(&problem).expect("plain data");
                prop_assert_eq!(serde_json::from_str::<Problem>(&again).ok(), Some(problem));
            }
            let code = [Code::Invalid, Code::NotFound, Code::TooSlow, Code::WrongType][number % 4];
            let problem = Problem::new(code, detail).for_openai();
            let wire = serde_json::to_string(&problem).expect("plain data");
            prop_assert_eq!(serde_json::from_str::<Problem>(&wire).ok(), Some(problem));
        }
    }

    #[test]
    fn a_code_is_one_word_on_the_wire_and_in_the_log() {
        for code in [Code::NoProvider, Code::TooManyRequests, Code::AgentQuarantined, Code::ProviderRefused] {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }

    #[test]
    fn openai_clients_find_the_message_where_they_look() {
        let problem = Problem::new(Code::TooManyRequests, "wait").for_openai();
        let json = serde_json::to_value(problem).unwrap();
        assert_eq!(json["error"]["message"], "wait");
        assert_eq!(json["error"]["type"], "rate_limit_error");
        assert_eq!(json["status"], 429);
    }
}
