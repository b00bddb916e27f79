//! The entry engine: one pure function that server, desktop and phone call.
//!
//! It never reads a clock, a database or the network: the same inputs give the
//! same bytes out. The order of checks is that of the design: 0 device and
//! repeats, 1 the code, 2 its order's state, 3 validity, 4 list, 5 payment,
//! 6 rules, 7 questions, 8 history, 9 capacity. Each lives in `steps`; what is
//! due decides in [`decide()`].
//!
//! It deliberately stores nothing, counts nobody and checks no PIN: its caller
//! brings what is known and stores the fact that [`record()`] makes of the answer.

mod admit;
pub mod cases;
mod choose;
mod decide;
mod history;
mod input;
mod read;
mod record;
pub mod rule;
mod settle;
mod steps;
mod words;

pub use decide::{Simulation, StepLook, decide, simulate};
pub use input::{
    Answer, Clock, Confirmed, Knowledge, Lease, LiveState, Override, PastScan, Presented, Request,
    TokenFacts,
};
pub use read::read;
pub use record::record;
pub use steps::{Due, Finding};
pub use words::Key;
