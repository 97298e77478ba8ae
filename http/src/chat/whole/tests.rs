//! How a stream that was wanted whole ends for the client.

use std::convert::Infallible;

use futures_util::{StreamExt, stream};
use http_body::Frame;
use http_body_util::StreamBody;
use mosaic_api::Problem;

use super::*;

const ANSWER: &str = "data: {\"id\":\"a\",\"choices\":[{\"delta\":{\"content\":\"hello\"}}]}\n\n";

fn body(chunks: &[&'static str]) -> impl Body<Data = Bytes, Error = Infallible> + Unpin + use<> {
    let chunks: Vec<_> =
        chunks.iter().map(|chunk| Ok(Frame::data(Bytes::from_static(chunk.as_bytes())))).collect();
    StreamBody::new(stream::iter(chunks))
}

async fn problem(chunks: &[&'static str]) -> Problem {
    let ending = assemble(body(chunks)).await.expect_err("no answer");
    failure(ending).problem().clone().for_openai()
}

#[tokio::test]
async fn an_answer_is_the_same_however_its_bytes_were_cut() {
    let answer = assemble(body(&[
        "data: {\"id\":\"a\",\"choi",
        "ces\":[{\"delta\":{\"content\":\"hello\"}}]}\n",
        "\ndata: [DO",
        "NE]\n\n",
    ]));
    let answer = answer.await.expect("whole");
    assert_eq!(answer["choices"][0]["message"]["content"], "hello");
    assert_eq!(assemble(body(&[ANSWER, "data: [DONE]\n\n"])).await, Ok(answer));
}

#[tokio::test]
async fn a_provider_that_refused_is_quoted_with_a_code_to_act_on() {
    for (kind, code, status) in [
        ("authentication_error", Code::ProviderRefused, 424),
        ("permission_error", Code::ProviderRefused, 424),
        ("insufficient_quota", Code::ProviderRefused, 424),
        ("rate_limit_error", Code::ProviderBusy, 429),
        ("invalid_request_error", Code::Invalid, 422),
        ("api_error", Code::ProviderFailed, 502),
        ("", Code::ProviderFailed, 502),
    ] {
        let event = format!(
            "data: {{\"error\":{{\"message\":\"their own words\",\"type\":\"{kind}\"}}}}\n\ndata: [DONE]\n\n"
        );
        let problem = problem(&[ANSWER, event.leak()]).await;
        assert_eq!((problem.code, problem.status), (code, status), "{kind}");
        assert!(problem.detail.ends_with(": their own words"), "{}", problem.detail);
        let error = problem.error.expect("for OpenAI's clients");
        assert_eq!(error.message, problem.detail);
        assert_eq!(error.code.as_deref(), Some(code.as_str()));
        assert_eq!(error.r#type, if kind.is_empty() { "api_error" } else { kind });
    }
}

#[tokio::test]
async fn endless_words_are_cut() {
    let event = format!("data: {{\"error\":{{\"message\":\"{}\"}}}}\n\n", "ä".repeat(100_000));
    assert!(problem(&[event.leak()]).await.detail.chars().count() < WORDS_MAX_CHARS + 100);
}

#[tokio::test]
async fn a_stream_without_its_end_is_a_death_and_never_an_answer() {
    for chunks in [&[ANSWER][..], &[ANSWER, "data: [DO"], &[ANSWER, "data: {\n\n", "data: [DONE]\n\n"], &[]] {
        assert_eq!(problem(chunks).await.code, Code::AgentDied, "{chunks:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_given_up() {
    let stalled = StreamBody::new(
        stream::iter([Ok::<_, Infallible>(Frame::data(Bytes::from_static(ANSWER.as_bytes())))])
            .chain(stream::pending()),
    );
    assert_eq!(assemble(stalled).await, Err(Ending::TooLate));
}
