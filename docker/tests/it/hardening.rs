//! The hardening, seen from inside a cell.

use std::collections::BTreeSet;

use mosaic_docker::{CellSpec, Condition, Limits};

use crate::harness::{GRACE, Image, Installation, Ran, token};
use mosaic_docker::Engine;

fn failed_with(ran: &Ran, words: &str) -> bool {
    ran.exit_code != 0 && ran.output.contains(words)
}

#[tokio::test]
async fn a_cell_runs_without_any_privilege() {
    let installation = Installation::new().await;
    let (_, seen) = installation.serving().await;
    // Process 1 is the engine's init, which is held to the same.
    let status = installation.read(&seen.container, "/proc/1/status").await;
    let value = |key: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(key)).expect("the kernel says it");
        line.split_whitespace().next().unwrap_or_default().to_owned()
    };
    assert_eq!((value("Uid:"), value("Gid:")), ("1000".to_owned(), "1000".to_owned()));
    for set in ["CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"] {
        assert_eq!(u64::from_str_radix(&value(set), 16), Ok(0), "{set}");
    }
    assert_eq!(value("NoNewPrivs:"), "1");
    assert_eq!(value("Seccomp:"), "2", "the engine's profile is in force");
    let host = installation.inspect(&seen.container).await.host_config.unwrap();
    assert_eq!((host.privileged, host.ipc_mode.as_deref()), (Some(false), Some("private")));
}

#[tokio::test]
async fn only_the_state_and_the_temporary_directories_can_be_written() {
    let installation = Installation::new().await;
    let (_, seen) = installation.serving().await;
    let write = |path: &'static str| {
        let (installation, container) = (&installation, &seen.container);
        async move { installation.run(container, &["write", path, "x"]).await }
    };
    for path in ["/x", "/etc/x", "/home/node/x"] {
        assert!(failed_with(&write(path).await, "Read-only file system"), "{path}");
    }
    for path in ["/tmp/x", "/run/mosaic/x", "/home/node/.openclaw/x"] {
        assert_eq!(write(path).await.exit_code, 0, "{path}");
    }
    for directory in ["/tmp", "/run/mosaic"] {
        let ran = installation.run(&seen.container, &["execute-in", directory]).await;
        assert!(failed_with(&ran, "Permission denied"), "{directory}: {}", ran.output);
    }
    let mounts = installation.read(&seen.container, "/proc/mounts").await;
    let options = |place: &str| {
        let line = mounts.lines().find(|line| line.split(' ').nth(1) == Some(place)).expect(place);
        line.split(' ').nth(3).unwrap_or_default().split(',').map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let common = ["rw", "nosuid", "nodev", "noexec"];
    for (place, own) in [
        ("/tmp", &["size=65536k"][..]),
        ("/run/mosaic", &["size=1024k", "mode=700", "uid=1000", "gid=1000"][..]),
    ] {
        let options = options(place);
        for option in common.iter().chain(own) {
            assert!(options.contains(*option), "{place}: {option} in {options:?}");
        }
    }
}

#[tokio::test]
async fn the_token_arrives_on_stdin_and_is_nowhere_else() {
    let installation = Installation::new().await;
    let (_, seen) = installation.serving().await;
    let token = token();
    // The container writes down what it read once its input has ended: the pipe was closed behind it.
    let words = loop {
        let words = installation.engine.stderr_tail(seen.cell, 10).await.unwrap();
        if !words.is_empty() {
            break words;
        }
    };
    assert_eq!(words, ["serving; 0 bytes after the token"]);
    let read = installation.read(&seen.container, "/run/mosaic/token").await;
    assert_eq!(read, format!("{}\n", token.expose()));

    let inspected = format!("{:?}", installation.inspect(&seen.container).await);
    assert!(inspected.contains("MOSAIC_CONFIG_URL"));
    assert!(!inspected.contains(token.expose()));
    let environment = installation.run(&seen.container, &["environment"]).await.output;
    let names: BTreeSet<_> = environment.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    assert_eq!(names, ["HOME", "HOSTNAME", "MOSAIC_CONFIG_URL", "PATH"].into());
}

#[tokio::test]
async fn the_limits_hold() {
    let installation = Installation::new().await;
    let (spec, seen) = installation.serving().await;
    let threads = installation.run(&seen.container, &["threads"]).await.output;
    let started: u32 = threads.trim().parse().expect(&threads);
    assert!(started < spec.limits.pids, "{started} threads");

    let host = installation.inspect(&seen.container).await.host_config.unwrap();
    assert_eq!((host.memory, host.memory_swap), (Some(64 << 20), Some(64 << 20)));
    assert_eq!((host.nano_cpus, host.pids_limit), (Some(500_000_000), Some(50)));
    let limits = installation.read(&seen.container, "/proc/1/limits").await;
    let files = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    assert_eq!(files.split_whitespace().nth(3), Some("8192"));
    let score = installation.read(&seen.container, "/proc/1/oom_score_adj").await;
    assert_eq!(score.trim(), "500");
}

#[tokio::test]
async fn a_cell_that_takes_too_much_memory_dies_of_it_alone() {
    let installation = Installation::new().await;
    let spec = installation.spec(Image::Eats);
    let limits = Limits { memory_bytes: 32 << 20, ..spec.limits };
    let (spec, _) = installation.start(CellSpec { limits, ..spec }).await;
    let condition = loop {
        let seen = installation.engine.look(spec.cell).await.unwrap().unwrap();
        if let down @ Condition::Down { .. } = seen.condition {
            break down;
        }
    };
    assert_eq!(condition, Condition::Down { exit_code: 137, out_of_memory: true });
}

#[tokio::test]
async fn what_does_not_stop_when_asked_is_killed_after_its_grace() {
    let installation = Installation::new().await;
    let (spec, seen) = installation.serving().await;
    // A stopped process hears no polite signal.
    let stop = bollard::query_parameters::KillContainerOptionsBuilder::new().signal("STOP").build();
    installation.docker.kill_container(&seen.container, Some(stop)).await.unwrap();
    installation.engine.stop(spec.cell, std::time::Duration::from_millis(500)).await.unwrap();
    assert_eq!(installation.engine.look(spec.cell).await.unwrap(), None);
}

#[tokio::test]
async fn nothing_of_a_stopped_cell_is_left_but_its_volume() {
    let installation = Installation::new().await;
    let (spec, seen) = installation.serving().await;
    let name = installation.inspect(&seen.container).await.name.unwrap();
    let bridges = || {
        let all = std::fs::read_dir("/sys/class/net").unwrap();
        let names = all.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let ours = format!("msc-{}", installation.instance.short());
        names.filter(|name| name.starts_with(&ours)).count()
    };
    assert_eq!(bridges(), 1);
    installation.engine.stop(spec.cell, GRACE).await.unwrap();
    assert_eq!(bridges(), 0);
    let network = installation.docker.inspect_network(name.trim_start_matches('/'), None).await;
    assert!(network.is_err(), "{network:?}");
    let volume = format!("{}-state", name.trim_start_matches('/'));
    installation.docker.inspect_volume(&volume).await.unwrap();
    installation.engine.erase(spec.cell).await.unwrap();
    assert!(installation.docker.inspect_volume(&volume).await.is_err());
}
