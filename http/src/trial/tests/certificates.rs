//! A real TLS server, with certificates of every kind.

use mosaic_model_server::{ModelServer, ModelServerConfig};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer},
};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_rustls::TlsAcceptor;

use super::*;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn trusting(authority: &Authority) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).unwrap();
    roots
}

fn params(name: &str) -> CertificateParams {
    CertificateParams::new(vec![name.to_owned()]).unwrap()
}

/// A server that shows a certificate and hangs up; its port.
async fn serve(certificate: CertificateDer<'static>, key: &KeyPair, serving: &mut JoinSet<()>) -> u16 {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    serving.spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // What the client thinks of the certificate is the client's test.
            let _ = acceptor.accept(stream).await;
        }
    });
    port
}

async fn run(
    params: CertificateParams,
    issuer: &Authority,
    trusted: &Authority,
) -> (TestStepName, TestProblem, String) {
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, issuer).unwrap();
    let mut serving = JoinSet::new();
    let port = serve(certificate.der().clone(), &key, &mut serving).await;
    let trials = trials(Scripted::new(&[]), trusting(trusted));
    failure(&trials.run(&target(&format!("https://{}:{port}/v1", Egress::HOST_ALIAS)), &opened(port)).await)
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_told() {
    let (ours, theirs) = (authority("ours"), authority("theirs"));
    let host = Egress::HOST_ALIAS;
    let mut expired = params(host);
    expired.not_after = date_time_ymd(2020, 1, 1);
    let mut early = params(host);
    early.not_before = date_time_ymd(4000, 1, 1);
    early.not_after = date_time_ymd(4001, 1, 1);
    for (params, issuer, problem, said) in [
        (expired, &ours, TestProblem::CertificateExpired, "has expired"),
        (early, &ours, TestProblem::CertificateExpired, "not valid yet"),
        (
            params("models.example"),
            &ours,
            TestProblem::CertificateWrongName,
            "another name than host.mosaic.internal",
        ),
        (params(host), &theirs, TestProblem::CertificateUnknownIssuer, "its authority is unknown"),
    ] {
        let (name, found, words) = run(params, issuer, &ours).await;
        assert_eq!((name, found), (TestStepName::Tls, problem), "{words}");
        assert!(words.contains(said), "{words}");
    }
    // With a sound one only what comes after it is wrong: nobody speaks HTTP there.
    let (name, ..) = run(params(host), &ours, &ours).await;
    assert_eq!(name, TestStepName::Models);
}

#[tokio::test]
async fn a_certificate_that_vouches_for_itself_is_told() {
    for is_authority in [false, true] {
        let mut params = params(Egress::HOST_ALIAS);
        if is_authority {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let mut serving = JoinSet::new();
        let port = serve(certificate.der().clone(), &key, &mut serving).await;
        let trials = trials(Scripted::new(&[]), trusting(&authority("ours")));
        let there = target(&format!("https://{}:{port}/v1", Egress::HOST_ALIAS));
        let (name, problem, words) = failure(&trials.run(&there, &opened(port)).await);
        assert_eq!((name, problem), (TestStepName::Tls, TestProblem::CertificateUnknownIssuer), "{words}");
        assert!(words.contains("vouches for itself"), "{words}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_encrypt_is_told() {
    let plain = ModelServer::start(ModelServerConfig::default()).await.unwrap();
    let port = plain.addr().port();
    let trials = trials(Scripted::new(&[]), RootCertStore::empty());
    let there = target(&format!("https://{}:{port}/v1", Egress::HOST_ALIAS));
    let (name, problem, words) = failure(&trials.run(&there, &opened(port)).await);
    assert_eq!((name, problem), (TestStepName::Tls, TestProblem::TlsFailed));
    assert!(words.contains("write http://"), "{words}");
}
