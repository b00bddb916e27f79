//! The bridge as a browser meets it: who gets in, what is asked, what is heard.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::StreamExt as _;
use reqwest::header::{CONTENT_SECURITY_POLICY, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

/// How long an event that has to come is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A bridge process; ended with the test.
struct Bridge {
    _folder: TempDir,
    child: Child,
    /// Where to open it, token and all.
    open: String,
    /// The same without the token.
    base: String,
    client: Client,
}

impl Drop for Bridge {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(folder: &Path, listen: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bilten-scan"));
    command
        .args(["bridge", "--json", "--listen", listen])
        .arg("--home")
        .arg(folder.join("home"))
        .arg("--key-file")
        .arg(folder.join("keys"))
        .arg("--ui")
        .arg(folder.join("ui"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

fn bridge() -> Bridge {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("ui")).unwrap();
    std::fs::write(folder.path().join("ui/index.html"), "the page").unwrap();
    let mut child = command(folder.path(), "127.0.0.1:0").spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    let open = line["open"].as_str().unwrap().to_owned();
    let base = open.split("/?").next().unwrap().to_owned();
    // Whoever comes second finds the provider installed, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Bridge {
        _folder: folder,
        child,
        open,
        base,
        client: Client::builder().redirect(Policy::none()).build().unwrap(),
    }
}

impl Bridge {
    /// Comes with the token; gives the cookie.
    async fn enter(&self) -> String {
        let answer = self.client.get(&self.open).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        assert_eq!(answer.headers()[LOCATION], "/");
        let cookie = answer.headers()[SET_COOKIE].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
        cookie.split(';').next().unwrap().to_owned()
    }

    async fn ask(&self, cookie: &str, body: String) -> (StatusCode, Value) {
        let url = format!("{}/request", self.base);
        let request = self.client.post(url).header(COOKIE, cookie).body(body);
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }
}

#[tokio::test]
async fn the_token_lets_one_browser_in_and_nobody_else() {
    let bridge = bridge();
    let status =
        |request: reqwest::RequestBuilder| async { request.send().await.unwrap().status() };
    let page = || bridge.client.get(&bridge.base);
    assert_eq!(status(page()).await, StatusCode::UNAUTHORIZED);
    let guess = bridge.client.get(format!("{}/?token=00", bridge.base));
    assert_eq!(status(guess).await, StatusCode::UNAUTHORIZED);
    let cookie = bridge.enter().await;
    let again = bridge.client.get(&bridge.open);
    assert_eq!(status(again).await, StatusCode::UNAUTHORIZED);

    let own = page().header(COOKIE, &cookie).send().await.unwrap();
    let policy = own.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
    assert_eq!(own.text().await.unwrap(), "the page");
    let elsewhere = page().header(COOKIE, &cookie).header(HOST, "evil.example");
    assert_eq!(status(elsewhere).await, StatusCode::FORBIDDEN);
    let request = bridge.client.post(format!("{}/request", bridge.base));
    let foreign = request
        .header(COOKIE, &cookie)
        .header(ORIGIN, "http://evil.example");
    assert_eq!(status(foreign).await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn requests_are_answered_and_events_are_heard() {
    let bridge = bridge();
    let cookie = bridge.enter().await;
    let overview = json!({ "do": "overview" }).to_string();
    let (status, overview) = bridge.ask(&cookie, overview).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(overview["phase"], json!({ "is": "fresh" }));
    for broken in ["", "{", "{\"do\":\"fly\"}", "{\"do\":\"scan_text\"}"] {
        let (status, error) = bridge.ask(&cookie, broken.to_owned()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(error, json!({ "code": "malformed_request" }), "{broken}");
    }
    let scan = json!({ "do": "scan_text", "text": "TK1:" }).to_string();
    let (status, error) = bridge.ask(&cookie, scan).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(error, json!({ "code": "not_enrolled" }));

    let url = format!("{}/events", bridge.base.replace("http://", "ws://"));
    let stranger = tokio_tungstenite::connect_async(&url).await;
    assert!(stranger.is_err());
    let mut request = url.into_client_request().unwrap();
    request
        .headers_mut()
        .insert("cookie", cookie.parse().unwrap());
    let (mut events, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let test = json!({ "do": "test_sound" }).to_string();
    let (status, answer) = bridge.ask(&cookie, test).await;
    assert_eq!((status, answer), (StatusCode::OK, Value::Null));
    let heard = timeout(PATIENCE, events.next()).await.unwrap();
    let heard = heard.unwrap().unwrap().into_text().unwrap();
    let heard: Value = serde_json::from_str(&heard).unwrap();
    assert_eq!(
        heard,
        json!({ "event": "play", "sound": "test", "volume": 80 })
    );
}

#[test]
fn other_machines_are_kept_out_and_missing_screens_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let ended = |listen| {
        let output = command(folder.path(), listen).output().unwrap();
        let line: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), line["error"].to_string())
    };
    let (code, words) = ended("0.0.0.0:0");
    assert!(
        code == Some(2) && words.contains("other machines"),
        "{words}"
    );
    let (code, words) = ended("127.0.0.1:0");
    assert!(code == Some(2) && words.contains("no screens"), "{words}");
}
