//! What the build of a window's program does, on desktops and phones alike: declares the commands, so that
//! one that no capability names is refused, and sees to it that there is a page to embed, also in a clone
//! in which the screens were not built yet.

use std::path::{Path, PathBuf};
use std::{env, fs};

use tauri_build::{AppManifest, Attributes};

const PLACEHOLDER: &str = r#"<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Bilten</title></head>
  <body>
    <h1>The screens are not built yet</h1>
    <p>Run <code>npm ci &amp;&amp; npm run build</code> in <code>scanner-app/ui</code>, then build this program again.</p>
  </body>
</html>
"#;

/// Builds with the screens in `screens`, the folder that `tauri.conf.json` names too.
pub fn build(screens: &str) {
    println!("cargo:rerun-if-changed={screens}");
    if !Path::new(screens).join("index.html").is_file() {
        println!(
            "cargo:warning=the screens are not built and the window will only say so: \
             run `npm ci && npm run build` in scanner-app/ui"
        );
        embed_placeholder();
    }
    let commands = AppManifest::new().commands(&["request", "events", "preview"]);
    let attributes = Attributes::new().app_manifest(commands);
    tauri_build::try_build(attributes).expect("tauri.conf.json and the capabilities are in order");
}

/// Has a page embedded that says what is missing, in place of the screens.
fn embed_placeholder() {
    let out = env::var_os("OUT_DIR").expect("cargo names a folder for what is made");
    let folder = PathBuf::from(out).join("placeholder");
    fs::create_dir_all(&folder).expect("the folder for what is made can be written");
    fs::write(folder.join("index.html"), PLACEHOLDER).expect("a page can be written there");
    let config = serde_json::json!({ "build": { "frontendDist": folder } });
    // Read by the macro that embeds the page.
    println!("cargo:rustc-env=TAURI_CONFIG={config}");
}
