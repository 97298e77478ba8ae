//! The master key is changed while Mosaic runs, by a command that is killed in the middle.

use std::{
    fs,
    process::{Command, Stdio},
    time::Duration,
};

use crate::support::{Mosaic, chat, run, standin};

/// How often the command is killed before it may go to its end.
const KILLS: u64 = 6;

fn rotate(mosaic: &Mosaic) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mosaic"));
    command.env_remove("DATABASE_URL").env_remove("MOSAIC_SECRET_KEY");
    command.arg("--data-dir").arg(mosaic.home()).args(["keys", "rotate"]);
    command
}

#[tokio::test]
async fn a_rotation_killed_in_the_middle_beside_a_running_mosaic_is_simply_run_again() {
    let mut mosaic = Mosaic::start(standin()).await;
    let ann = mosaic.person_with_key("ann", "http://standin.invalid/v1", "sk-kept");
    assert!(chat(&mosaic, &ann, "c", "one").await.done);
    let file = mosaic.home().join("secret.key");
    let old = fs::read_to_string(&file).expect("made at the first start");
    let new = mosaic.command(&["keys", "generate"], "");
    fs::write(&file, format!("{new},{old}")).expect("our own file");
    let (_, error, succeeded) = run(&mut rotate(&mosaic), "");
    assert!(!succeeded && error.contains("Restart it"), "the running Mosaic does not have the ring: {error}");
    mosaic.kill();
    mosaic.restart().await;

    for kill in 0..KILLS {
        let mut running = rotate(&mosaic)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program under test");
        tokio::time::sleep(Duration::from_millis(40 * (kill + 1))).await;
        running.kill().expect("our own child");
        running.wait().expect("our own child");
        assert!(chat(&mosaic, &ann, "c", "two").await.done, "after {kill} kills");
    }
    let (said, error, succeeded) = run(&mut rotate(&mosaic), "");
    assert!(succeeded && said.contains("0 need any other key"), "{said}{error}");
    let status = mosaic.command(&["keys", "status"], "");
    let dropped = status.lines().find(|line| line.contains("may be dropped"));
    assert!(dropped.is_some_and(|line| line.contains(" 0 sealed values")), "{status}");

    fs::write(&file, new).expect("our own file");
    mosaic.terminate().await;
    mosaic.restart().await;
    assert!(chat(&mosaic, &ann, "c", "three").await.done);
    assert!(mosaic.command(&["audit", "verify"], "").contains("none changed"));
}
