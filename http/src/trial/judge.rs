//! From a refusal to what is wrong, in the provider's own words where it has some.

use http::{StatusCode, header};
use mosaic_api::TestProblem;

use super::{
    Fault,
    talk::Answer,
    words::{own_words, tidy},
};

/// Words by which providers mean that nothing is left to spend, whatever the status.
const QUOTA: [&str; 5] = ["quota", "billing", "credit", "balance", "insufficient funds"];

/// What was asked for when the refusal came.
#[derive(Debug, Clone, Copy)]
pub(super) enum Asked<'a> {
    /// The list of models.
    Models,
    /// A word of this model; and whether the list of models was given before.
    Word { model: &'a str, listed: bool },
}

/// What is wrong.
pub(super) fn judge(answer: &Answer, asked: Asked<'_>, key: Option<&str>) -> Fault {
    let words = own_words(&answer.body, key);
    let status = answer.status;
    if status.is_redirection() {
        return Fault::new(TestProblem::Redirected, redirected(answer, key));
    }
    let problem = problem(status, words.as_deref().unwrap_or_default(), asked, key.is_some());
    let detail = format!("{} ({})", meaning(problem, asked, key.is_some()), status_words(status));
    let detail = match words {
        Some(words) => format!("{detail}: “{words}”"),
        None => format!("{detail}."),
    };
    Fault::new(problem, detail)
}

/// What a provider says within a stream that it began.
pub(super) fn judge_words(words: &str, key: Option<&str>) -> Fault {
    let words = tidy(words, key);
    let problem = if says(&words, &QUOTA) { TestProblem::QuotaExceeded } else { TestProblem::ProviderFault };
    Fault::new(problem, format!("The answer began and turned into an error: “{words}”"))
}

fn problem(status: StatusCode, words: &str, asked: Asked<'_>, has_key: bool) -> TestProblem {
    let names_model = says(words, &["model"]);
    match status.as_u16() {
        401 => TestProblem::WrongKey,
        // Google and xAI say so of a wrong key.
        400 if has_key && says(words, &["api key", "api_key", "apikey"]) => TestProblem::WrongKey,
        402 => TestProblem::QuotaExceeded,
        400 | 403 | 429 if says(words, &QUOTA) => TestProblem::QuotaExceeded,
        403 => TestProblem::NotAllowed,
        429 => TestProblem::RateLimited,
        404 | 405 => match asked {
            Asked::Word { listed, .. } if listed || names_model => TestProblem::UnknownModel,
            _ => TestProblem::WrongPath,
        },
        400 | 422 if matches!(asked, Asked::Word { .. }) && names_model && says(words, &UNKNOWN) => {
            TestProblem::UnknownModel
        }
        500.. => TestProblem::ProviderFault,
        _ => TestProblem::RequestRefused,
    }
}

/// Words by which providers mean that they do not have it.
const UNKNOWN: [&str; 6] =
    ["not exist", "not found", "unknown", "invalid model", "not a valid model", "no such"];

fn says(words: &str, any: &[&str]) -> bool {
    let words = words.to_lowercase();
    any.iter().any(|word| words.contains(word))
}

fn meaning(problem: TestProblem, asked: Asked<'_>, has_key: bool) -> String {
    match problem {
        TestProblem::WrongKey if has_key => "The provider does not accept the key".to_owned(),
        TestProblem::WrongKey => "The provider asks for a key".to_owned(),
        TestProblem::NotAllowed => "The provider does not allow this with the key".to_owned(),
        TestProblem::QuotaExceeded => "The account at the provider has nothing left to spend".to_owned(),
        TestProblem::RateLimited => "The provider takes no more requests at the moment".to_owned(),
        TestProblem::UnknownModel => match asked {
            Asked::Word { model, .. } => format!("The provider has no model {model:?}"),
            Asked::Models => "The provider has no such model".to_owned(),
        },
        TestProblem::WrongPath => "There is no such API at this base URL".to_owned(),
        TestProblem::ProviderFault => "The provider itself failed".to_owned(),
        _ => "The provider refused the request".to_owned(),
    }
}

fn status_words(status: StatusCode) -> String {
    match status.canonical_reason() {
        Some(reason) => format!("{} {reason}", status.as_u16()),
        None => status.as_u16().to_string(),
    }
}

fn redirected(answer: &Answer, key: Option<&str>) -> String {
    let place = answer.headers.get(header::LOCATION).and_then(|place| place.to_str().ok());
    match place {
        Some(place) => format!(
            "The server sends on to “{}”. Mosaic follows nobody: write the address where the API really is.",
            tidy(place, key)
        ),
        None => {
            "The server sends on to another address. Mosaic follows nobody: write where the API really is."
                .to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn judged(status: u16, body: &str, asked: Asked<'_>) -> Fault {
        let status = StatusCode::from_u16(status).unwrap();
        let answer = Answer { status, headers: HeaderMap::new(), body: body.to_owned().into() };
        judge(&answer, asked, Some("sk-secret-key-123456"))
    }

    #[test]
    fn documented_refusals_are_understood() {
        let word = Asked::Word { model: "m", listed: false };
        for (status, body, asked, problem) in [
            (401, r#"{"error":{"message":"Incorrect API key"}}"#, Asked::Models, TestProblem::WrongKey),
            (400, r#"[{"error":{"message":"API key not valid."}}]"#, Asked::Models, TestProblem::WrongKey),
            (403, r#"{"error":{"message":"Missing scopes"}}"#, Asked::Models, TestProblem::NotAllowed),
            (402, r#"{"error":{"message":"Insufficient Balance"}}"#, word, TestProblem::QuotaExceeded),
            (
                429,
                r#"{"error":{"message":"You exceeded your current quota"}}"#,
                word,
                TestProblem::QuotaExceeded,
            ),
            (
                400,
                r#"{"error":{"message":"Your credit balance is too low"}}"#,
                word,
                TestProblem::QuotaExceeded,
            ),
            (429, r#"{"error":{"message":"Slow down"}}"#, word, TestProblem::RateLimited),
            (404, r#"{"error":{"message":"The model `m` does not exist"}}"#, word, TestProblem::UnknownModel),
            (400, r#"{"error":{"message":"Model Not Exist"}}"#, word, TestProblem::UnknownModel),
            (404, "404 page not found", word, TestProblem::WrongPath),
            (404, "", Asked::Word { model: "m", listed: true }, TestProblem::UnknownModel),
            (404, "", Asked::Models, TestProblem::WrongPath),
            (529, r#"{"error":{"message":"Overloaded"}}"#, word, TestProblem::ProviderFault),
            (503, "", word, TestProblem::ProviderFault),
            (400, r#"{"error":{"message":"max_tokens is too small"}}"#, word, TestProblem::RequestRefused),
        ] {
            assert_eq!(judged(status, body, asked).problem, problem, "{status} {body}");
        }
    }

    #[test]
    fn the_providers_words_are_quoted_without_the_key() {
        let fault =
            judged(401, r#"{"error":{"message":"Incorrect API key: sk-secret-key-123456"}}"#, Asked::Models);
        assert_eq!(
            fault.detail,
            "The provider does not accept the key (401 Unauthorized): “Incorrect API key: (key)”"
        );
    }
}
