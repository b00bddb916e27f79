//! What server, desktop and phone must agree on.
//!
//! Types of the domain, the entry engine ([`entry::decide`]), the facts of the
//! door and their log, and the messages devices exchange. Pure: no clock, no
//! randomness source, no database and no network is reached from here.

pub mod book;
pub mod capacity;
pub mod csv;
pub mod enrol;
pub mod entry;
pub mod fact;
pub mod foreign;
pub mod hlc;
pub mod ids;
pub mod lease;
pub mod log;
pub mod manifest;
pub mod money;
pub mod notes;
pub mod sentences;
pub mod sync;
pub mod ticket;
pub mod time;
pub mod verdict;
