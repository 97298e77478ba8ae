//! The program under test.

use std::{
    fs::{self, File, Permissions},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use mosaic_docker::Firewall;
use mosaic_model::InstanceId;
use tempfile::TempDir;

use super::{docker, eventually, get, run};

/// A user with a token.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) token: String,
}

/// A running Mosaic; what it made goes with it.
#[derive(Debug)]
pub(crate) struct Mosaic {
    child: Child,
    home: TempDir,
    /// The agents' image, where it is no setting.
    image: Option<String>,
    port: u16,
    verbosity: &'static str,
    /// The container engine, where it is not the host's own.
    engine: Option<String>,
    instance: Option<InstanceId>,
}

impl Mosaic {
    /// Starts one with this agent image, whose first set-up is over.
    pub(crate) async fn start(image: String) -> Self {
        Self::start_new(image).await.set_up()
    }

    /// As [`Mosaic::start`], with everything in its log that anything in it can tell.
    pub(crate) async fn start_telling_everything(image: String) -> Self {
        Self::start_with(Some(image), "-vv", None).await.set_up()
    }

    /// As [`Mosaic::start`], on another container engine than the host's.
    pub(crate) async fn start_on(engine: String, image: String) -> Self {
        Self::start_with(Some(image), "-v", Some(engine)).await.set_up()
    }

    /// As [`Mosaic::start`], with the image as a setting, which can be changed.
    pub(crate) async fn start_with_image_setting(image: &str) -> Self {
        let mosaic = Self::start_with(None, "-v", None).await.set_up();
        mosaic.set("image", image);
        mosaic
    }

    /// Starts one that nobody has set up.
    pub(crate) async fn start_new(image: String) -> Self {
        Self::start_with(Some(image), "-v", None).await
    }

    fn set_up(self) -> Self {
        self.command(&["onboarding", "complete"], "");
        self
    }

    async fn start_with(image: Option<String>, verbosity: &'static str, engine: Option<String>) -> Self {
        let home = tempfile::Builder::new().prefix("mosaic-it-").tempdir().expect("a temporary directory");
        // Root's Postgres runs as somebody else, who has to get in.
        fs::set_permissions(home.path(), Permissions::from_mode(0o755)).expect("our own directory");
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a free port").port();
        let child = spawn(&home, image.as_deref(), port, verbosity, engine.as_deref());
        let mut mosaic = Self { child, home, image, port, verbosity, engine, instance: None };
        mosaic.wait_until_up().await;
        mosaic.instance = mosaic.logged_instance();
        mosaic
    }

    /// Starts it again after an end, in the same data directory and at the same port.
    pub(crate) async fn restart(&mut self) {
        self.child =
            spawn(&self.home, self.image.as_deref(), self.port, self.verbosity, self.engine.as_deref());
        self.wait_until_up().await;
    }

    async fn wait_until_up(&mut self) {
        let health = self.url("/api/health");
        for _ in 0..1_200 {
            if let Some(status) = self.child.try_wait().expect("our own child") {
                panic!("Mosaic ended with {status}: {}", self.log());
            }
            let ready = tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_ok();
            if ready && get(&health, "").await.status.is_success() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("Mosaic did not come up: {}", self.log());
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("our own child");
        self.child.wait().expect("our own child");
    }

    /// Ends it as a crash would that dumps its memory.
    pub(crate) fn abort(&mut self) {
        let (_, error, sent) = run(Command::new("kill").args(["-ABRT", &self.child.id().to_string()]), "");
        assert!(sent, "{error}");
        self.child.wait().expect("our own child");
    }

    /// How much of its memory a crash may write to a file, as the kernel has it. Bytes.
    pub(crate) fn core_file_bytes(&self) -> u64 {
        let limits = fs::read_to_string(format!("/proc/{}/limits", self.child.id())).expect("it runs");
        let line = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).expect("a limit");
        // The soft limit and the hard one, which nothing in it could raise again.
        let limits = line.split_whitespace().take(2).map(|limit| limit.parse().unwrap_or(u64::MAX));
        limits.max().unwrap_or(u64::MAX)
    }

    /// Asks it to end, and waits until it has.
    pub(crate) async fn terminate(&mut self) -> std::process::ExitStatus {
        let (_, error, sent) = run(Command::new("kill").args(["-TERM", &self.child.id().to_string()]), "");
        assert!(sent, "{error}");
        eventually("Mosaic ends", async || self.child.try_wait().expect("our own child")).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The set-up code of its last start, which stands in the link that it shows in its log.
    pub(crate) fn setup_code(&self) -> String {
        let log = self.log();
        let code = log.rsplit("/setup#").next().and_then(|rest| rest.split_whitespace().next());
        code.filter(|code| code.len() < log.len()).expect("it was shown").to_owned()
    }

    /// Where cells reach it; the program logs the port.
    pub(crate) fn internal_url(&self) -> String {
        let log = self.log();
        let port = log.split("internal_port=").nth(1).and_then(|rest| rest.split_whitespace().next());
        format!("http://127.0.0.1:{}", port.expect("logged at the start"))
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.home.path().to_owned()
    }

    /// Everything it logged, at debug level.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.home.path().join("mosaic.log")).unwrap_or_default()
    }

    pub(crate) fn instance(&self) -> InstanceId {
        self.instance.expect("known since it came up")
    }

    fn logged_instance(&self) -> Option<InstanceId> {
        let log = self.log();
        let text = log.split("instance=").nth(1)?.split_whitespace().next()?;
        text.parse().ok().map(InstanceId::from_uuid)
    }

    /// Runs one of its commands; its standard output.
    pub(crate) fn command(&self, arguments: &[&str], stdin: &str) -> String {
        let (output, error, succeeded) = self.try_command(arguments, stdin);
        assert!(succeeded, "mosaic {arguments:?}: {error}");
        output
    }

    /// Runs one of its commands; both outputs, and whether it succeeded.
    pub(crate) fn try_command(&self, arguments: &[&str], stdin: &str) -> (String, String, bool) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mosaic"));
        command.env_remove("DATABASE_URL").env_remove("MOSAIC_SECRET_KEY");
        command.arg("--data-dir").arg(self.home.path()).args(arguments);
        run(&mut command, stdin)
    }

    /// An administrator who signs in with this password.
    pub(crate) fn admin(&self, name: &str, password: &str) -> String {
        let email = format!("{name}@example.org");
        self.command(&["admin", "create", "--email", &email, "--password-stdin"], password);
        email
    }

    pub(crate) fn set(&self, key: &str, value: &str) {
        self.command(&["config", "set", key, value], "");
    }

    /// A user with a token and nothing else.
    pub(crate) fn newcomer(&self, name: &str) -> Person {
        let email = format!("{name}@example.org");
        self.command(&["user", "create", "--email", &email], "");
        let token = self.command(&["token", "create", "--user", &email], "");
        Person { email, token }
    }

    /// A user with a provider at this address and an agent called main.
    pub(crate) fn person(&self, name: &str, base_url: &str) -> Person {
        self.person_with_key(name, base_url, "sk-test")
    }

    pub(crate) fn person_with_key(&self, name: &str, base_url: &str, key: &str) -> Person {
        let person = self.newcomer(name);
        self.equip(&person, base_url, key);
        person
    }

    /// Gives somebody a provider at this address and an agent called main.
    pub(crate) fn equip(&self, person: &Person, base_url: &str, key: &str) {
        let user = ["--user", &person.email];
        let provider =
            ["provider", "add", "--name", "models", "--base-url", base_url, "--model", "fake-small"];
        self.command(&[&provider[..], &user].concat(), key);
        let agent = ["agent", "add", "--name", "Main", "--model", "models/fake-small"];
        self.command(&[&agent[..], &user].concat(), "");
    }

    /// The ids of this installation's running containers.
    pub(crate) fn containers(&self) -> Vec<String> {
        self.engine_objects(&["ps", "-q", "--no-trunc"])
    }

    /// The Docker client's standard output, of the engine that this Mosaic uses.
    pub(crate) fn docker(&self, arguments: &[&str]) -> String {
        let engine = self.engine.as_deref().map(|engine| ["--host", engine]);
        docker(&[engine.as_ref().map_or(&[][..], |host| host), arguments].concat())
    }

    /// The ids or names of this installation's things, as one of Docker's list commands gives them.
    pub(crate) fn engine_objects(&self, list: &[&str]) -> Vec<String> {
        let filter = format!("label=mosaic.instance={}", self.instance().as_uuid());
        let found = self.docker(&[list, &["--filter", &filter]].concat());
        found.lines().map(ToOwned::to_owned).collect()
    }
}

fn spawn(home: &TempDir, image: Option<&str>, port: u16, verbosity: &str, engine: Option<&str>) -> Child {
    let log = File::options().create(true).append(true).open(home.path().join("mosaic.log"));
    Command::new(env!("CARGO_BIN_EXE_mosaic"))
        .env_remove("DATABASE_URL")
        .env_remove("MOSAIC_SECRET_KEY")
        .args([verbosity, "--data-dir"])
        .arg(home.path())
        .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
        .args(image.iter().flat_map(|image| ["--image", image]))
        .args(engine.iter().flat_map(|engine| ["--docker-host", engine]))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log.expect("our own directory"))
        .spawn()
        .expect("the program under test")
}

impl Drop for Mosaic {
    /// Removes everything, also when the test has failed; shows the log then.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            eprintln!("--- the log of Mosaic:\n{}", self.log());
        }
        let Some(instance) = self.instance else { return };
        for (list, remove) in [
            (&["ps", "-aq"][..], &["rm", "-f"][..]),
            (&["network", "ls", "-q"], &["network", "rm"]),
            (&["volume", "ls", "-q"], &["volume", "rm"]),
        ] {
            let things = self.engine_objects(list);
            if !things.is_empty() {
                let things: Vec<&str> = things.iter().map(String::as_str).collect();
                self.docker(&[remove, &things].concat());
            }
        }
        // The last to use the private Postgres stops it.
        let _ = self.command(&["config", "get"], "");
        let removing = async move { Firewall::for_instance(instance).remove().await };
        let _ = std::thread::spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|it| it.block_on(removing))
        })
        .join();
    }
}
