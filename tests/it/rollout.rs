//! Another image for the agents: each goes over to it when nobody uses it, with its memory, and back if it is not well.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Mosaic, Person, chat, docker, eventually, get, random, run, standin};

const NO_MODELS: &str = "http://standin.invalid/v1";

/// Names for images that are this test's own, and go with it.
struct Tags(String);

impl Tags {
    fn new() -> Self {
        Self(format!("mosaic-rollout-{:x}", u64::from_le_bytes(random())))
    }

    /// Another name for an image.
    fn tag(&self, tag: &str, image: &str) -> String {
        let name = format!("{}:{tag}", self.0);
        docker(&["tag", image, &name]);
        name
    }

    /// An image whose gateway ends before anybody can ask it anything.
    fn broken(&self, image: &str) -> String {
        let name = format!("{}:broken", self.0);
        let recipe = format!("FROM {image}\nCMD [\"/opt/mosaic/no-such-gateway\"]\n");
        let (_, error, built) =
            run(Command::new("docker").args(["build", "--quiet", "--tag", &name, "-"]), &recipe);
        assert!(built, "{error}");
        name
    }
}

impl Drop for Tags {
    fn drop(&mut self) {
        for tag in ["one", "two", "broken"] {
            let _ = run(Command::new("docker").args(["rmi", &format!("{}:{tag}", self.0)]), "");
        }
    }
}

/// The running container's id, its image's name and its volume.
fn container(mosaic: &Mosaic) -> Option<[String; 3]> {
    let id = mosaic.containers().pop()?;
    let format = "{{.Config.Image}} {{range .Mounts}}{{.Name}}{{end}}";
    let (found, _, there) = run(Command::new("docker").args(["inspect", "--format", format, &id]), "");
    let (image, volume) = found.trim().split_once(' ').filter(|_| there)?;
    Some([id, image.to_owned(), volume.to_owned()])
}

/// Waits until the agent is known to be well with this image.
async fn well_with(mosaic: &Mosaic, image: &str) {
    eventually("the agent is well with its image", async || {
        let healthy: Option<String> = sqlx::query_scalar("SELECT images ->> 'healthy' FROM user_containers")
            .fetch_one(&mut mosaic.database().await)
            .await
            .expect("a row");
        (healthy.as_deref() == Some(image)).then_some(())
    })
    .await;
}

async fn cell(mosaic: &Mosaic, person: &Person) -> Value {
    get(&mosaic.url("/api/cell"), &person.token).await.json()
}

#[tokio::test]
async fn a_new_image_reaches_an_idle_agent_with_its_memory_and_one_that_fails_goes_back() {
    let tags = Tags::new();
    let (one, two) = (tags.tag("one", &standin()), tags.tag("two", &standin()));
    let broken = tags.broken(&standin());
    let mosaic = Mosaic::start_with_image_setting(&one).await;
    let ann = mosaic.person("ann", NO_MODELS);
    assert!(chat(&mosaic, &ann, "c", "hello").await.done);
    well_with(&mosaic, &one).await;
    let [first, image, volume] = container(&mosaic).expect("it runs");
    assert_eq!(image, one);

    mosaic.set("image", &two);
    let second = eventually("it is made anew of the other image", async || {
        container(&mosaic).filter(|[_, image, _]| *image == two)
    })
    .await;
    assert_ne!(second[0], first);
    assert_eq!(second[2], volume, "its memory is kept");
    assert!(chat(&mosaic, &ann, "c", "hello again").await.done);
    well_with(&mosaic, &two).await;

    mosaic.set("image", &broken);
    let shown = eventually("it is back with what it was well with", async || {
        let shown = cell(&mosaic, &ann).await;
        (shown["state"] == "running" && shown["image_fallback"] != Value::Null).then_some(shown)
    })
    .await;
    let fallback = &shown["image_fallback"];
    assert_eq!((&fallback["image"], &fallback["failed"]), (&json!(two), &json!(broken)), "{shown}");
    let [_, image, kept] = container(&mosaic).expect("it runs");
    assert_eq!((image, kept), (two.clone(), volume));
    assert!(chat(&mosaic, &ann, "c", "still there").await.done);

    mosaic.set("image", &one);
    eventually("the next image is tried", async || container(&mosaic).filter(|[_, image, _]| *image == one))
        .await;
    assert!(chat(&mosaic, &ann, "c", "and now").await.done);
    assert_eq!(cell(&mosaic, &ann).await["image_fallback"], Value::Null);
}
