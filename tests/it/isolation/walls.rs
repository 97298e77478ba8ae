//! From inside one user's container: what can be reached, and what cannot.

use std::net::{IpAddr, TcpListener, UdpSocket};

use serde_json::Value;

use crate::support::{Mosaic, Person, chat_whole, docker, get, standin};

const NO_MODELS: &str = "http://standin.invalid/v1";

/// Has the agent's container do something, and gives its report.
async fn order(mosaic: &Mosaic, person: &Person, words: &str) -> String {
    let reply = chat_whole(mosaic, person, "probe", words).await;
    let text = reply.json()["choices"][0]["message"]["content"].as_str().map(ToOwned::to_owned);
    text.unwrap_or_else(|| panic!("{words}: {reply:?}"))
}

fn address(container: &str) -> (String, String) {
    let text = docker(&["inspect", "--format", "{{json .NetworkSettings.Networks}}", container]);
    let networks: Value = serde_json::from_str(&text).expect("JSON");
    let network = networks.as_object().and_then(|it| it.values().next()).expect("one network").clone();
    let field = |name: &str| network[name].as_str().expect("an address").to_owned();
    (field("IPAddress"), field("Gateway"))
}

/// Ann's container and Bob's, both at work.
async fn neighbours(mosaic: &Mosaic, ann: &Person, bob: &Person) -> (String, String) {
    order(mosaic, ann, "hello").await;
    let anns = mosaic.containers();
    order(mosaic, bob, "hello").await;
    let bobs: Vec<String> = mosaic.containers().into_iter().filter(|it| !anns.contains(it)).collect();
    assert_eq!((anns.len(), bobs.len()), (1, 1));
    (anns[0].clone(), bobs[0].clone())
}

/// The address that this host has on the way to the world.
fn own_address() -> IpAddr {
    let socket = UdpSocket::bind("0.0.0.0:0").expect("a socket");
    // Nothing is sent: only the route is looked up.
    socket.connect("192.0.2.1:9").expect("a route");
    socket.local_addr().expect("an address").ip()
}

#[tokio::test]
async fn two_users_have_nothing_in_common() {
    let mosaic = Mosaic::start(standin()).await;
    let (ann, bob) = (mosaic.person("ann", NO_MODELS), mosaic.person("bob", NO_MODELS));
    let (anns, bobs) = neighbours(&mosaic, &ann, &bob).await;
    assert_eq!(mosaic.engine_objects(&["network", "ls", "-q"]).len(), 2);
    assert_eq!(mosaic.engine_objects(&["volume", "ls", "-q"]).len(), 2);
    let (bobs_address, bobs_gateway) = address(&bobs);
    let (_, gateway) = address(&anns);
    let bobs_name = docker(&["inspect", "--format", "{{.Name}}", &bobs]).trim_start_matches('/').to_owned();
    let internal = mosaic.internal_url().rsplit(':').next().expect("a port").to_owned();
    let public = mosaic.url("").rsplit(':').next().expect("a port").to_owned();
    // What some other program on this host might offer, on every address the host has.
    let service = TcpListener::bind("0.0.0.0:0").expect("a free port");
    let other = service.local_addr().expect("an address").port();
    let bob_uuid = mosaic.id_of(&bob).await;
    let mut shut = vec![
        format!("{bobs_address}:18789"),
        format!("{bobs_name}:18789"),
        format!("{}:18789", &bobs[..12]),
        format!("user-{bob_uuid}:18789"),
        "169.254.169.254:80".to_owned(),
        "metadata.google.internal:80".to_owned(),
        "[fd00:ec2::254]:80".to_owned(),
        format!("127.0.0.1:{internal}"),
    ];
    for host in [gateway.clone(), bobs_gateway, "172.17.0.1".to_owned(), own_address().to_string()] {
        // SSH, Postgres, the Docker engine, Mosaic's door for people, and anything else.
        let ports =
            ["22".to_owned(), "5432".to_owned(), "2375".to_owned(), "2376".to_owned(), public.clone()];
        shut.extend(ports.iter().map(|port| format!("{host}:{port}")));
        shut.push(format!("{host}:{other}"));
        std::net::TcpStream::connect(format!("{host}:{other}")).expect("there to be reached from the host");
    }
    let open = order(&mosaic, &ann, &format!("/standin probe {gateway}:{internal}")).await;
    assert!(open.contains("connected"), "her own way to Mosaic: {open}");
    let (mosaic, ann) = (&mosaic, &ann);
    let shut = shut.into_iter().map(|target| async move {
        // Each in a conversation of its own, so that none waits for another.
        let words = format!("/standin probe {target}");
        let reply = chat_whole(mosaic, ann, &target, &words).await;
        let report = reply.json()["choices"][0]["message"]["content"].as_str().map(ToOwned::to_owned);
        let report = report.unwrap_or_else(|| panic!("{target}: {reply:?}"));
        (target, report)
    });
    for (target, report) in futures_util::future::join_all(shut).await {
        assert!(!report.contains("connected"), "{target}: {report}");
        let refused = ["refused", "timeout", "failed"].iter().any(|word| report.contains(word));
        assert!(refused, "{target}: {report}");
    }
}

#[tokio::test]
async fn a_cells_files_are_its_own_and_none_of_the_hosts() {
    let mosaic = Mosaic::start(standin()).await;
    let (ann, bob) = (mosaic.person("ann", NO_MODELS), mosaic.person("bob", NO_MODELS));
    let (anns, bobs) = neighbours(&mosaic, &ann, &bob).await;
    let volume = |container: &str| {
        let mounts = docker(&["inspect", "--format", "{{range .Mounts}}{{.Name}} {{end}}", container]);
        mounts.split_whitespace().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let (anns, bobs) = (volume(&anns), volume(&bobs));
    assert_eq!((anns.len(), bobs.len()), (1, 1), "one volume each and nothing of the host's");
    let mounts = order(&mosaic, &ann, "/standin read /proc/self/mountinfo").await;
    assert!(mounts.contains(&anns[0]), "{mounts}");
    assert!(!mounts.contains(&bobs[0]), "{mounts}");
    let home = mosaic.home().display().to_string();
    assert!(!mounts.contains(&home) && !mounts.contains("docker.sock"), "{mounts}");
    // What the host has at these places, a cell has not.
    let place = docker(&["volume", "inspect", "--format", "{{.Mountpoint}}", &bobs[0]]);
    let known = [format!("{home}/mosaic.log"), format!("{home}/postgres/run/.s.PGSQL.5432"), place];
    for path in &known {
        assert!(std::path::Path::new(path).exists(), "{path} is on the host");
    }
    let engines = ["/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock"];
    for path in known.into_iter().chain(engines.map(ToOwned::to_owned)) {
        let report = order(&mosaic, &ann, &format!("/standin read {path}")).await;
        assert!(report.contains("No such file"), "{path}: {report}");
    }
    let written = order(&mosaic, &ann, "/standin caps").await;
    assert!(written.contains("\"root_writable\":false"), "{written}");
}

#[tokio::test]
async fn a_cells_token_opens_its_own_configuration_and_nothing_else() {
    let mosaic = Mosaic::start(standin()).await;
    let (ann, bob) = (mosaic.person("ann", NO_MODELS), mosaic.person("bob", NO_MODELS));
    let token = order(&mosaic, &ann, "/standin read /run/mosaic/token").await;
    let token = token.split(|c: char| !c.is_ascii_hexdigit()).find(|it| it.len() == 64).expect("her token");
    let token = token.to_owned();
    for (person, status) in [(&ann, 200), (&bob, 401)] {
        let path = format!("/api/internal/agent-config/user-{}", mosaic.id_of(person).await);
        assert_eq!(get(&format!("{}{path}", mosaic.internal_url()), &token).await.status.as_u16(), status);
        assert_eq!(get(&mosaic.url(&path), &token).await.status.as_u16(), 404, "at the door for people");
    }
    assert_eq!(get(&mosaic.url("/api/me"), &token).await.status.as_u16(), 401);
}
