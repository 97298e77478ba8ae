//! Names that lead where they must not.

use mosaic_model_server::{ModelServer, ModelServerConfig};
use proptest::prelude::*;

use super::*;

#[tokio::test]
async fn a_name_that_stands_for_something_else_a_moment_later_gains_nothing() {
    let inside = ModelServer::start(ModelServerConfig::default()).await.unwrap();
    let url = format!("http://rebinding.example:{}/v1", inside.addr().port());
    // The first look-up is harmless, every other one is this machine.
    let trials = trials(Scripted::new(&[&["198.51.100.7"], &["127.0.0.1"]]), RootCertStore::empty());
    let allowed =
        ["198.51.100.7", "127.0.0.1"].map(|ip| format!("{ip}:{}", inside.addr().port()).parse().unwrap());
    let (name, problem, _) = failure(&trials.run(&target(&url), &allowed).await);
    assert_eq!(name, TestStepName::Connect, "the connection went to the address that was checked");
    assert!(matches!(problem, TestProblem::Timeout | TestProblem::Unreachable | TestProblem::Refused));
    let (name, problem, words) = failure(&trials.run(&target(&url), &allowed).await);
    assert_eq!((name, problem), (TestStepName::Dns, TestProblem::ClosedAddress));
    assert!(words.contains("Rebinding.example is a loopback address"), "{words}");
    assert!(inside.requests().is_empty());
    let refused = trials.models(&target(&url), &allowed).await.unwrap_err();
    assert_eq!(refused.problem, TestProblem::ClosedAddress);
}

#[tokio::test]
async fn a_name_of_this_machine_is_closed_however_it_is_written() {
    let inside = ModelServer::start(ModelServerConfig::default()).await.unwrap();
    let port = inside.addr().port();
    for answer in
        ["127.0.0.1", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "0.0.0.0", "::", "2002:7f00:1::1"]
    {
        let trials = trials(Scripted::new(&[&[answer]]), RootCertStore::empty());
        let there = target(&format!("http://evil.example:{port}/v1"));
        let (name, problem, _) = failure(&trials.run(&there, &opened(port)).await);
        assert_eq!((name, problem), (TestStepName::Dns, TestProblem::ClosedAddress), "{answer}");
    }
    for host in ["127.0.0.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:7f00:1]", "localhost"] {
        let trials = trials(Scripted::new(&[&["127.0.0.1"]]), RootCertStore::empty());
        let there = target(&format!("http://{host}:{port}/v1"));
        let (_, problem, _) = failure(&trials.run(&there, &opened(port)).await);
        assert_eq!(problem, TestProblem::ClosedAddress, "{host}");
    }
    assert!(inside.requests().is_empty());
}

#[tokio::test]
async fn the_hosts_own_name_is_closed_but_for_ports_that_an_admin_opened() {
    let inside = ModelServer::start(ModelServerConfig::default()).await.unwrap();
    let port = inside.addr().port();
    let there = target(&format!("http://{}:{port}/v1", Egress::HOST_ALIAS));
    let trials = trials(Scripted::new(&[]), RootCertStore::empty());
    let (_, problem, words) = failure(&trials.run(&there, &opened(1)).await);
    assert_eq!(problem, TestProblem::ClosedAddress);
    assert!(words.contains(&format!("add host.mosaic.internal:{port} to allowed_egress")), "{words}");
    assert!(trials.run(&there, &opened(port)).await.ok);
}

#[tokio::test]
async fn names_that_lead_nowhere_are_told_apart() {
    let run = async |answers: &[&[&str]]| {
        let trials = trials(Scripted::new(answers), RootCertStore::empty());
        let result = trials.run(&target("https://models.example/v1"), &[]).await;
        let (name, problem, words) = failure(&result);
        assert_eq!(name, TestStepName::Dns);
        assert!(result.steps[1..].iter().all(|step| step.outcome == TestOutcome::Skipped));
        (problem, words)
    };
    assert_eq!(run(&[]).await.0, TestProblem::UnknownHost);
    assert_eq!(run(&[&[]]).await.0, TestProblem::UnknownHost);
    let (problem, words) = run(&[&["2606:4700::1111"]]).await;
    assert_eq!(problem, TestProblem::ClosedAddress);
    assert!(words.contains("agents speak IPv4 only"), "{words}");
    let (_, words) = run(&[&["2606:4700::1111", "10.0.0.7"]]).await;
    assert!(words.contains("10.0.0.7, a private address"), "{words}");
}

proptest! {
    #[test]
    fn only_addresses_that_were_checked_are_connected_to(
        addresses in prop::collection::vec(any::<IpAddr>(), 0..8), port in 1_u16..,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let resolver = Scripted(Mutex::new(VecDeque::from([addresses])));
        let url = BaseUrl::parse(&format!("http://models.example:{port}")).unwrap();
        if let Ok(found) = runtime.block_on(destinations(&resolver, &url, &[])) {
            prop_assert!(!found.is_empty());
            for address in found {
                prop_assert_eq!(mosaic_model::address_rule(address.ip()), None);
                prop_assert_eq!((address.port(), address.is_ipv4()), (port, true));
            }
        }
    }
}
