//! Errors as answers: every error of this crate becomes a [`Problem`], in one place.

use std::time::Duration;

use axum::{
    Json,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use mosaic_actors::FleetError;
use mosaic_api::{Code, FieldProblem, PROBLEM_JSON, Problem};
use mosaic_model::{AssemblyError, Clock, SettingError};
use mosaic_storage::{SetError, StoreError};

/// Names a request in logs and problems.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// How long a client should wait when Mosaic cannot say better.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// An error on its way to the client.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    problem: Box<Problem>,
    retry_after: Option<Duration>,
}

impl Failure {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { problem: Box::new(Problem::new(code, detail)), retry_after: None }
    }

    /// Keeps a class of error that somebody else has given it, for clients of OpenAI's API.
    pub(crate) fn of_type(mut self, kind: &str) -> Self {
        if !kind.is_empty() {
            *self.problem = self.problem.for_openai_as(kind);
        }
        self
    }

    pub(crate) fn not_found() -> Self {
        Self::new(Code::NotFound, "There is nothing here under that name.")
    }

    /// Shut out since the request was let in.
    pub(crate) fn barred() -> Self {
        Self::new(Code::Forbidden, "This account was shut out. Ask an administrator.")
    }

    /// Done as far as the database goes, and not yet at the container engine.
    pub(crate) fn half_done(detail: impl Into<String>) -> Self {
        Self { retry_after: Some(RETRY_AFTER), ..Self::new(Code::Unavailable, detail) }
    }

    /// Too often: come back after this long.
    pub(crate) fn wait(wait: chrono::TimeDelta, detail: impl Into<String>) -> Self {
        let wait = wait.to_std().unwrap_or_default() + Duration::from_secs(1);
        Self { retry_after: Some(wait), ..Self::new(Code::TooManyRequests, detail) }
    }

    /// With what is wrong with single values.
    #[must_use]
    pub(crate) fn about(mut self, errors: Vec<FieldProblem>) -> Self {
        self.problem.errors = errors;
        self
    }

    pub(crate) fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Words a fleet error for the user. The cause is the owner's own, so they may see it.
    pub(crate) fn from_fleet(error: FleetError, clock: &dyn Clock) -> Self {
        match error {
            FleetError::Failed { cause, retry_at } => {
                let wait = (retry_at - clock.now()).to_std().unwrap_or_default();
                let secs = wait.as_secs() + 1;
                let detail =
                    format!("Your agent failed: {cause}. The next try is in {secs} s.{}", last_words(&cause));
                Self { retry_after: Some(Duration::from_secs(secs)), ..Self::new(Code::AgentFailed, detail) }
            }
            FleetError::Quarantined { cause } => {
                let what_to_do =
                    "It is not tried again until you change its settings or ask for another try.";
                let detail = format!("Your agent keeps failing: {cause}. {what_to_do}{}", last_words(&cause));
                Self::new(Code::AgentQuarantined, detail)
            }
            FleetError::Stopped => Self::new(
                Code::AgentStopped,
                "Your agent was stopped before it could answer. Ask again to wake it.",
            ),
            FleetError::Draining => Self {
                retry_after: Some(RETRY_AFTER),
                ..Self::new(
                    Code::Unavailable,
                    "An administrator has your agent end what it does; it takes nothing new until it has stopped. \
                     Ask again in a moment.",
                )
            },
            FleetError::Refused(refused) => Self::new(Code::Conflict, sentence(&refused)),
            FleetError::TooMany { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(
                    Code::TooManyRequests,
                    "You have too many requests in flight. Wait for some to end.",
                )
            },
            FleetError::Crowded { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(
                    Code::Unavailable,
                    "Too many people wake their agents right now. Try again in a moment.",
                )
            },
            FleetError::Barred => Self::barred(),
            FleetError::Engine(_) => {
                Self { retry_after: Some(RETRY_AFTER), ..Self::new(Code::Unavailable, sentence(&error)) }
            }
            FleetError::Timeout => Self::new(Code::AgentTimeout, "Your agent did not answer in time."),
            FleetError::Died => {
                Self::new(Code::AgentDied, "Your agent ended before it answered. Ask again: it starts anew.")
            }
            FleetError::ShuttingDown => Self {
                retry_after: Some(RETRY_AFTER),
                ..Self::new(Code::Unavailable, "Mosaic is restarting. Try again in a few seconds.")
            },
        }
    }
}

fn last_words(cause: &mosaic_model::Cause) -> String {
    match cause.stderr() {
        [] => String::new(),
        lines => format!(" Its last words: {}", lines.join(" | ")),
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::not_found(),
            StoreError::Conflict(_)
            | StoreError::InUse { .. }
            | StoreError::ModelInUse { .. }
            | StoreError::Refused(_) => Self::new(Code::Conflict, sentence(&error)),
            StoreError::Stale { .. } => {
                Self::new(Code::Stale, format!("{} Look at it again, then change it.", sentence(&error)))
            }
            StoreError::Invalid(_) => Self::new(Code::Invalid, sentence(&error)),
            StoreError::Off(_) => {
                Self::new(Code::Forbidden, format!("{} Ask an administrator.", sentence(&error)))
            }
            StoreError::Busy => Self {
                retry_after: Some(RETRY_AFTER),
                ..Self::new(Code::TooManyRequests, "Too many sign-ins at once. Try again in a few seconds.")
            },
            error if error.is_transient() => {
                log(&error);
                Self {
                    retry_after: Some(RETRY_AFTER),
                    ..Self::new(
                        Code::Unavailable,
                        "Mosaic cannot reach its database. Try again in a few seconds.",
                    )
                }
            }
            error => {
                log(&error);
                Self::new(Code::Internal, "Something went wrong in Mosaic; its log says what.")
            }
        }
    }
}

impl From<SetError> for Failure {
    fn from(error: SetError) -> Self {
        match error {
            SetError::Refused(errors) => {
                let about = |error: &SettingError| FieldProblem {
                    key: error.key.clone(),
                    reason: sentence(&error.reason),
                };
                let about = errors.iter().map(about).collect();
                Self::new(Code::Invalid, sentence(&SetError::Refused(errors))).about(about)
            }
            SetError::Changed(_) => Self::new(
                Code::Stale,
                "Somebody has changed the settings since you looked at them. Look again, then change them.",
            ),
            SetError::Store(error) => error.into(),
        }
    }
}

impl From<AssemblyError> for Failure {
    fn from(error: AssemblyError) -> Self {
        let code = match error {
            AssemblyError::NoProvider => Code::NoProvider,
            AssemblyError::NoAgent => Code::NoAgent,
            AssemblyError::DanglingModel(_) => Code::Conflict,
        };
        Self::new(code, sentence(&error))
    }
}

/// An error's own words as a sentence.
pub(crate) fn sentence(error: &dyn std::fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// The whole chain, once.
fn log(error: &dyn std::error::Error) {
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        chain.push_str(": ");
        chain.push_str(&cause.to_string());
        source = cause.source();
    }
    tracing::error!(error = chain, "a request failed");
}

impl IntoResponse for Failure {
    /// The body is written by [`write_problems`], which knows the request's id.
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        if let Some(wait) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Middleware: gives every problem its request id and its body.
pub(crate) async fn write_problems(request: Request, next: Next) -> Response {
    let id =
        request.headers().get(&REQUEST_ID).and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    let is_openai = request.uri().path().starts_with("/v1/");
    let mut response = next.run(request).await;
    let problem = match response.extensions_mut().remove::<Failure>() {
        Some(failure) => *failure.problem,
        None => match framework_problem(response.status(), response.headers()) {
            Some(problem) => problem,
            None => return response,
        },
    };
    let problem = Problem { request_id: id, ..problem };
    let problem = if is_openai { problem.for_openai() } else { problem };
    let (mut parts, _) = response.into_parts();
    let (json_parts, body) = Json(&problem).into_response().into_parts();
    parts.headers.extend(json_parts.headers);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, body)
}

/// What the framework refuses by itself, in our form. Answers of gateways are JSON and left alone.
fn framework_problem(status: StatusCode, headers: &http::HeaderMap) -> Option<Problem> {
    let is_text = headers.get(header::CONTENT_TYPE).is_none_or(|it| it.as_bytes().starts_with(b"text/plain"));
    if !(status.is_client_error() || status == StatusCode::GATEWAY_TIMEOUT) || !is_text {
        return None;
    }
    let (code, detail) = match status {
        StatusCode::NOT_FOUND => (Code::NotFound, "There is nothing at this address."),
        StatusCode::METHOD_NOT_ALLOWED => (Code::WrongMethod, "This address does not take that method."),
        StatusCode::PAYLOAD_TOO_LARGE => (Code::TooLarge, "The body is larger than this address takes."),
        StatusCode::REQUEST_TIMEOUT => (Code::TooSlow, "The body did not come in time."),
        StatusCode::GATEWAY_TIMEOUT => (Code::Unavailable, "Mosaic took too long over this. Try again."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            (Code::WrongType, "Send JSON, with Content-Type: application/json.")
        }
        _ => (Code::BadRequest, "The request cannot be understood."),
    };
    Some(Problem { status: status.as_u16(), ..Problem::new(code, detail) })
}
