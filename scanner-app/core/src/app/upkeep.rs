//! The device itself: the calm line, diagnostics, settings.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use shared_model::ids::EventNo;
use shared_model::sentences::Sentences;

use super::contract::{Badge, Diagnostics, LogView, ServerAddress, Settings, SettingsView};
use super::show::micros;
use super::ties::standing;
use super::{App, AppError, Changed, Result, Sound, hold};
use crate::scanner::{EventStatus, Server};
use crate::serial;
use crate::sync::http::Http;

/// Times kept for a median.
const KEPT: usize = 101;
const SECOND: Duration = Duration::from_secs(1);

/// How fast this door is, of late.
#[derive(Debug, Default)]
pub(super) struct Figures {
    frames: VecDeque<Duration>,
    decoding: VecDeque<Duration>,
    deciding: VecDeque<Duration>,
}

impl Figures {
    /// A frame was looked at, ending at `now`.
    pub(super) fn looked(&mut self, now: Duration, took: Duration) {
        keep(&mut self.frames, now);
        keep(&mut self.decoding, took);
    }

    /// A verdict was made.
    pub(super) fn decided(&mut self, took: Duration) {
        keep(&mut self.deciding, took);
    }

    /// Frames in the second before `now`.
    fn per_second(&self, now: Duration) -> u16 {
        let late = |at: &&Duration| now.saturating_sub(**at) <= SECOND;
        u16::try_from(self.frames.iter().filter(late).count()).unwrap_or(u16::MAX)
    }
}

fn keep(times: &mut VecDeque<Duration>, time: Duration) {
    if times.len() == KEPT {
        times.pop_front();
    }
    times.push_back(time);
}

fn median(times: &VecDeque<Duration>) -> u32 {
    let mut times: Vec<Duration> = times.iter().copied().collect();
    times.sort_unstable();
    times.get(times.len() / 2).copied().map_or(0, micros)
}

impl App {
    pub(super) fn badge(&self) -> Result<Badge> {
        let scanner = self.any_scanner()?;
        let status = scanner.status(self.wall())?;
        let event = self.event(&scanner)?;
        let at = status.events.iter().find(|one| Some(one.event) == event);
        let near = self.near();
        let server = hold(&self.ties).server();
        let (linked, heard_at, trouble) = standing(&server);
        let asked = hold(&self.asked);
        // Until the lasting contact has something to say, the last exchange speaks.
        let (online, trouble) = match server.events.is_empty() {
            true => (asked.online, asked.trouble.clone()),
            false => (linked, trouble),
        };
        Ok(Badge {
            online,
            busy: asked.busy || online && server.events.iter().any(|event| event.downloading),
            last_contact_at: heard_at.max(asked.last_at),
            trouble,
            unsent: status.events.iter().map(|event| event.unsent).sum(),
            tickets: at.map_or(0, |event| event.tickets),
            downloading: at.is_some_and(is_downloading),
            open_conflicts: at.map_or(0, |event| event.open_conflicts),
            clock_trusted: at.is_none_or(|event| event.clock_trusted),
            peers: near.unwrap_or_default(),
        })
    }

    pub(super) fn diagnostics(&self) -> Result<Diagnostics> {
        let badge = self.badge()?;
        let scanner = self.any_scanner()?;
        let status = scanner.status(self.wall())?;
        let event = self.event(&scanner)?;
        let mut events = status.events.into_iter();
        let at = events.find(|one| Some(one.event) == event);
        let (frames_per_second, decode_us, decide_us) = {
            let door = hold(&self.door);
            let figures = door.as_ref().map(|door| &door.figures);
            figures.map_or((0, 0, 0), |figures| {
                (
                    figures.per_second(self.rising()),
                    median(&figures.decoding),
                    median(&figures.deciding),
                )
            })
        };
        Ok(Diagnostics {
            badge,
            book: at.as_ref().map_or(0, |event| event.book),
            book_at: at.as_ref().and_then(|event| event.book_at),
            revision: at.as_ref().map_or(0, |event| event.revision),
            facts: at.as_ref().map_or(0, |event| event.facts),
            logs: at.map_or_else(Vec::new, |event| logs(&event)),
            clock_offset_ms: status.clock_offset_ms,
            store_bytes: size(self.home.folder()),
            frames_per_second,
            decode_us,
            decide_us,
            folder: self.home.folder().display().to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }

    pub(super) fn sync_now(&self) -> Result<Badge> {
        hold(&self.ties).hurry();
        self.exchange_now()?;
        self.badge()
    }

    pub(super) fn server_address(&self, it: ServerAddress) -> Result<Badge> {
        let scanner = self.any_scanner()?;
        let account = scanner.store().read(|tx| tx.account())?;
        // The same server in another place: whose word counted for it still does.
        let server = Server::parse(&it.address)
            .and_then(|server| server.trusting(account.trust))
            .ok_or(AppError::AddressMalformed)?;
        // Kept once something answered there for this device: a typing error cuts off no door.
        let http = Http::new(server.clone())?;
        let mut rng = self.rng();
        self.runtime
            .block_on(http.learn_duties(&scanner, &mut rng))?;
        scanner
            .store()
            .write(|tx| tx.mark_server(server.address(), server.trust()))?;
        // The link to the old address would hold as long as that answers.
        self.untie();
        self.wake.notify_one();
        self.badge()
    }

    pub(super) fn settings(&self) -> Result<SettingsView> {
        // Phones ask their system about biometrics, which takes a while.
        let settings = self.desk().kept.settings.clone();
        Ok(SettingsView {
            settings,
            languages: Sentences::languages().map(str::to_owned).collect(),
            readers: serial::lines(),
            has_relay: self.shell.has_relay(),
            has_haptics: self.shell.has_haptics(),
            has_biometrics: self.shell.has_biometrics(),
        })
    }

    pub(super) fn change_settings(&self, it: Settings) -> Result<SettingsView> {
        let (kept, lan) = {
            let mut desk = self.desk();
            if desk.locked {
                return Err(AppError::Locked);
            }
            let fresh = Settings {
                volume: it.volume.min(100),
                ..it
            };
            let known = std::mem::replace(&mut desk.kept.settings, fresh);
            (desk.kept.clone(), known.lan)
        };
        kept.save(self.home.folder())?;
        if kept.settings.lan != lan {
            // They are begun again at once, as it is set now.
            self.untie();
            self.wake.notify_one();
        }
        self.apply_settings();
        self.stand_as_signed_in();
        self.changed(Changed::Overview);
        self.settings()
    }

    /// Makes the machine and the words be as they are set.
    pub(super) fn apply_settings(&self) {
        let settings = {
            let mut desk = self.desk();
            desk.sentences = Arc::new(Sentences::of(&desk.kept.settings.language));
            desk.kept.settings.clone()
        };
        self.shell.full_screen(settings.kiosk);
        self.shell.keep_awake(settings.keep_awake);
        self.listen_as_set();
    }

    pub(super) fn test_sound(&self) -> Result<()> {
        let volume = self.desk().kept.settings.volume;
        self.shell.sound(Sound::Test, volume);
        Ok(())
    }

    /// The events of this device.
    pub(super) fn all_events(&self, scanner: &crate::scanner::Scanner) -> Result<Vec<EventNo>> {
        let events = scanner.store().read(|tx| tx.list_events())?;
        Ok(events.iter().map(|state| state.event).collect())
    }
}

/// The first download is not whole yet.
fn is_downloading(event: &EventStatus) -> bool {
    event.revision == 0 || event.downloading_after.is_some()
}

fn logs(event: &EventStatus) -> Vec<LogView> {
    let logs = event.actors.iter().map(|actor| LogView {
        actor: actor.actor,
        device: actor.device.clone().unwrap_or_default(),
        own: actor.own,
        seq: actor.seq,
        acknowledged: actor.acknowledged,
        forked: actor.forked_at.is_some(),
    });
    logs.collect()
}

/// Bytes of the files in a folder, as far as they can be seen.
fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.metadata().ok())
        .filter(std::fs::Metadata::is_file)
        .map(|file| file.len())
        .sum()
}
