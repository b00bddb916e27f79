//! Journeys across processes: the real server, real scanners, real databases.
//!
//! What is here starts and drives programs as people would and tells what
//! happened. It knows no rule of the product: it only looks at answers.

pub mod alone;
pub mod api;
pub mod box_office;
pub mod commands;
pub mod databases;
pub mod place;
pub mod programs;
pub mod scanner;
pub mod server;
pub mod stage;
pub mod story;

/// Why a journey could not go on, in words.
pub type Outcome<T = ()> = Result<T, String>;

/// Turns any failure into words that begin with what was tried.
pub fn failed<E: std::fmt::Display>(what: &str) -> impl FnOnce(E) -> String + '_ {
    move |why| format!("{what}: {why}")
}
