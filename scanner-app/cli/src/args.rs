//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use scanner_core::relay::Relay;
use scanner_core::scanner::Payment;
use shared_model::enrol::Invitation;
use shared_model::fact::{Direction, Resolution};
use shared_model::ids::{EventNo, GateNo, OperatorNo, RequestId};

/// Scans tickets, with or without a server.
#[derive(Debug, Parser)]
#[command(name = "bilten-scan", version, arg_required_else_help = true)]
pub struct Args {
    /// Folder of this scanner's files [default: a folder of your account]
    #[arg(long, global = true, env = "BILTEN_SCAN_HOME")]
    pub home: Option<PathBuf>,
    /// Keep the keys in this plain file of mode 0600 instead of the system's key store
    #[arg(long, global = true, env = "BILTEN_SCAN_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// Seal the keys under the passphrase in this file (or in BILTEN_SCAN_PASSPHRASE)
    #[arg(long, global = true)]
    pub passphrase_file: Option<PathBuf>,
    /// Print one JSON document a line
    #[arg(long, global = true)]
    pub json: bool,
    /// The event, where the device works for several
    #[arg(long, global = true, env = "BILTEN_SCAN_EVENT")]
    pub event: Option<EventNo>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Become one of the organizer's devices
    Enrol(EnrolArgs),
    /// Exchange everything that is new with the server, or with another device
    Sync(SyncArgs),
    /// Decide about one code: a picture, a ticket's text, or - for lines on standard input
    Scan(ScanArgs),
    /// Let a ticket pass in spite of a refusal; for supervisors
    Override(OverrideArgs),
    /// Scan what comes: before a camera, from a hand scanner, in a folder of pictures, in a video
    Watch(WatchArgs),
    /// List the cameras of this computer; needs no enrolment
    Cameras,
    /// Read every QR code in pictures; needs no enrolment. Exit code 2: not one of them could be opened
    Decode(DecodeArgs),
    /// Replay entry cases from files; needs no enrolment. Exit code 1: some came out otherwise than expected;
    /// 2: some file could not be read
    Decide(DecideArgs),
    /// How this device stands
    Status,
    /// Whether the doors can open: what is in order, and what to do. Exit code 1: something needs attention
    Ready(ReadyArgs),
    /// Sell or give out tickets, with no network
    Sell(SellArgs),
    /// What may still be sold here, and the newest tickets sold, to show or print again
    Till(TillArgs),
    /// Find guests by name, seat, order or code; for supervisors where the event has operators
    #[command(alias = "search")]
    Find(FindArgs),
    /// What could not all have happened, and who settled it
    Conflicts(ConflictsArgs),
    /// Take a scan back
    Undo(UndoArgs),
    /// Say what a conflict turned out to be
    Resolve(ResolveArgs),
    /// Notes that the team of an event shares
    #[command(subcommand)]
    Note(NoteCommand),
    /// Who stands where, and when
    #[command(subcommand)]
    Shift(ShiftCommand),
    /// Write the scan log to a file that the server or another device takes in
    Export(ExportArgs),
    /// Take in the scan log of another device from a file
    Import(ImportArgs),
    /// Exchange logs with other devices of the event that connect to this one
    ServeLan(ServeLanArgs),
    /// Where this device's keys are kept; moves them elsewhere
    Keys(KeysArgs),
    /// Delete everything about one event on this device
    Forget(WipeArgs),
    /// Serve the screens to a browser on this machine
    Bridge(BridgeArgs),
    /// Forget the keys and delete everything on this device
    Wipe(WipeArgs),
}

/// Where and how to scan.
#[derive(Debug, Clone, clap::Args)]
pub struct DoorArgs {
    /// Check-in list, by number or name [default: the gate's or the event's only one]
    #[arg(long, env = "BILTEN_SCAN_LIST")]
    pub list: Option<String>,
    /// Gate where this device stands, by number or name [default: where the organizer put it, or the event's only one]
    #[arg(long, env = "BILTEN_SCAN_GATE")]
    pub gate: Option<String>,
    /// In or out
    #[arg(long, value_enum, default_value_t = Way::Entry)]
    pub direction: Way,
    /// Who stands there; 0 for nobody
    #[arg(long, default_value_t = OperatorNo(0), env = "BILTEN_SCAN_OPERATOR")]
    pub operator: OperatorNo,
    /// The operator's PIN
    #[arg(long, env = "BILTEN_SCAN_PIN", hide_env_values = true)]
    pub pin: Option<String>,
    /// Nobody is there to ask: a turnstile or kiosk
    #[arg(long)]
    pub unattended: bool,
    /// An answer to a question, as number=text; may be given several times
    #[arg(long = "answer", value_name = "QUESTION=TEXT")]
    pub answers: Vec<String>,
    /// Something that was confirmed, as cause or cause=count; may be given several times
    #[arg(long = "confirm", value_name = "CAUSE[=COUNT]")]
    pub confirmed: Vec<String>,
}

/// In or out.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Way {
    /// In.
    Entry,
    /// Out.
    Exit,
}

impl From<Way> for Direction {
    fn from(way: Way) -> Self {
        match way {
            Way::Entry => Self::Entry,
            Way::Exit => Self::Exit,
        }
    }
}

#[derive(Debug, clap::Args)]
pub struct EnrolArgs {
    /// All that the organizer shows in one text: bilten:enrol/…
    #[arg(conflicts_with_all = ["server", "code", "certificate"])]
    pub invitation: Option<Invitation>,
    /// Address of the server, http:// or https://
    #[arg(long, required_unless_present = "invitation")]
    pub server: Option<String>,
    /// The one-time code
    #[arg(long, required_unless_present = "invitation")]
    pub code: Option<String>,
    /// What people will call this device
    #[arg(long)]
    pub name: String,
    #[command(flatten)]
    pub trust: TrustArgs,
}

/// Whose word counts for it that the server is the server.
#[derive(Debug, clap::Args)]
pub struct TrustArgs {
    /// Believe the server for the authorities in this PEM file, and for no others
    #[arg(long, value_name = "FILE", conflicts_with = "certificate")]
    pub ca: Option<PathBuf>,
    /// Believe the server for this certificate alone: its SHA-256, in hexadecimal
    #[arg(long, value_name = "FINGERPRINT")]
    pub certificate: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct SyncArgs {
    /// Another device of the event, as address:port, instead of the server
    #[arg(long, conflicts_with_all = ["server", "ca", "certificate"])]
    pub peer: Option<String>,
    /// The server's address has changed to this; kept once the server has answered there
    #[arg(long)]
    pub server: Option<String>,
    /// Stay in contact with the server until interrupted, and print how that stands whenever it changes
    #[arg(long, conflicts_with = "peer")]
    pub stay: bool,
    #[command(flatten)]
    pub trust: TrustArgs,
}

#[derive(Debug, clap::Args)]
pub struct ScanArgs {
    /// A picture, a ticket's text, or - for lines on standard input
    pub code: String,
    /// Name of this wish, 32 hexadecimal digits: the same one gets the same answer
    #[arg(long)]
    pub request_id: Option<RequestId>,
    /// Decide only, record nothing
    #[arg(long)]
    pub simulate: bool,
    #[command(flatten)]
    pub rehearsal: RehearsalArgs,
    #[command(flatten)]
    pub door: DoorArgs,
}

/// Trying out, with nothing that counts.
#[derive(Debug, Clone, clap::Args)]
pub struct RehearsalArgs {
    /// Rehearse: test tickets count, and what is scanned goes to a log of its own that nobody else hears of
    #[arg(long, requires = "supervisor", conflicts_with = "simulate")]
    pub rehearse: bool,
    /// The supervisor who begins the rehearsal
    #[arg(long, requires = "rehearse")]
    pub supervisor: Option<OperatorNo>,
    /// The supervisor's PIN
    #[arg(long, env = "BILTEN_SCAN_SUPERVISOR_PIN", hide_env_values = true)]
    pub supervisor_pin: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct OverrideArgs {
    /// A picture, a ticket's text, or - for lines on standard input
    pub code: String,
    /// The supervisor who lets it pass
    #[arg(long)]
    pub supervisor: OperatorNo,
    /// The supervisor's PIN
    #[arg(long, env = "BILTEN_SCAN_SUPERVISOR_PIN", hide_env_values = true)]
    pub supervisor_pin: Option<String>,
    /// Steps to pass over, 2 to 9 [default: those that refuse now]
    #[arg(long = "step", value_name = "STEP")]
    pub steps: Vec<u8>,
    /// Why, as a number of the organizer's list of reasons
    #[arg(long, default_value_t = 0)]
    pub reason: u8,
    #[command(flatten)]
    pub door: DoorArgs,
}

#[derive(Debug, clap::Args)]
pub struct SellArgs {
    /// The tier, by number or name
    #[arg(long)]
    pub tier: String,
    /// How many tickets
    #[arg(long, default_value_t = 1)]
    pub count: u16,
    /// How it is paid
    #[arg(long, value_enum, default_value_t = Paid::Cash)]
    pub paid: Paid,
    /// Name of this wish, 32 hexadecimal digits: the same one gets the same tickets
    #[arg(long)]
    pub request_id: Option<RequestId>,
    /// Who sells; 0 for nobody
    #[arg(long, default_value_t = OperatorNo(0), env = "BILTEN_SCAN_OPERATOR")]
    pub operator: OperatorNo,
    /// The operator's PIN
    #[arg(long, env = "BILTEN_SCAN_PIN", hide_env_values = true)]
    pub pin: Option<String>,
    #[command(flatten)]
    pub pictures: PictureArgs,
}

/// How tickets are paid.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Paid {
    /// In cash
    Cash,
    /// By card
    Card,
    /// Given out; for supervisors
    Gift,
}

impl From<Paid> for Payment {
    fn from(paid: Paid) -> Self {
        match paid {
            Paid::Cash => Self::Cash,
            Paid::Card => Self::Card,
            Paid::Gift => Self::Gift,
        }
    }
}

/// Where pictures of codes go.
#[derive(Debug, clap::Args)]
pub struct PictureArgs {
    /// Write a picture of each code into this folder, to print
    #[arg(long, value_name = "FOLDER")]
    pub pictures: Option<PathBuf>,
    /// What kind of picture
    #[arg(long, value_enum, default_value_t = PictureKind::Png)]
    pub picture_kind: PictureKind,
}

/// What kind of picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PictureKind {
    /// Pixels
    Png,
    /// Lines, for any size
    Svg,
}

#[derive(Debug, clap::Args)]
pub struct TillArgs {
    /// Tickets to show at most
    #[arg(long, default_value_t = 20)]
    pub limit: u32,
    #[command(flatten)]
    pub pictures: PictureArgs,
}

#[derive(Debug, clap::Args)]
pub struct WatchArgs {
    /// camera or camera:N as `cameras` lists them, serial:LINE or serial:LINE@BAUD for a hand scanner,
    /// a folder of pictures, or a .y4m video
    pub source: String,
    /// Stop once the folder is read, or after one code otherwise
    #[arg(long)]
    pub once: bool,
    /// Exchange nothing with the server or the devices around meanwhile
    #[arg(long)]
    pub alone: bool,
    #[command(flatten)]
    pub door: DoorArgs,
}

#[derive(Debug, clap::Args)]
pub struct DecodeArgs {
    /// The pictures: PNG, JPEG, WebP, BMP or GIF
    #[arg(required = true)]
    pub images: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct DecideArgs {
    /// Files of cases, as docs/formats/entry-cases.md says
    #[arg(required = true)]
    pub cases: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct ReadyArgs {
    /// Also try this camera, as `cameras` lists it
    #[arg(long, value_name = "NUMBER")]
    pub camera: Option<u32>,
}

#[derive(Debug, clap::Args)]
pub struct FindArgs {
    /// Words of at least three letters, or a ticket's code
    pub text: String,
    /// Who searches
    #[arg(long, default_value_t = OperatorNo(0), env = "BILTEN_SCAN_OPERATOR")]
    pub operator: OperatorNo,
    /// The operator's PIN
    #[arg(long, env = "BILTEN_SCAN_PIN", hide_env_values = true)]
    pub pin: Option<String>,
    /// Guests to show at most
    #[arg(long, default_value_t = 20)]
    pub limit: u32,
}

#[derive(Debug, clap::Args)]
pub struct ConflictsArgs {
    /// Also those that are settled
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, clap::Args)]
pub struct UndoArgs {
    /// The scan, as it was printed: actor:seq [default: this device's last one that let somebody pass]
    pub scan: Option<String>,
    /// Who takes it back; a supervisor may for 15 minutes and more
    #[arg(long, default_value_t = OperatorNo(0))]
    pub operator: OperatorNo,
    /// The operator's PIN
    #[arg(long, env = "BILTEN_SCAN_PIN", hide_env_values = true)]
    pub pin: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct ResolveArgs {
    /// The conflict, as `conflicts` prints it: actor:seq
    pub conflict: String,
    /// What it was
    #[arg(long, value_enum)]
    pub outcome: WhatItWas,
    /// The supervisor who says so
    #[arg(long)]
    pub supervisor: OperatorNo,
    /// The supervisor's PIN
    #[arg(long, env = "BILTEN_SCAN_SUPERVISOR_PIN", hide_env_values = true)]
    pub supervisor_pin: Option<String>,
}

/// What a conflict turned out to be.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum WhatItWas {
    /// The same guest, read twice
    InnocentRescan,
    /// One ticket, several people who know each other
    SharedTicket,
    /// A copy was passed on
    ScreenshotFraud,
    /// Staff did something wrong
    StaffError,
}

impl From<WhatItWas> for Resolution {
    fn from(what: WhatItWas) -> Self {
        match what {
            WhatItWas::InnocentRescan => Self::InnocentRescan,
            WhatItWas::SharedTicket => Self::SharedTicket,
            WhatItWas::ScreenshotFraud => Self::ScreenshotFraud,
            WhatItWas::StaffError => Self::StaffError,
        }
    }
}

/// Who writes.
#[derive(Debug, clap::Args)]
pub struct PersonArgs {
    /// Your number
    #[arg(long, env = "BILTEN_SCAN_OPERATOR")]
    pub operator: OperatorNo,
    /// Your PIN
    #[arg(long, env = "BILTEN_SCAN_PIN", hide_env_values = true)]
    pub pin: Option<String>,
}

/// What is to be done with notes.
#[derive(Debug, Subcommand)]
pub enum NoteCommand {
    /// Write a note; the others see it after the next sync
    Add {
        /// What it says, at most 1000 bytes
        text: String,
        #[command(flatten)]
        person: PersonArgs,
    },
    /// Show all notes, oldest first
    List,
    /// Erase the text of a note everywhere; one's own, or as a supervisor
    Erase {
        /// The note, as `note list` shows it
        note: String,
        #[command(flatten)]
        person: PersonArgs,
    },
}

/// What is to be done with the shift plan; changing it is for supervisors.
#[derive(Debug, Subcommand)]
pub enum ShiftCommand {
    /// Plan a shift
    Add {
        /// Number of the gate
        #[arg(long)]
        gate: GateNo,
        /// Number of who stands there
        #[arg(long)]
        who: OperatorNo,
        /// Begin, as 2026-06-20T18:00 on the event's clocks
        #[arg(long)]
        from: String,
        /// End
        #[arg(long)]
        until: String,
        #[command(flatten)]
        person: PersonArgs,
    },
    /// Show the plan
    List,
    /// Change a shift; what is absent stays
    Change {
        /// The shift, as `shift list` shows it
        shift: String,
        /// Another gate
        #[arg(long)]
        gate: Option<GateNo>,
        /// Somebody else
        #[arg(long)]
        who: Option<OperatorNo>,
        /// Another begin
        #[arg(long)]
        from: Option<String>,
        /// Another end
        #[arg(long)]
        until: Option<String>,
        #[command(flatten)]
        person: PersonArgs,
    },
    /// Take a shift out of the plan
    Cancel {
        /// The shift, as `shift list` shows it
        shift: String,
        #[command(flatten)]
        person: PersonArgs,
    },
}

#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// The file to write
    pub file: PathBuf,
    /// Replace what is there
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// The file to read
    pub file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub struct ServeLanArgs {
    /// Address and port to listen on
    #[arg(long, default_value = "0.0.0.0:7411")]
    pub listen: SocketAddr,
    /// Exchange nothing with the server meanwhile
    #[arg(long)]
    pub alone: bool,
}

#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub struct KeysArgs {
    /// Move them to the system's key store
    #[arg(long)]
    pub to_system: bool,
    /// Seal them under the passphrase in this file
    #[arg(long, value_name = "FILE")]
    pub to_passphrase_file: Option<PathBuf>,
    /// Move them to this plain file of mode 0600
    #[arg(long, value_name = "FILE")]
    pub to_key_file: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct BridgeArgs {
    /// Address and port to listen on, of this machine only; port 0 for a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    pub listen: SocketAddr,
    /// Folder of the built screens
    #[arg(long, env = "BILTEN_SCAN_UI")]
    pub ui: PathBuf,
    /// Command that opens the turnstile once; settings decide whether it is used
    #[arg(long, env = "BILTEN_SCAN_RELAY")]
    pub relay: Option<Relay>,
}

#[derive(Debug, clap::Args)]
pub struct WipeArgs {
    /// Do it although facts or notes were not delivered to the server
    #[arg(long)]
    pub force: bool,
    /// Delete what was rehearsed and nothing else
    #[arg(long, conflicts_with = "force")]
    pub rehearsal: bool,
}

#[cfg(test)]
#[path = "../../../tests/src/commands.rs"]
mod commands;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_command_that_a_page_tells_is_one() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
        let told = commands::told(&docs, "bilten-scan");
        assert!(told.len() > 40, "the pages lost their commands");
        for commands::Told { page, words } in told {
            if let Err(error) = Args::try_parse_from(&words) {
                panic!("{}: {}\n{error}", page.display(), words.join(" "));
            }
        }
    }
}
