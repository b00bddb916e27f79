//! The scanner without its screen: store, sync, LAN, controller.
//!
//! Knows no window and no Tauri. A verdict that admits is returned after its
//! fact is durable, and nothing but the store lies on the way to it: no
//! network, no key store.

pub mod app;
pub mod archive;
pub mod camera;
pub mod controller;
pub mod home;
pub mod keys;
pub mod lan;
pub mod picture;
pub mod presence;
pub mod readiness;
pub mod relay;
pub mod saving;
pub mod scanner;
pub mod serial;
pub mod store;
pub mod sync;
pub mod words;
