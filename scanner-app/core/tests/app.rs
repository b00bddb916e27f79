//! The program behind the screens, driven as a screen does: requests in, answers and events out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

#[cfg(target_os = "linux")]
#[path = "app/camera.rs"]
mod camera;
#[path = "app/device.rs"]
mod device;
#[path = "app/door.rs"]
mod door;
#[path = "app/exchange.rs"]
mod exchange;
#[path = "app/guests.rs"]
mod guests;
#[path = "app/night.rs"]
mod night;
#[path = "app/place.rs"]
mod place;
#[cfg(unix)]
#[path = "app/reader.rs"]
mod reader;
#[path = "app/ready.rs"]
mod ready;
#[path = "app/rehearsing.rs"]
mod rehearsing;
mod support;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scanner_core::app::contract::{
    Badge, Conflicts, DoorStats, FactRef, Found, HeadCount, Outcome, Overview, Phase, Reads,
    Report, Saved, Settings, SettingsView, Shown, TicketDetail, Undone,
};
use scanner_core::app::{App, AppError, Event, Feel, Machine, Notice, Request, Shell, Sound};
use scanner_core::camera::Preview;
use scanner_core::home::Home;
use scanner_core::scanner::Scanner;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shared_model::book::{AnswerKind, Question};
use shared_model::ids::QuestionNo;
use shared_model::time::Timestamp;
use support::{EVENT, GATE, LIST, NOON, Organizer, SUPERVISOR};
use tempfile::TempDir;
use ticket_crypto::qr::Ecc;

use place::{Desk, Place, code, machine, request, start};
