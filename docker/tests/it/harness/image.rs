//! The test image: one static program on nothing, compiled once and tagged by its content.

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Stdio},
    sync::{Mutex, OnceLock},
};

use sha2::{Digest, Sha256};

const SOURCE: &str = include_str!("../../probe/probe.rs");

/// What the container of an image does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Image {
    /// Takes its token and serves.
    Serves,
    /// Writes two lines to standard error and ends with this code.
    Exits(u8),
    /// Takes memory until it is killed.
    Eats,
}

impl Image {
    /// The image's name; it is built when it is not there.
    pub(crate) fn name(self) -> String {
        static BUILT: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        let command = match self {
            Self::Serves => "serve".to_owned(),
            Self::Exits(code) => format!("exit {code}"),
            Self::Eats => "eat".to_owned(),
        };
        let version = hex::encode(&Sha256::digest(SOURCE)[..6]);
        let name = format!("mosaic-test:{version}-{}", command.replace(' ', "-"));
        let mut built = BUILT.lock().expect("no test goes on where the image could not be built");
        if built.insert(name.clone()) {
            build(&name, &command);
        }
        name
    }
}

/// Builds through the `docker` client: the engine under test is not trusted to build its own test.
fn build(name: &str, command: &str) {
    let words: Vec<String> = command.split(' ').map(|word| format!("{word:?}")).collect();
    // The state directory belongs to the run user, as in the real images.
    let recipe = format!(
        "FROM scratch\nCOPY --chown=1000:1000 home /home\nCOPY probe /probe\nENTRYPOINT [\"/probe\"]\nCMD [{}]\n",
        words.join(", ")
    );
    // Each test may be a process of its own, and none may change what another is sending to the engine.
    let folder = format!("{}-{}", name.replace(':', "-"), std::process::id());
    let context = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(folder);
    let state = context.join("home/node/.openclaw");
    fs::create_dir_all(&state).expect("the target directory is ours");
    fs::write(state.join(".keep"), "").expect("the target directory is ours");
    fs::copy(compiled(), context.join("probe")).expect("the target directory is ours");
    let mut child = Command::new("docker")
        .args(["build", "--quiet", "--tag", name, "--file", "-"])
        .arg(&context)
        .env("DOCKER_BUILDKIT", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the docker client is installed");
    child.stdin.take().expect("it is piped").write_all(recipe.as_bytes()).expect("docker reads its recipe");
    assert!(child.wait().expect("it was started").success(), "the test image could not be built");
    fs::remove_dir_all(&context).expect("the target directory is ours");
}

/// The test program, a static one that runs anywhere.
pub(crate) fn compiled() -> PathBuf {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    let compile = || {
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        // Each test may be a process of its own: named by its content and moved into place when it is whole.
        let program = directory.join(format!("probe-{}", &hex::encode(Sha256::digest(SOURCE))[..12]));
        if program.exists() {
            return program;
        }
        let own = directory.join(format!("probe-{}", std::process::id()));
        let source = own.with_extension("rs");
        fs::write(&source, SOURCE).expect("the target directory is ours");
        let status = Command::new("rustc")
            .args(["--edition", "2024", "-O", "-C", "target-feature=+crt-static", "-o"])
            .arg(&own)
            .arg(&source)
            .status();
        assert!(status.expect("rustc built this test").success(), "the test program does not compile");
        fs::rename(&own, &program).expect("the target directory is ours");
        program
    };
    PROGRAM.get_or_init(compile).clone()
}
