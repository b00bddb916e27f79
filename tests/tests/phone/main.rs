//! What can be checked of the phone build without the vendors' tools: `mobile/README.md` lists what cannot.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod documents;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use documents::{dictionary, elements, json, named, of, strings, text, width, yaml};

#[test]
fn every_document_is_well_formed() {
    let mut documents = 0;
    for file in files(&mobile("gen"))
        .into_iter()
        .chain([mobile("Info.ios.plist")])
    {
        let kind = file.extension().and_then(|kind| kind.to_str());
        match kind.unwrap_or_default() {
            "xml" | "storyboard" => drop(elements(&file)),
            "plist" | "entitlements" => drop(dictionary(&file)),
            "json" => drop(json(&file)),
            "yml" => drop(yaml(&file)),
            _ => continue,
        }
        documents += 1;
    }
    assert!(documents >= 20, "{documents} documents");
}

#[test]
fn android_is_asked_for_these_permissions_and_no_more() {
    let manifest = elements(&manifest());
    let asked = named(&manifest, "uses-permission");
    let expected = [
        "ACCESS_LOCAL_NETWORK",
        "ACCESS_NETWORK_STATE",
        "CAMERA",
        "CHANGE_WIFI_MULTICAST_STATE",
        "INTERNET",
        "USE_BIOMETRIC",
        "USE_FINGERPRINT",
        "VIBRATE",
    ];
    assert_eq!(
        asked,
        expected.map(|name| format!("android.permission.{name}"))
    );
    let limited = of(&manifest, "uses-permission").filter_map(|told| {
        let until = told.get("android:maxSdkVersion")?;
        Some((told["android:name"].as_str(), until.as_str()))
    });
    let fingerprint = ("android.permission.USE_FINGERPRINT", "27");
    assert_eq!(limited.collect::<Vec<_>>(), [fingerprint]);
    let required = of(&manifest, "uses-feature").filter(|told| told["android:required"] != "false");
    assert_eq!(
        required.count(),
        0,
        "a phone without a camera has a hand scanner"
    );
}

#[test]
fn android_opens_links_and_keeps_everything_else_shut() {
    let manifest = elements(&manifest());
    let open = ["activity", "service", "receiver", "provider"]
        .into_iter()
        .flat_map(|kind| of(&manifest, kind))
        .filter(|told| told["android:exported"] != "false");
    let open: Vec<&str> = open.map(|told| told["android:name"].as_str()).collect();
    assert_eq!(open, [".MainActivity"]);
    let schemes: Vec<&str> = of(&manifest, "data")
        .map(|told| told["android:scheme"].as_str())
        .collect();
    assert_eq!(schemes, ["bilten"]);
    let app = of(&manifest, "application").next().unwrap();
    assert_eq!(app["android:allowBackup"], "false");
    assert_eq!(app["android:supportsRtl"], "true");
    let gradle = text(&mobile("gen/android/app/build.gradle.kts"));
    let (usual, debug) = gradle.split_once("buildTypes").unwrap();
    assert!(usual.contains(r#"manifestPlaceholders["usesCleartextTraffic"] = "false""#));
    let (_, release) = debug.split_once(r#"getByName("release")"#).unwrap();
    assert!(!release.contains("usesCleartextTraffic"));
}

#[test]
fn apple_is_told_why_and_asked_for_no_more() {
    let told = dictionary(&mobile("Info.ios.plist"));
    let keys: Vec<&str> = told.keys().map(String::as_str).collect();
    let expected = [
        "CFBundleURLTypes",
        "LSSupportsOpeningDocumentsInPlace",
        "NSBonjourServices",
        "NSCameraUsageDescription",
        "NSFaceIDUsageDescription",
        "NSLocalNetworkUsageDescription",
        "UIFileSharingEnabled",
    ];
    assert_eq!(keys.into_iter().collect::<BTreeSet<_>>(), expected.into());
    for (key, why) in told.iter().filter(|(key, _)| key.ends_with("Description")) {
        assert!(why.as_string().unwrap().starts_with("Bilten "), "{key}");
    }
    let types = told["CFBundleURLTypes"].as_array().unwrap();
    let schemes = types[0].as_dictionary().unwrap()["CFBundleURLSchemes"]
        .as_array()
        .unwrap();
    assert_eq!(strings(schemes), ["bilten"]);
    let service = strings(told["NSBonjourServices"].as_array().unwrap());
    let discovery = text(&root().join("scanner-app/core/src/lan/discovery.rs"));
    assert!(discovery.contains(&format!(r#""{}.local.""#, service[0])));
    let entitled = "gen/apple/bilten-mobile_iOS/bilten-mobile_iOS.entitlements";
    let entitled = dictionary(&mobile(entitled));
    let entitled: Vec<&String> = entitled.keys().collect();
    assert_eq!(entitled, ["com.apple.developer.networking.multicast"]);
}

#[test]
fn gradle_takes_what_the_plugins_bring() {
    let taken = text(&mobile("gen/android/settings.gradle"));
    assert!(taken.contains("apply from: 'tauri.settings.gradle'"));
    let taken = text(&mobile("gen/android/app/build.gradle.kts"));
    assert!(taken.contains(r#"apply(from = file("tauri.build.gradle.kts"))"#));
    // Builds write into those files what the plugins bring that this crate itself depends on.
    let crates = text(&mobile("Cargo.toml"));
    let crates = crates
        .lines()
        .filter_map(|line| line.split_once(".workspace"));
    let crates = crates.map(|(name, _)| name.replace('-', "_"));
    let named: Vec<String> = crates.filter(|name| name.contains("plugin")).collect();
    let source = text(&mobile("src/phone.rs"));
    assert_eq!(source.matches("::init()").count(), named.len());
    for plugin in named {
        assert!(source.contains(&format!("{plugin}::init()")), "{plugin}");
    }
}

#[test]
fn the_keystore_finds_the_app() {
    let lock = text(&root().join("Cargo.lock"));
    let package = |name: &str| {
        let line = format!("\nname = \"{name}\"\n");
        let mut found = lock
            .split("[[package]]")
            .filter(|told| told.contains(&line));
        let package = found.next().unwrap();
        assert_eq!(found.next(), None, "{name} is there twice");
        package
    };
    // The one asks the crate for the app, and the other tells it at start; some versions did not.
    for name in ["android-native-keyring-store", "tao"] {
        assert!(package(name).contains("\"ndk-context\""), "{name}");
    }
    package("ndk-context");
}

#[test]
fn versions_and_names_agree() {
    let conf = json(&mobile("tauri.conf.json"));
    let identifier = conf["identifier"].as_str().unwrap();
    let desktop = json(&desktop("tauri.conf.json"));
    assert_eq!(desktop["identifier"], identifier);
    assert_eq!(
        conf["version"],
        Value::Null,
        "the crate's version is the app's"
    );
    let gradle = text(&mobile("gen/android/app/build.gradle.kts"));
    let lowest = &conf["bundle"]["android"]["minSdkVersion"];
    for line in [
        format!("namespace = \"{identifier}\""),
        format!("applicationId = \"{identifier}\""),
        format!("minSdk = {lowest}"),
    ] {
        assert!(gradle.contains(&line), "{line}");
    }
    let folder = identifier.replace('.', "/");
    let activity = format!("gen/android/app/src/main/java/{folder}/MainActivity.kt");
    assert!(text(&mobile(&activity)).starts_with(&format!("package {identifier}\n")));

    let version = env!("CARGO_PKG_VERSION");
    let info = dictionary(&mobile("gen/apple/bilten-mobile_iOS/Info.plist"));
    assert_eq!(
        info["CFBundleShortVersionString"].as_string(),
        Some(version)
    );
    assert_eq!(info["CFBundleVersion"].as_string(), Some(version));
    let project = yaml(&mobile("gen/apple/project.yml"));
    let base = &project["settingGroups"]["app"]["base"];
    assert_eq!(base["PRODUCT_BUNDLE_IDENTIFIER"].as_str(), Some(identifier));
    let lowest = conf["bundle"]["iOS"]["minimumSystemVersion"].as_str();
    assert_eq!(
        project["options"]["deploymentTarget"]["iOS"].as_str(),
        lowest
    );
    let told = &project["targets"]["bilten-mobile_iOS"]["info"]["properties"];
    assert_eq!(told["CFBundleShortVersionString"].as_str(), Some(version));
    assert_eq!(told["CFBundleVersion"].as_str(), Some(version));
}

#[test]
fn a_phones_page_may_do_what_a_windows_page_may() {
    let conf = json(&mobile("tauri.conf.json"));
    let window = json(&desktop("tauri.conf.json"));
    let security = |conf: &Value| conf["app"]["security"].clone();
    assert_eq!(security(&conf)["csp"], security(&window)["csp"]);
    assert_eq!(security(&conf)["freezePrototype"], true);
    assert_eq!(
        security(&conf)["capabilities"],
        serde_json::json!(["mobile"])
    );
    let capability = json(&mobile("capabilities/mobile.json"));
    let granted = json(&desktop("capabilities/main.json"));
    assert_eq!(capability["permissions"], granted["permissions"]);
    assert_eq!(capability["windows"], granted["windows"]);
    assert_eq!(
        capability["platforms"],
        serde_json::json!(["android", "iOS"])
    );
    assert_eq!(capability.get("remote"), None);
    assert_eq!(files(&mobile("capabilities")).len(), 1);
}

#[test]
fn icons_have_the_sizes_that_are_said() {
    let set = mobile("gen/apple/Assets.xcassets/AppIcon.appiconset");
    let images = json(&set.join("Contents.json"));
    let mut said = BTreeSet::from(["Contents.json".to_owned()]);
    for image in images["images"].as_array().unwrap() {
        let part = |key: &str| image[key].as_str().unwrap();
        let points: f64 = part("size").split_once('x').unwrap().0.parse().unwrap();
        let scale: f64 = part("scale").trim_end_matches('x').parse().unwrap();
        assert_eq!(
            f64::from(width(&set.join(part("filename")))),
            points * scale
        );
        said.insert(part("filename").to_owned());
    }
    let there = files(&set).into_iter();
    let there = there.map(|file| file.file_name().unwrap().to_str().unwrap().to_owned());
    assert_eq!(there.collect::<BTreeSet<_>>(), said);
    for (density, size) in [
        ("m", 48),
        ("h", 72),
        ("xh", 96),
        ("xxh", 144),
        ("xxxh", 192),
    ] {
        let folder = format!("gen/android/app/src/main/res/mipmap-{density}dpi");
        let folder = mobile(&folder);
        for (name, size) in [
            ("ic_launcher", size),
            ("ic_launcher_round", size),
            ("ic_launcher_foreground", size * 9 / 4),
        ] {
            assert_eq!(
                width(&folder.join(format!("{name}.png"))),
                size,
                "{density} {name}"
            );
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn mobile(path: &str) -> PathBuf {
    root().join("mobile").join(path)
}

fn desktop(path: &str) -> PathBuf {
    root().join("scanner-app/src-tauri").join(path)
}

fn manifest() -> PathBuf {
    mobile("gen/android/app/src/main/AndroidManifest.xml")
}

/// Every file below a folder but those that builds make.
fn files(folder: &Path) -> Vec<PathBuf> {
    let made = [mobile("gen/schemas"), mobile("gen/apple/Externals")];
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !made.contains(&path) {
            found.extend(files(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}
