//! One exchange with the server, now: after enrolment, and when somebody asks for it.
//!
//! What goes on by itself is [`super::ties`]'s; here is also what follows when others changed
//! something. Nobody is asked anything here: being offline is no fault.

use shared_model::time::Timestamp;

use super::{App, AppError, Changed, Notice, Result, Stage, hold};
use crate::scanner::{EventStatus, Scanner, Server};
use crate::sync::http::Http;

/// A sign of life goes into the log when nothing else did for so long.
const LIFE_MS: i64 = 60_000;

/// How the last exchange that was asked for went.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) online: bool,
    pub(super) busy: bool,
    pub(super) last_at: Option<Timestamp>,
    pub(super) trouble: Option<AppError>,
}

/// Whether the enrolment has ended and nothing is left to deliver.
#[derive(Debug, Clone, Copy)]
#[must_use = "what a revoked device holds has to go"]
pub(super) struct Over(bool);

impl App {
    /// One exchange with the server, now.
    pub(super) fn exchange_now(&self) -> Result<()> {
        let scanner = self.any_scanner()?;
        let (exchanged, over) = self.exchange_with_server(&scanner);
        drop(scanner);
        self.end_if(over);
        exchanged
    }

    fn exchange_with_server(&self, scanner: &Scanner) -> (Result<()>, Over) {
        hold(&self.asked).busy = true;
        let exchanged = self.with_server(scanner);
        let wall = self.wall();
        {
            let mut asked = hold(&self.asked);
            asked.busy = false;
            asked.online = !matches!(
                exchanged,
                Err(AppError::ServerUnreachable | AppError::ServerCertificate)
            );
            if asked.online {
                asked.last_at = Some(wall);
            }
            asked.trouble = exchanged.as_ref().err().cloned();
        }
        (exchanged, self.after_exchange(scanner))
    }

    fn with_server(&self, scanner: &Scanner) -> Result<()> {
        let account = scanner.store().read(|tx| tx.account())?;
        let server = Server::of(&account).ok_or(AppError::AddressMalformed)?;
        let http = Http::new(server)?;
        for event in self.all_events(scanner)? {
            scanner.show_life(event, LIFE_MS, self.wall())?;
            let exchange = http.sync(scanner, event, &self.machine.wall, self.rng());
            self.runtime.block_on(exchange)?;
        }
        scanner.remember(&mut self.rng())?;
        Ok(())
    }

    /// Pushes what changed.
    pub(super) fn tell_changes(&self, before: &[EventStatus], after: &[EventStatus]) {
        for now in after {
            let was = before.iter().find(|was| was.event == now.event);
            let changed = |look: fn(&EventStatus) -> u64| was.map(look) != Some(look(now));
            if was.is_some_and(|was| was.gone) != now.gone {
                self.changed(Changed::Overview);
            }
            if changed(|event| event.book) {
                self.changed(Changed::Book);
            }
            if changed(|event| event.revision) || changed(|event| event.tickets) {
                self.changed(Changed::Tickets);
            }
            if changed(|event| event.facts) {
                self.changed(Changed::Log);
            }
            let conflicts = was.map_or(0, |was| was.open_conflicts);
            if now.open_conflicts > conflicts {
                self.shell.notice(Notice::Conflict);
            }
        }
    }

    /// Goes on with what the exchange brought: a new set-up, the end of the enrolment.
    pub(super) fn after_exchange(&self, scanner: &Scanner) -> Over {
        let revoked = scanner.store().read(|tx| tx.account());
        let revoked = revoked.is_ok_and(|account| account.revoked);
        let news = revoked && !std::mem::replace(&mut self.desk().revoked, revoked);
        if news {
            *hold(&self.door) = None;
            self.shell.notice(Notice::Revoked);
            self.changed(Changed::Phase);
        }
        if hold(&self.door).is_none() {
            self.return_to_station();
        }
        self.tell_badge();
        Over(scanner.is_over(self.wall()).unwrap_or(false))
    }

    /// Everything of a revoked device is delivered: nothing of it stays, and screens go on
    /// telling why. Whoever calls this has let go of the scanner.
    pub(super) fn end_if(&self, Over(over): Over) {
        let stage_is_open = matches!(self.desk().stage, Stage::Open(_));
        if !(over && stage_is_open) {
            return;
        }
        match self.wipe_everything() {
            Ok(()) => {
                self.desk().revoked = true;
                self.changed(Changed::Phase);
            }
            Err(error) => tracing::warn!(%error, "a revoked device could not be wiped"),
        }
    }
}
