//! Providers that work, and providers that fail in every way a provider can.

use mosaic_model_server::{Behaviour, Listing, ModelServer, ModelServerConfig};

use super::*;

async fn server(config: ModelServerConfig) -> ModelServer {
    ModelServer::start(ModelServerConfig { keys: vec![KEY.to_owned()], ..config }).await.unwrap()
}

fn url(server: &ModelServer, path: &str) -> String {
    format!("http://{}:{}{path}", Egress::HOST_ALIAS, server.addr().port())
}

async fn run(server: &ModelServer, target: &Target) -> ProviderTestResult {
    let trials = trials(Scripted::new(&[]), RootCertStore::empty());
    trials.run(target, &opened(server.addr().port())).await
}

#[tokio::test]
async fn every_kind_of_api_lists_its_models_and_says_a_word() {
    let delta_delay = Duration::from_millis(200);
    let server = server(ModelServerConfig { delta_delay, ..ModelServerConfig::default() }).await;
    for (kind, path) in [
        (ApiKind::OpenaiCompletions, "/v1"),
        (ApiKind::OpenaiResponses, "/v1"),
        (ApiKind::AnthropicMessages, ""),
    ] {
        let result = run(&server, &Target { kind, ..target(&url(&server, path)) }).await;
        assert!(result.ok, "{result:?}");
        assert_eq!(result.models.iter().map(|model| model.id.as_str()).collect::<Vec<_>>(), ["demo"]);
        assert!(result.first_token_millis.is_some());
        let outcomes: Vec<TestOutcome> = result.steps.iter().map(|step| step.outcome).collect();
        let mut expected = [TestOutcome::Ok; 6];
        expected[2] = TestOutcome::Skipped;
        assert_eq!(outcomes, expected, "{result:?}");
        let asked = server.requests().pop().unwrap();
        assert_eq!((asked.model(), asked.body["stream"].as_bool()), ("demo", Some(true)));
        let limit = asked.body["max_tokens"].as_u64().or(asked.body["max_output_tokens"].as_u64());
        assert!(limit.is_some_and(|limit| limit <= 16), "{:?}", asked.body);
    }
    // The connection is closed at the first word: what comes after it is not paid for.
    server.aborted_reach(3).await;
}

#[tokio::test]
async fn a_wrong_key_is_named_and_nothing_more_is_tried() {
    let server = server(ModelServerConfig::default()).await;
    let wrong =
        Target { key: Some(Secret::new("sk-wrong-0123456789".to_owned())), ..target(&url(&server, "/v1")) };
    let result = run(&server, &wrong).await;
    let (step_name, problem, words) = failure(&result);
    assert_eq!((step_name, problem), (TestStepName::Authenticate, TestProblem::WrongKey));
    assert!(words.contains("401") && words.contains("“this key is not accepted”"), "{words}");
    assert_eq!(step(&result, TestStepName::Complete).outcome, TestOutcome::Skipped);
    assert!(server.requests().is_empty());
    let none = run(&server, &Target { key: None, ..wrong }).await;
    assert!(failure(&none).2.contains("asks for a key"));
}

#[tokio::test]
async fn a_list_that_anybody_sees_says_nothing_about_the_key() {
    let server = ModelServer::start(ModelServerConfig::default()).await.unwrap();
    let shown = Target { lists_to_anybody: true, model: None, ..target(&url(&server, "/v1")) };
    let result = run(&server, &shown).await;
    assert!(result.ok);
    assert_eq!(step(&result, TestStepName::Authenticate).outcome, TestOutcome::Skipped);
    assert_eq!(step(&result, TestStepName::Complete).detail, "No model was chosen.");
}

#[tokio::test]
async fn a_wrong_path_is_told_with_the_right_one() {
    let server = server(ModelServerConfig::default()).await;
    let cases = [(ApiKind::OpenaiCompletions, "", "/v1"), (ApiKind::AnthropicMessages, "/v1", "")];
    for (kind, wrong, right) in cases {
        let result = run(&server, &Target { kind, ..target(&url(&server, wrong)) }).await;
        let (name, problem, words) = failure(&result);
        assert_eq!((name, problem), (TestStepName::Models, TestProblem::WrongPath));
        assert!(words.contains(&format!(" At {} there is one", url(&server, right))), "{words}");
    }
    let result = run(&server, &target(&url(&server, "/nowhere"))).await;
    assert!(failure(&result).2.ends_with("mostly end in /v1."), "{result:?}");
}

#[tokio::test]
async fn a_provider_without_a_list_may_answer_all_the_same() {
    let server = server(ModelServerConfig { listing: Listing::None, ..ModelServerConfig::default() }).await;
    let result = run(&server, &target(&url(&server, "/v1"))).await;
    assert!(result.ok, "{result:?}");
    assert_eq!(step(&result, TestStepName::Models).outcome, TestOutcome::Warning);
    assert_eq!(step(&result, TestStepName::Authenticate).outcome, TestOutcome::Ok);
}

#[tokio::test]
async fn what_is_wrong_with_the_model_or_the_account_is_in_the_providers_words() {
    let server = server(ModelServerConfig { only_these_models: true, ..ModelServerConfig::default() }).await;
    let there = target(&url(&server, "/v1"));
    let unknown = Target { model: Some("gpt-9".to_owned()), ..there.clone() };
    let (name, problem, words) = failure(&run(&server, &unknown).await);
    assert_eq!((name, problem), (TestStepName::Complete, TestProblem::UnknownModel));
    assert!(words.contains("“The model `gpt-9` does not exist”"), "{words}");

    let refuse = |status, message: &str| Behaviour::Refuse { status, message: message.to_owned() };
    for (behaviour, problem, said) in [
        (refuse(429, "You exceeded your current quota"), TestProblem::QuotaExceeded, "your current quota"),
        (refuse(402, "Insufficient Balance"), TestProblem::QuotaExceeded, "Insufficient Balance"),
        (refuse(429, "Slow down"), TestProblem::RateLimited, "Slow down"),
        (refuse(403, "Your country is not supported"), TestProblem::NotAllowed, "Your country"),
        (refuse(500, "Oh no"), TestProblem::ProviderFault, "500 Internal Server Error): “Oh no”"),
        (refuse(401, &format!("Not with {KEY}")), TestProblem::WrongKey, "“Not with (key)”"),
        (Behaviour::ErrorInStream("Overloaded".to_owned()), TestProblem::ProviderFault, "“Overloaded”"),
        (Behaviour::Page, TestProblem::BadAnswer, "no stream of events"),
        (Behaviour::Cut { after: 0 }, TestProblem::Broken, "ended in the middle"),
    ] {
        server.script(behaviour.clone());
        let (_, found, words) = failure(&run(&server, &there).await);
        assert_eq!(found, problem, "{behaviour:?}: {words}");
        assert!(words.contains(said), "{words}");
    }
}

#[tokio::test]
async fn a_model_that_thinks_or_counts_otherwise_is_there_all_the_same() {
    let server = server(ModelServerConfig::default()).await;
    let refuse = |message: &str| Behaviour::Refuse { status: 400, message: message.to_owned() };
    server.script(refuse(
        "'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    ));
    let result = run(&server, &target(&url(&server, "/v1"))).await;
    assert!(result.ok, "{result:?}");
    let asked: Vec<_> =
        server.requests().iter().map(|it| it.body["max_completion_tokens"].as_u64()).collect();
    assert_eq!(asked, [None, Some(1)]);

    server
        .script(refuse("Could not finish the message because max_tokens or model output limit was reached."));
    assert!(run(&server, &target(&url(&server, "/v1"))).await.ok);
    assert_eq!(server.requests().len(), 3, "an answer that is clear was asked for again");
}

#[tokio::test]
async fn what_is_no_list_of_models_is_not_taken_for_one() {
    let refuse = |status, message: &str| Listing::Refuse { status, message: message.to_owned() };
    for (listing, problem, said) in [
        (Listing::Page, TestProblem::BadAnswer, "no list of models"),
        (refuse(503, "Down for maintenance"), TestProblem::ProviderFault, "Down for maintenance"),
        (refuse(403, "Missing scopes"), TestProblem::NotAllowed, "Missing scopes"),
    ] {
        let server = server(ModelServerConfig { listing, ..ModelServerConfig::default() }).await;
        let without = Target { model: None, ..target(&url(&server, "/v1")) };
        let (name, found, words) = failure(&run(&server, &without).await);
        assert_eq!((name, found), (TestStepName::Models, problem));
        assert!(words.contains(said), "{words}");
    }
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let inside = ModelServer::start(ModelServerConfig::default()).await.unwrap();
    let place = format!("http://127.0.0.1:{}/v1/models", inside.addr().port());
    let listing = Listing::Redirect(place.clone());
    let server = server(ModelServerConfig { listing, ..ModelServerConfig::default() }).await;
    let without = Target { model: None, ..target(&url(&server, "/v1")) };
    let (name, problem, words) = failure(&run(&server, &without).await);
    assert_eq!((name, problem), (TestStepName::Models, TestProblem::Redirected));
    assert!(words.contains(&place), "{words}");
    let list = trials(Scripted::new(&[]), RootCertStore::empty());
    let fault = list.models(&without, &opened(server.addr().port())).await.unwrap_err();
    assert_eq!(fault.problem, TestProblem::Redirected);
}

#[tokio::test(start_paused = true)]
async fn a_model_that_never_answers_is_given_up() {
    let server = server(ModelServerConfig::default()).await;
    server.script(Behaviour::Hang);
    let (name, problem, words) = failure(&run(&server, &target(&url(&server, "/v1"))).await);
    assert_eq!((name, problem), (TestStepName::Complete, TestProblem::Timeout));
    assert!(words.contains("within 30 s"), "{words}");
}

#[tokio::test]
async fn a_port_where_nobody_listens_refuses() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let (gone, allowed) = (target(&format!("http://{}:{port}/v1", Egress::HOST_ALIAS)), opened(port));
    let trials = trials(Scripted::new(&[]), RootCertStore::empty());
    let (name, problem, words) = failure(&trials.run(&gone, &allowed).await);
    assert_eq!((name, problem), (TestStepName::Connect, TestProblem::Refused));
    assert!(words.contains("connection refused"), "{words}");
}

#[tokio::test]
async fn what_speaks_no_http_is_told() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mut answering = tokio::task::JoinSet::new();
    answering.spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 1_024];
            // Whatever is asked, and however the client takes it.
            let _ = stream.read(&mut asked).await;
            let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n").await;
        }
    });
    let trials = trials(Scripted::new(&[]), RootCertStore::empty());
    let there = target(&format!("http://{}:{port}/v1", Egress::HOST_ALIAS));
    let (name, problem, words) = failure(&trials.run(&there, &opened(port)).await);
    assert_eq!((name, problem), (TestStepName::Models, TestProblem::Broken));
    assert!(words.contains("no HTTP"), "{words}");
}
