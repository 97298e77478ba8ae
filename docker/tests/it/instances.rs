//! Two installations on one engine, and what else an engine may hold.

use std::collections::HashMap;

use bollard::{
    models::ContainerCreateBody,
    query_parameters::{CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder},
};
use mosaic_docker::{CellSpec, Engine, EngineError, Reach};

use crate::harness::{GRACE, Image, Installation, token};

#[tokio::test]
async fn two_installations_neither_see_nor_touch_each_others_cells() {
    let (one, other) = (Installation::new().await, Installation::new().await);
    let (spec, seen) = one.serving().await;
    assert!(other.engine.list().await.unwrap().is_empty());
    assert_eq!(other.engine.look(spec.cell).await.unwrap(), None);
    other.engine.stop(spec.cell, GRACE).await.unwrap();
    other.engine.erase(spec.cell).await.unwrap();
    assert_eq!(one.engine.list().await.unwrap(), [seen]);
}

#[tokio::test]
async fn an_imposter_with_our_name_is_neither_believed_nor_removed() {
    let installation = Installation::new().await;
    let spec = installation.spec(Image::Serves);
    let name = format!("mosaic-{}-{}", installation.instance.short(), spec.cell.short());
    let label = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let body = ContainerCreateBody {
        image: Some(spec.image.clone()),
        labels: Some(HashMap::from([
            label("mosaic.instance", "00000000-0000-0000-0000-000000000000"),
            label("mosaic.cell", &spec.cell.to_string()),
        ])),
        ..ContainerCreateBody::default()
    };
    let options = CreateContainerOptionsBuilder::new().name(&name).build();
    let imposter = installation.docker.create_container(Some(options), body).await.unwrap().id;

    assert_eq!(installation.engine.look(spec.cell).await.unwrap(), None);
    let refusal = installation.engine.start(&spec, &token()).await.unwrap_err();
    assert!(matches!(refusal, EngineError::Refused(_) | EngineError::SubnetTaken(_)), "{refusal}");
    installation.engine.erase(spec.cell).await.unwrap();
    installation.inspect(&imposter).await;
    let force = RemoveContainerOptionsBuilder::new().force(true).build();
    installation.docker.remove_container(&imposter, Some(force)).await.unwrap();
}

#[tokio::test]
async fn a_container_that_names_no_cell_is_left_alone() {
    let installation = Installation::new().await;
    let body = ContainerCreateBody {
        image: Some(Image::Serves.name()),
        labels: Some(HashMap::from([
            ("mosaic.instance".to_owned(), installation.instance.to_string()),
            ("mosaic.cell".to_owned(), "nobody".to_owned()),
        ])),
        ..ContainerCreateBody::default()
    };
    let strange = installation.docker.create_container(None, body).await.unwrap().id;
    let listed = installation.engine.list().await;
    installation.docker.remove_container(&strange, None).await.unwrap();
    assert!(listed.unwrap().is_empty());
}

#[tokio::test]
async fn a_taken_network_is_told_and_costs_its_owner_nothing() {
    let installation = Installation::new().await;
    let (first, seen) = installation.serving().await;
    let second = installation.spec(Image::Serves);
    let second = CellSpec { subnet: first.subnet, ..second };
    let refusal = installation.engine.start(&second, &token()).await.unwrap_err();
    assert!(matches!(refusal, EngineError::SubnetTaken(net) if net == first.subnet), "{refusal}");
    assert_eq!(installation.engine.list().await.unwrap(), [seen]);
}

#[tokio::test]
async fn a_missing_image_is_told_and_nothing_of_the_start_is_left() {
    let installation = Installation::new().await;
    let spec = installation.spec(Image::Serves);
    let missing = CellSpec { image: "mosaic-test:never-built".to_owned(), ..spec };
    let refusal = installation.engine.start(&missing, &token()).await.unwrap_err();
    assert!(matches!(&refusal, EngineError::NoImage(image) if *image == missing.image), "{refusal}");
    let name = format!("mosaic-{}-{}", installation.instance.short(), missing.cell.short());
    assert!(installation.docker.inspect_network(&name, None).await.is_err());
}

#[tokio::test]
async fn an_engine_that_is_not_there_is_unreachable() {
    let installation = Installation::new().await;
    for nowhere in ["unix:///nonexistent.sock", "tcp://127.0.0.1:1"] {
        let refused =
            mosaic_docker::DockerEngine::connect(Some(nowhere), installation.instance, Reach::Bridge);
        assert!(refused.await.unwrap_err().is_transient(), "{nowhere}");
    }
}
