use std::time::{Duration, Instant};

use http::{Method, header};
use serde_json::Value;

use super::{ADMIN, PASSWORD, admin, configure, set_up};
use crate::support::{Browser, Mosaic};

/// A password is checked in this time even on a busy machine; a provider is waited for longer.
const AT_ONCE: Duration = Duration::from_secs(5);

/// Signs in with a password and out again; how long it took.
async fn password_login(mosaic: &Mosaic) -> Duration {
    let began = Instant::now();
    let mut browser = Browser::signed_in(mosaic, ADMIN, PASSWORD).await;
    let reply = browser.send(Method::POST, "/api/auth/logout", None).await;
    assert!(reply.status.is_success(), "{reply:?}");
    began.elapsed()
}

async fn check(admin: &mut Browser<'_>) -> Value {
    admin.send(Method::POST, "/api/admin/oidc/check", None).await.json()
}

/// Where a sign-in through the provider is sent.
async fn start(mosaic: &Mosaic) -> String {
    let reply = Browser::new(mosaic).send(Method::GET, "/api/auth/oidc/start", None).await;
    reply.headers[header::LOCATION].to_str().expect("plain text").to_owned()
}

#[tokio::test]
async fn a_provider_that_is_gone_or_hangs_keeps_no_password_waiting() {
    let (mosaic, mut provider) = set_up().await;
    let mut admin = admin(&mosaic).await;
    assert_eq!(check(&mut admin).await["sound"], true);
    provider.stop();
    let gone = check(&mut admin).await;
    assert!(gone["sound"] == false && gone["findings"][0].as_str().unwrap().contains("refused"), "{gone}");
    assert_eq!(start(&mosaic).await, "/sign-in?error=oidc_unreachable");
    assert!(password_login(&mosaic).await < AT_ONCE);

    // It takes connections and never says a word.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut change = provider.change(1, true);
    change["issuer"] = format!("http://{}", silent.local_addr().unwrap()).into();
    assert!(configure(&mut admin, &change).await.status.is_success());
    let begun = Instant::now();
    let waiting = async {
        assert_eq!(start(&mosaic).await, "/sign-in?error=oidc_unreachable");
        begun.elapsed()
    };
    let passwords = async {
        // The connection is kept open for as long as the sign-in is waited for.
        let (held, _) = silent.accept().await.unwrap();
        (password_login(&mosaic).await, held)
    };
    let (waited, (took, _held)) = tokio::join!(waiting, passwords);
    assert!(took < AT_ONCE && waited > took, "{took:?}, while the provider was waited for {waited:?}");
}
