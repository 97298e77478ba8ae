//! What becomes of people whom an admin, or the host, shuts out or erases.

use http::StatusCode;
use serde_json::json;

use super::{NO_MODELS, PASSWORD, admin};
use crate::support::{Browser, Mosaic, Person, chat, docker, eventually, get, standin};

async fn id_of(admin: &mut Browser<'_>, person: &Person) -> String {
    let users = admin.get(&format!("/api/admin/users?email={}", person.email)).await.json();
    users["users"][0]["id"].as_str().unwrap_or_else(|| panic!("no id: {users}")).to_owned()
}

/// How many containers, networks and volumes of this user's cell there are.
fn things(id: &str) -> [usize; 3] {
    let filter = format!("label=mosaic.cell=user-{id}");
    [&["ps", "-aq"][..], &["network", "ls", "-q"], &["volume", "ls", "-q"]]
        .map(|list| docker(&[list, &["--filter", &filter]].concat()).lines().count())
}

/// Waits until somebody's answer is under way.
async fn is_answering(mosaic: &Mosaic, person: &Person) {
    eventually("an answer is under way", async || {
        let cell = get(&mosaic.url("/api/cell"), &person.token).await.json();
        (cell["leases"].as_u64() > Some(0)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn whoever_is_disabled_is_cut_off_in_the_middle_of_an_answer_and_others_are_not() {
    let mosaic = Mosaic::start(standin()).await;
    let (ann, bob) = (mosaic.person("ann", NO_MODELS), mosaic.person("bob", NO_MODELS));
    let mut root = admin(&mosaic).await;
    let (anns, bobs) = (id_of(&mut root, &ann).await, id_of(&mut root, &bob).await);
    assert!(chat(&mosaic, &bob, "c", "hello").await.done);
    let said = chat(&mosaic, &ann, "c", "/standin read /run/mosaic/token").await.text;
    let gateway = said.split(|c: char| !c.is_ascii_hexdigit()).find(|it| it.len() == 64).expect("her token");
    let config = format!("{}/api/internal/agent-config/user-{anns}", mosaic.internal_url());
    assert_eq!(get(&config, gateway).await.status, StatusCode::OK);
    let shutting_out = async {
        is_answering(&mosaic, &ann).await;
        let begun = std::time::Instant::now();
        let reply = root.post(&format!("/api/admin/users/{anns}/disable"), &json!({})).await;
        assert_eq!(reply.json()["disabled"], true, "{reply:?}");
        begun
    };
    // Ten minutes of answer.
    let (cut, whole, begun) = tokio::join!(
        chat(&mosaic, &ann, "c", "/standin slow 6000 100"),
        chat(&mosaic, &bob, "c", "/standin slow 40 100"),
        shutting_out,
    );
    assert!(!cut.done, "{cut:?}");
    assert!(cut.error.as_ref().is_some_and(|error| error.contains("shut out")), "{cut:?}");
    assert!(begun.elapsed().as_secs() < 60, "it took {:?}", begun.elapsed());
    assert!(whole.done && whole.error.is_none(), "another's answer was cut: {whole:?}");
    assert_eq!(things(&anns), [0, 0, 1], "the volume stays");
    assert_eq!(things(&bobs), [1, 1, 1]);
    let refused = chat(&mosaic, &ann, "c", "hello").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(get(&mosaic.url("/api/cell"), &ann.token).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(get(&config, gateway).await.status, StatusCode::UNAUTHORIZED, "her cell is nobody's");
    assert_eq!(things(&anns), [0, 0, 1], "nothing woke it");

    let reply = root.post(&format!("/api/admin/users/{anns}/enable"), &json!({})).await;
    assert_eq!(reply.json()["disabled"], false, "{reply:?}");
    assert!(chat(&mosaic, &ann, "c", "hello").await.done);
}

#[tokio::test]
async fn what_the_host_does_to_somebodys_access_reaches_a_running_mosaic() {
    let mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person("ann", NO_MODELS);
    let mut root = admin(&mosaic).await;
    let id = id_of(&mut root, &ann).await;
    let disabling = async {
        is_answering(&mosaic, &ann).await;
        mosaic.command(&["user", "disable", "--email", &ann.email], "");
    };
    let (cut, ()) = tokio::join!(chat(&mosaic, &ann, "c", "/standin slow 6000 100"), disabling);
    assert!(!cut.done && cut.error.is_some(), "{cut:?}");
    eventually("her agent is gone", async || (things(&id) == [0, 0, 1]).then_some(())).await;
    eventually("her token is refused", async || {
        (get(&mosaic.url("/api/me"), &ann.token).await.status == StatusCode::UNAUTHORIZED).then_some(())
    })
    .await;
    assert!(mosaic.command(&["user", "list"], "").contains("disabled"));
    mosaic.command(&["user", "enable", "--email", &ann.email], "");
    eventually("she is in again", async || chat(&mosaic, &ann, "c", "hello").await.done.then_some(())).await;

    mosaic.command(&["user", "role", "--email", &ann.email, "admin"], "");
    eventually("she is an admin", async || {
        (get(&mosaic.url("/api/me"), &ann.token).await.json()["role"] == "admin").then_some(())
    })
    .await;
    let mut second = Browser::signed_in(&mosaic, "root@example.org", PASSWORD).await;
    mosaic.command(
        &["admin", "reset-password", "--email", "root@example.org", "--password-stdin"],
        "another horse battery",
    );
    eventually("everybody is signed out", async || {
        (!root.is_in().await && !second.is_in().await).then_some(())
    })
    .await;
    assert_eq!(Browser::new(&mosaic).sign_in("root@example.org", PASSWORD).await.code(), "wrong_password");
    Browser::signed_in(&mosaic, "root@example.org", "another horse battery").await;
}

#[tokio::test]
async fn whoever_is_deleted_leaves_nothing_and_another_loses_nothing() {
    let mosaic = Mosaic::start(standin()).await;
    let (ann, bob) = (mosaic.person("ann", NO_MODELS), mosaic.person("bob", NO_MODELS));
    let mut root = admin(&mosaic).await;
    let (anns, bobs) = (id_of(&mut root, &ann).await, id_of(&mut root, &bob).await);
    assert!(chat(&mosaic, &bob, "c", "hello").await.done);
    let path = format!("/api/admin/users/{anns}");
    let deleting = async {
        is_answering(&mosaic, &ann).await;
        let unsure = root.delete(&path, Some(&json!({ "confirm": "bob@example.org" }))).await;
        assert_eq!((unsure.status, unsure.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid"));
        assert!(unsure.json()["detail"].as_str().expect("words").contains("ann@example.org"), "{unsure:?}");
        assert_eq!(things(&anns), [1, 1, 1]);
        let reply = root.delete(&path, Some(&json!({ "confirm": "ann@example.org" }))).await;
        assert_eq!(reply.status, StatusCode::NO_CONTENT, "{reply:?}");
        assert_eq!(things(&anns), [0, 0, 0]);
    };
    let (cut, ()) = tokio::join!(chat(&mosaic, &ann, "c", "/standin slow 6000 100"), deleting);
    assert!(!cut.done && cut.error.is_some(), "{cut:?}");
    assert_eq!(things(&bobs), [1, 1, 1]);
    assert_eq!(get(&mosaic.url("/api/me"), &ann.token).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(root.get(&path).await.status, StatusCode::NOT_FOUND);
    let again = root.delete(&path, Some(&json!({ "confirm": "ann@example.org" }))).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let listed = mosaic.command(&["user", "list"], "");
    assert!(!listed.contains("ann@") && listed.contains("bob@"), "{listed}");
    assert!(chat(&mosaic, &bob, "c", "hello").await.done);
    assert_eq!(get(&mosaic.url("/api/providers"), &bob.token).await.json()["providers"][0]["name"], "models");

    // Her name is free again, and nothing of the one before is there.
    let newcomer = mosaic.newcomer("ann");
    assert_eq!(get(&mosaic.url("/api/providers"), &newcomer.token).await.json()["providers"], json!([]));
}

#[tokio::test]
async fn an_erasure_that_was_cut_short_is_finished_by_whoever_comes_next() {
    let mut mosaic = Mosaic::start(standin()).await;
    let people = ["ann", "bob", "cem"].map(|name| mosaic.person(name, NO_MODELS));
    let mut root = admin(&mosaic).await;
    let mut ids = Vec::new();
    for person in &people {
        assert!(chat(&mosaic, person, "c", "hello").await.done);
        ids.push(id_of(&mut root, person).await);
    }
    let delete = |mosaic: &Mosaic, person: &Person, more: &[&str], stdin: &str| {
        let command = ["user", "delete", "--email", person.email.as_str()];
        mosaic.try_command(&[&command, more].concat(), stdin)
    };
    let (_, error, done) = delete(&mosaic, &people[2], &[], "bob@example.org\n");
    assert!(!done && error.contains("nothing was deleted"), "{error}");
    // The running Mosaic does it.
    let (said, error, done) = delete(&mosaic, &people[2], &[], "cem@example.org\n");
    assert!(done && said.contains("erased"), "{said} {error}");
    assert_eq!(things(&ids[2]), [0, 0, 0]);

    mosaic.kill();
    // None runs: the command itself does it, or says what is left to do.
    let (said, error, done) = delete(&mosaic, &people[1], &["--yes"], "");
    assert!(done && said.contains("erased"), "{said} {error}");
    assert_eq!((things(&ids[1]), things(&ids[0])), ([0, 0, 0], [1, 1, 1]));
    let away = ["--yes", "--docker-host", "unix:///nonexistent/docker.sock"];
    let (_, error, done) = delete(&mosaic, &people[0], &away, "");
    assert!(!done && error.contains("start Mosaic"), "{error}");
    assert!(mosaic.command(&["user", "list"], "").contains("being deleted"));
    assert_eq!(things(&ids[0]), [1, 1, 1]);

    mosaic.restart().await;
    eventually("the next Mosaic finishes it", async || (things(&ids[0]) == [0, 0, 0]).then_some(())).await;
    eventually("her rows are gone", async || {
        (!mosaic.command(&["user", "list"], "").contains("ann@")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn nobody_puts_out_themselves_or_the_last_who_can_sign_in() {
    let mosaic = Mosaic::start(standin()).await;
    let mut root = admin(&mosaic).await;
    let own = root.get("/api/me").await.json()["id"].as_str().expect("an id").to_owned();
    let user = format!("/api/admin/users/{own}");
    for reply in [
        root.post(&format!("{user}/disable"), &json!({})).await,
        root.put(&format!("{user}/role"), &json!({ "role": "user" })).await,
        root.delete(&user, Some(&json!({ "confirm": "root@example.org" }))).await,
    ] {
        assert_eq!((reply.status, reply.code().as_str()), (StatusCode::CONFLICT, "conflict"), "{reply:?}");
    }
    let (_, error, done) =
        mosaic.try_command(&["user", "delete", "--email", "root@example.org", "--yes"], "");
    assert!(!done && error.contains("last administrator"), "{error}");

    let link = mosaic.command(&["user", "invite", "--email", "ann@example.org"], "");
    let code = super::invitations::code(&link);
    let mut ann = Browser::new(&mosaic);
    assert!(
        ann.post("/api/auth/invitation/accept", &json!({ "code": code, "password": PASSWORD }))
            .await
            .status
            .is_success()
    );
    let hers = ann.get("/api/me").await.json()["id"].as_str().expect("an id").to_owned();
    let reply = root.put(&format!("/api/admin/users/{hers}/role"), &json!({ "role": "admin" })).await;
    assert_eq!(reply.json()["role"], "admin", "{reply:?}");
    assert!(!ann.is_in().await, "another role is another session");
    assert!(ann.sign_in("ann@example.org", PASSWORD).await.status.is_success());
    assert_eq!(ann.put(&format!("{user}/role"), &json!({ "role": "user" })).await.json()["role"], "user");
    assert!(!root.is_in().await);

    // An admin gives another a password, and not themselves.
    let new = json!({ "password": "another horse battery" });
    let password = |id: &str| format!("/api/admin/breakglass/{id}/password");
    assert_eq!(ann.put(&password(&hers), &new).await.status, StatusCode::CONFLICT);
    assert_eq!(ann.put(&password(&own), &new).await.status, StatusCode::NO_CONTENT);
    assert!(root.sign_in("root@example.org", "another horse battery").await.status.is_success());
    let signed_out = ann.post(&format!("{user}/sign-out"), &json!({})).await;
    assert_eq!(signed_out.json()["ended"], 1, "{signed_out:?}");
    assert!(!root.is_in().await);
}

#[tokio::test]
async fn the_list_of_users_has_pages_and_filters_and_nothing_of_what_is_theirs() {
    let mosaic = Mosaic::start(standin()).await;
    let mut root = admin(&mosaic).await;
    for name in ["ann", "bob", "cem"] {
        mosaic.newcomer(name);
    }
    let mut names = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = root.get(&format!("/api/admin/users?limit=2{cursor}")).await;
        assert_eq!(page.status, StatusCode::OK, "{page:?}");
        let page = page.json();
        let users = page["users"].as_array().expect("a list");
        assert!(users.len() <= 2);
        names.extend(users.iter().map(|user| user["email"].as_str().expect("text").to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(names, ["root", "ann", "bob", "cem"].map(|name| format!("{name}@example.org")));
    let admins = root.get("/api/admin/users?role=admin&disabled=false").await.json();
    assert_eq!(admins["users"].as_array().map(Vec::len), Some(1));
    let fields: Vec<&String> = admins["users"][0].as_object().expect("a user").keys().collect();
    assert_eq!(
        fields,
        ["created_at", "deleting_at", "disabled", "email", "id", "last_login_at", "role", "sign_in"]
    );
    for bad in ["limit=0", "limit=201", "cursor=x"] {
        let reply = root.get(&format!("/api/admin/users?{bad}")).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}: {reply:?}");
    }
    for bad in ["limit=x", "role=root", "disabled=2", "colour=red"] {
        let reply = root.get(&format!("/api/admin/users?{bad}")).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{bad}: {reply:?}");
    }
    assert_eq!(root.get("/api/admin/users/nonsense").await.status, StatusCode::NOT_FOUND);
}
