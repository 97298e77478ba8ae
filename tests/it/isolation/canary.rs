//! Planted secrets: everything the system emits is searched for them.

use std::{fs, path::Path, process::Command};

use crate::support::{Mosaic, chat, docker, get, run, standin};

const PROVIDER_KEY: &str = "sk-canary-provider-7f3a";
const PASSWORD: &str = "canary password 91bd";

fn search(place: &str, haystack: &[u8], canaries: &[String]) {
    for canary in canaries {
        let found = haystack.windows(canary.len()).any(|window| window == canary.as_bytes());
        assert!(!found, "a planted secret ({}…) is in {place}", &canary[..12]);
    }
}

fn search_files(directory: &Path, canaries: &[String]) {
    for entry in fs::read_dir(directory).expect("our own directory").flatten() {
        let path = entry.path();
        let kind = entry.file_type().expect("a kind");
        if kind.is_dir() {
            search_files(&path, canaries);
        } else if kind.is_file()
            && let Ok(bytes) = fs::read(&path)
        {
            search(&path.display().to_string(), &bytes, canaries);
        }
    }
}

#[tokio::test]
async fn planted_secrets_are_found_nowhere() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person_with_key("ann", "http://standin.invalid/v1", PROVIDER_KEY);
    let bob = mosaic.person("bob", "http://standin.invalid/v1");
    mosaic.command(&["admin", "create", "--email", "root@example.org", "--password-stdin"], PASSWORD);
    assert!(chat(&mosaic, &ann, "c", "hello").await.done);
    let token = chat(&mosaic, &ann, "c", "/standin read /run/mosaic/token").await.text;
    let gateway = token.split(|c: char| !c.is_ascii_hexdigit()).find(|it| it.len() == 64).expect("her token");
    let canaries = [
        PROVIDER_KEY.to_owned(),
        PASSWORD.to_owned(),
        ann.token.clone(),
        gateway.to_owned(),
        bob.token.clone(),
    ];

    for path in ["/api/me", "/api/providers", "/api/agents", "/api/cell", "/v1/models", "/api/nowhere"] {
        search(path, get(&mosaic.url(path), &ann.token).await.text.as_bytes(), &canaries);
    }
    let container = mosaic.containers().remove(0);
    search("docker inspect", docker(&["inspect", &container]).as_bytes(), &canaries);
    let (out, err, _) = run(Command::new("docker").args(["logs", &container]), "");
    search("docker logs", format!("{out}{err}").as_bytes(), &canaries);
    for volume in mosaic.engine_objects(&["volume", "ls", "-q"]) {
        let place = docker(&["volume", "inspect", "--format", "{{.Mountpoint}}", &volume]);
        // The stand-in keeps what was said, and it was asked to say its token: only the rest must not be there.
        search_files(Path::new(&place), &canaries[..3]);
    }
    // The log at debug level, the database's files and its write-ahead log.
    search_files(&mosaic.home(), &canaries);
}
