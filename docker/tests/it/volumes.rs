//! A cell's memory outlives its containers.

use bollard::models::VolumeCreateRequest;
use mosaic_docker::{CellSpec, Engine, EngineError};
use mosaic_model::Generation;

use crate::harness::{GRACE, Image, Installation, token};

const NOTE: &str = "/home/node/.openclaw/note";

#[tokio::test]
async fn what_a_cell_wrote_is_there_after_a_stop_and_gone_after_an_erasure() {
    let installation = Installation::new().await;
    let (spec, seen) = installation.serving().await;
    assert_eq!(installation.run(&seen.container, &["write", NOTE, "remember"]).await.exit_code, 0);

    installation.engine.stop(spec.cell, GRACE).await.unwrap();
    let spec = CellSpec { generation: Generation(2), ..spec };
    let (spec, seen) = installation.start(spec).await;
    assert_eq!(installation.read(&seen.container, NOTE).await, "remember");

    installation.engine.erase(spec.cell).await.unwrap();
    let spec = CellSpec { generation: Generation(3), ..spec };
    let (_, seen) = installation.start(spec).await;
    assert_ne!(installation.run(&seen.container, &["read", NOTE]).await.exit_code, 0);
}

#[tokio::test]
async fn a_volume_that_only_has_our_name_is_refused_and_kept() {
    let installation = Installation::new().await;
    let spec = installation.spec(Image::Serves);
    let name = format!("mosaic-{}-{}-state", installation.instance.short(), spec.cell.short());
    let foreign = VolumeCreateRequest { name: Some(name.clone()), ..VolumeCreateRequest::default() };
    installation.docker.create_volume(foreign).await.unwrap();

    let refusal = installation.engine.start(&spec, &token()).await.unwrap_err();
    assert!(matches!(&refusal, EngineError::Refused(words) if words.contains(&name)), "{refusal}");
    installation.engine.erase(spec.cell).await.unwrap();
    installation.docker.inspect_volume(&name).await.expect("it is not ours to remove");
    let none = None::<bollard::query_parameters::RemoveVolumeOptions>;
    installation.docker.remove_volume(&name, none).await.unwrap();
}
