//! A package of the programs that the tests use: it installs, starts, is known by its signature, and goes without a trace.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::deb::{self, Packing};
use super::{read, signed};
use crate::screens;
use crate::setup;
use crate::shell::{self, Outcome};

const UNIT: &str = "/usr/lib/systemd/system/bilten.service";
/// What `systemd-analyze security` may hold against the unit, in tenths: 0 is shut, 100 is open.
const MOST_EXPOSURE: &str = "20";
const TRIES: u32 = 200;
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// Makes the package and tries it on this machine; the programs have been built before.
pub fn check() -> Outcome {
    setup::debian(setup::SIGNING)?;
    setup::debian(setup::PACKAGE_CHECK)?;
    let folder = shell::target().join("package-check");
    let package = deb::make("debug", &folder, Packing::Quick)?;
    is_known_by_its_signature(&folder, &package)?;
    if shell::output(shell::command("id").arg("-u"))?.trim() != "0" {
        println!("not installed: only root may; what is in it was checked");
        return shell::output(shell::command("dpkg-deb").arg("--contents").arg(&package)).map(drop);
    }
    if is_known() {
        return Err("a package `bilten` is on this machine already: it is not touched".into());
    }
    let outcome = install(&package)
        .and_then(|()| serves_as_a_unit())
        .and_then(|()| starts());
    let files = installed_files();
    // Whatever went wrong, it goes again.
    shell::output(shell::command("dpkg").args(["--purge", "bilten"]))?;
    outcome?;
    is_gone(&files?)?;
    // It is as large as debug programs are.
    fs::remove_dir_all(&folder).map_err(|why| format!("{}: {why}", folder.display()))
}

fn is_known_by_its_signature(folder: &Path, package: &Path) -> Outcome {
    let (secret, public) = signed::throw_away_key(folder)?;
    let manifest = signed::manifest(package, &secret, "https://downloads.example.org/bilten/")?;
    let told: Value = serde_json::from_str(&read(&manifest)?)
        .map_err(|why| format!("{}: {why}", manifest.display()))?;
    let entry = &told["platforms"][format!("linux-{}-deb", std::env::consts::ARCH)];
    let name = package.file_name().unwrap_or_default().to_string_lossy();
    expect(
        entry["url"] == format!("https://downloads.example.org/bilten/{name}"),
        "the manifest names the package's address",
    )?;
    expect(
        signed::is_genuine(package, &public),
        "the package's signature holds",
    )?;
    expect(
        signed::is_genuine(&manifest, &public),
        "the manifest's signature holds",
    )?;
    let changed = read(&manifest)?.replace("downloads.example.org", "downloads.example.com");
    super::write(&manifest, changed)?;
    expect(
        !signed::is_genuine(&manifest, &public),
        "a changed manifest is refused",
    )
}

fn install(package: &Path) -> Outcome {
    shell::output(shell::command("dpkg").arg("--install").arg(package))?;
    shell::output(shell::command("systemd-analyze").args(["verify", "--man=no", UNIT]))?;
    let exposure = format!("--threshold={MOST_EXPOSURE}");
    shell::output(shell::command("systemd-analyze").args([
        "security",
        "--offline=yes",
        &exposure,
        UNIT,
    ]))?;
    let desktop = "/usr/share/applications/org.bilten.scanner.desktop";
    shell::output(shell::command("desktop-file-validate").arg(desktop))?;
    let handlers = read(Path::new("/usr/share/applications/mimeinfo.cache"))?;
    expect(
        handlers.contains("x-scheme-handler/bilten=org.bilten.scanner.desktop;"),
        "bilten: links open the scanner",
    )
}

/// The server as the service manager runs it, with all that the unit keeps from it.
fn serves_as_a_unit() -> Outcome {
    /// The script's word for a machine that allows no service manager beside its own.
    const NOT_HERE: i32 = 77;
    let mut script = shell::command(shell::root().join("packaging/check-unit.sh"));
    let ended = script
        .stdin(Stdio::null())
        .output()
        .map_err(|why| format!("the unit could not be tried: {why}"))?;
    let words = String::from_utf8_lossy(&ended.stderr).into_owned();
    match ended.status.code() {
        Some(0) => Ok(()),
        Some(NOT_HERE) => {
            println!("the unit was not started: {}", words.trim());
            Ok(())
        }
        _ => Err(words),
    }
}

/// The server as its own user, the scanner, and the window.
fn starts() -> Outcome {
    shell::output(shell::command("/usr/bin/bilten-scan").arg("--version"))?;
    let port = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map_err(|why| format!("no free port: {why}"))?
        .port();
    let address = format!("127.0.0.1:{port}");
    let mut server = Server(
        Command::new("runuser")
            .args(["-u", "bilten", "--", "/usr/bin/bilten"])
            .args([
                "--data",
                "/var/lib/bilten",
                "--config",
                "/etc/bilten/bilten.toml",
            ])
            .args(["serve", "--listen", &address])
            .current_dir("/")
            .env("BILTEN_LOG", "warn")
            .stdout(Stdio::null())
            .spawn()
            .map_err(|why| format!("the installed server could not be started: {why}"))?,
    );
    server.answers(&address)?;
    drop(server);
    screens::installed_window()?;
    // What the check made is not an organizer's.
    fs::remove_dir_all("/var/lib/bilten").map_err(|why| format!("/var/lib/bilten: {why}"))
}

struct Server(Child);

impl Server {
    fn answers(&mut self, address: &str) -> Outcome {
        for _ in 0..TRIES {
            if TcpStream::connect(address).is_ok() {
                return Ok(());
            }
            if let Ok(Some(status)) = self.0.try_wait() {
                return Err(format!("the installed server ended with {status}"));
            }
            thread::sleep(BETWEEN_TRIES);
        }
        Err("the installed server does not answer".into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended needs no end.
        let _ =
            shell::output(shell::command("pkill").args(["-TERM", "-P", &self.0.id().to_string()]));
        let _ = self.0.wait();
    }
}

fn is_known() -> bool {
    shell::output(shell::command("dpkg-query").args(["-W", "bilten"])).is_ok()
}

fn installed_files() -> Outcome<Vec<String>> {
    let listed = shell::output(shell::command("dpkg").args(["--listfiles", "bilten"]))?;
    let files = listed.lines().filter(|path| Path::new(path).is_file());
    Ok(files.map(str::to_owned).collect())
}

fn is_gone(files: &[String]) -> Outcome {
    expect(files.len() >= 12, "the package had files")?;
    for left in files
        .iter()
        .map(String::as_str)
        .chain(["/etc/bilten", "/var/lib/bilten"])
    {
        expect(!Path::new(left).exists(), &format!("{left} is gone"))?;
    }
    let user = shell::output(shell::command("getent").args(["passwd", "bilten"]));
    expect(
        user.is_err() && !is_known(),
        "the user is gone, and dpkg knows nothing any more",
    )
}

fn expect(holds: bool, what: &str) -> Outcome {
    holds.then_some(()).ok_or_else(|| format!("not so: {what}"))
}
