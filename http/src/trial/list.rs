//! The provider's own list of models.

use bytes::Bytes;
use http::Method;
use mosaic_api::TestProblem;
use mosaic_model::{ProviderModel, read_model_list};
use serde_json::Value;

use super::{
    Fault, Target,
    connect::{Line, Road},
    judge::{Asked, judge},
    talk::{ask, request, whole},
};

/// Asks for the list; where its path is wrong, looks whether another one is right.
pub(super) async fn list(target: &Target, road: &Road) -> Result<Vec<ProviderModel>, Fault> {
    let answer = ask_for_list(target, road.line().await?).await?;
    if answer.status.is_success() {
        let value = serde_json::from_slice::<Value>(&answer.body).ok();
        return value.as_ref().and_then(read_model_list).ok_or_else(|| {
            let detail =
                "What came is no list of models. Is this the base URL of an API, and not of a web page?";
            Fault::new(TestProblem::BadAnswer, detail)
        });
    }
    let mut fault = judge(&answer, Asked::Models, target.key_text());
    if fault.problem == TestProblem::WrongPath {
        fault.detail.push_str(&other_path(target, road).await);
    }
    Err(fault)
}

async fn ask_for_list(target: &Target, line: Box<dyn Line>) -> Result<super::talk::Answer, Fault> {
    let request = request(target, Method::GET, target.kind.models_path(), Bytes::new())?;
    ask(line, request, whole).await
}

/// Whether the same with or without `/v1` is an API, in words.
async fn other_path(target: &Target, road: &Road) -> String {
    let Some(url) = target.url.with_version_toggled() else { return String::new() };
    let other = Target { url, ..target.clone() };
    let answer = match road.line().await {
        Ok(line) => ask_for_list(&other, line).await,
        Err(fault) => Err(fault),
    };
    match answer {
        Ok(answer) if answer.status.is_success() || matches!(answer.status.as_u16(), 401 | 403) => {
            format!(" At {} there is one: use that as the base URL.", other.url)
        }
        _ if target.kind.wants_version() => " Base URLs of this kind mostly end in /v1.".to_owned(),
        _ => " Base URLs of this kind do not end in /v1.".to_owned(),
    }
}
