//! The settings of every platform's bundle are ones that Tauri knows, also where nobody has built one yet.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tauri::utils::config::Config;

#[test]
fn each_platform_has_settings_that_tauri_reads() {
    for (platform, target) in [("linux", "rpm"), ("windows", "msi"), ("macos", "dmg")] {
        let mut settings = json("tauri.conf.json");
        merge(&mut settings, json(&format!("tauri.{platform}.conf.json")));
        let read: Config =
            serde_json::from_value(settings).unwrap_or_else(|why| panic!("{platform}: {why}"));
        let targets = serde_json::to_value(&read.bundle.targets).unwrap();
        let targets = targets.as_array().unwrap();
        assert!(targets.contains(&target.into()), "{platform}: {targets:?}");
        for icon in &read.bundle.icon {
            assert!(here(icon).is_file(), "{platform}: {icon} is not there");
        }
    }
}

/// As Tauri does it: what the platform says comes over what all say.
fn merge(all: &mut Value, own: Value) {
    match (all, own) {
        (Value::Object(all), Value::Object(own)) => {
            for (name, value) in own {
                merge(all.entry(name).or_insert(Value::Null), value);
            }
        }
        (all, own) => *all = own,
    }
}

fn json(name: &str) -> Value {
    serde_json::from_slice(&fs::read(here(name)).unwrap()).unwrap()
}

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}
