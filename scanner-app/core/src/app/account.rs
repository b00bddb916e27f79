//! Who this device is: opening, enrolling, locking, wiping.

use std::sync::Arc;
use std::time::Duration;

use shared_model::ids::OperatorNo;
use zeroize::Zeroizing;

use super::contract::{
    DeviceView, Enrol, EventView, KeyPlace, KeyPlaces, Overview, Phase, Settings, Unlock, Wipe,
};
use super::kept::Kept;
use super::link;
use super::{App, AppError, Changed, Result, Stage, hold, unsent};
use crate::keys::KeyStore;
use crate::scanner::{Enrolling, Scanner};
use crate::store::Store;
use crate::sync::http::Http;

const LONGEST_NAME: usize = 80;
const SHORTEST_PASSPHRASE: usize = 8;
/// How long a wipe waits for an exchange to let go of the files.
const LET_GO: Duration = Duration::from_secs(5);

impl App {
    /// Opens the store, where there is one and its keys need no passphrase.
    pub(super) fn open_store(&self) {
        let stage = if !Store::exists(self.home.folder()) {
            Stage::Fresh
        } else if self.home.is_sealed() {
            Stage::Sealed
        } else {
            match self.open_with(self.home.keys(None)) {
                Ok(scanner) => Stage::Open(scanner),
                Err(error) => Stage::Failed(error),
            }
        };
        self.enter(stage);
    }

    /// Opens the store again where it could not be opened.
    pub(super) fn reopen(&self) -> Result<Overview> {
        {
            // The second of two at once would find the store in use by the first.
            let _alone = hold(&self.opening);
            if matches!(self.desk().stage, Stage::Failed(_)) {
                self.open_store();
                self.changed(Changed::Phase);
            }
        }
        self.overview()
    }

    fn open_with(&self, keys: KeyStore) -> Result<Arc<Scanner>> {
        let scanner = Scanner::open(self.home.folder(), keys, &mut self.rng())?;
        Ok(Arc::new(scanner))
    }

    /// Goes on in another stage: at the kept station, where there is one.
    fn enter(&self, stage: Stage) {
        let mut revoked = false;
        if let Stage::Open(scanner) = &stage {
            let account = scanner.store().read(|tx| tx.account());
            revoked = account.is_ok_and(|account| account.revoked);
        }
        // A lock outlives the program, as long as there is somebody who could open it.
        let locked = self.desk().kept.locked && self.has_people(&stage);
        let mut desk = self.desk();
        desk.stage = stage;
        desk.revoked = revoked;
        desk.locked = locked;
        desk.operator = OperatorNo(0);
        desk.link = None;
        drop(desk);
        *hold(&self.door) = None;
        *hold(&self.tally) = Default::default();
        self.return_to_station();
        self.wake.notify_one();
    }

    pub(super) fn overview(&self) -> Result<Overview> {
        let phase = self.phase()?;
        let (settings, link) = {
            let desk = self.desk();
            (desk.kept.settings.clone(), desk.link.clone())
        };
        let mut overview = Overview {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            settings,
            device: None,
            events: Vec::new(),
            station: None,
            operator: None,
            operators: Vec::new(),
            badge: None,
            link,
            reader: self.reader_state(),
            phase,
        };
        match overview.phase {
            Phase::Fresh
            | Phase::Failed { .. }
            | Phase::Locked {
                by: super::contract::LockedBy::Passphrase,
            } => return Ok(overview),
            Phase::Locked { .. } | Phase::Revoked { .. } | Phase::Open => {}
        }
        if matches!(self.desk().stage, Stage::Fresh) {
            // Of a revoked device nothing is left to show.
            return Ok(overview);
        }
        let scanner = self.any_scanner()?;
        overview.device = Some(device(&scanner)?);
        overview.operators = self.on_duty(&scanner)?;
        overview.badge = Some(self.badge()?);
        if overview.phase == Phase::Open {
            overview.events = self.events(&scanner)?;
            overview.station = self.station(&scanner)?;
            let operator = self.desk().operator;
            let mut people = overview.operators.iter();
            overview.operator = people.find(|person| person.operator == operator).cloned();
        }
        Ok(overview)
    }

    fn events(&self, scanner: &Scanner) -> Result<Vec<EventView>> {
        let events = scanner.store().read(|tx| tx.list_events())?;
        let views = events.into_iter().map(|state| {
            let book = match state.book_number {
                0 => None,
                _ => Some(scanner.book(state.event)?),
            };
            Ok(EventView {
                event: state.event,
                name: state.name,
                starts_at: book.as_ref().and_then(|book| book.starts_at),
                admission_at: book.as_ref().and_then(|book| book.admission_at),
                utc_offset_secs: book
                    .as_ref()
                    .map_or(0, |book| super::station::utc_offset_secs(book, self.wall())),
                gone: state.gone,
                has_book: book.is_some(),
                search: book.is_some_and(|book| book.search_on_devices),
            })
        });
        views.collect()
    }

    pub(super) fn key_places(&self) -> Result<KeyPlaces> {
        let trouble = match self.home.is_plain() {
            true => None,
            false => KeyStore::system_available().err().map(AppError::from),
        };
        Ok(KeyPlaces {
            system: trouble.is_none(),
            trouble,
        })
    }

    pub(super) fn enrol(&self, it: Enrol) -> Result<Overview> {
        match &self.desk().stage {
            Stage::Fresh => {}
            Stage::Failed(error) => return Err(error.clone()),
            Stage::Sealed | Stage::Open(_) => return Err(AppError::AlreadyEnrolled),
        }
        let name = it.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(AppError::NameMalformed);
        }
        let (server, code) = link::told(&it.server, &it.code)?;
        let keys = self.keys_in(&it.keys)?;
        let mut rng = self.rng();
        let http = Http::new(server.clone())?;
        let enrolling = Enrolling::begin(name, self.home.folder(), keys, &mut rng)?;
        let request = enrolling.request(&code);
        let answer = self.runtime.block_on(http.enrol(&request))?;
        let scanner = enrolling.finish(&server, &answer, self.wall(), &mut rng)?;
        self.enter(Stage::Open(Arc::new(scanner)));
        // The first exchange brings the set-up that screens choose from; without it they say so.
        if let Err(error) = self.exchange_now() {
            tracing::info!(%error, "enrolled, and the first exchange failed");
        }
        self.changed(Changed::Phase);
        self.overview()
    }

    fn keys_in(&self, place: &KeyPlace) -> Result<KeyStore> {
        match place {
            KeyPlace::System if self.home.is_plain() => Ok(self.home.keys(None)),
            KeyPlace::System => {
                KeyStore::system_available()?;
                Ok(self.home.keys(None))
            }
            KeyPlace::Passphrase { passphrase }
                if passphrase.chars().count() < SHORTEST_PASSPHRASE =>
            {
                Err(AppError::PassphraseTooShort)
            }
            KeyPlace::Passphrase { passphrase } => {
                Ok(self.home.keys(Some(Zeroizing::new(passphrase.clone()))))
            }
        }
    }

    pub(super) fn unlock(&self, it: Unlock) -> Result<Overview> {
        match it {
            Unlock::Passphrase { passphrase } => {
                if matches!(self.desk().stage, Stage::Sealed) {
                    let keys = self.home.keys(Some(Zeroizing::new(passphrase)));
                    let scanner = self.open_with(keys)?;
                    self.keep_locked(false);
                    self.enter(Stage::Open(scanner));
                }
            }
            Unlock::Pin { operator, pin } => {
                let scanner = self.any_scanner()?;
                self.check_pin(&scanner, operator, &pin, false)?;
                self.keep_locked(false);
                self.desk().operator = operator;
            }
            Unlock::Biometrics { question, instead } => {
                self.any_scanner()?;
                self.shell.recognise(&question, &instead)?;
                self.keep_locked(false);
            }
        }
        if hold(&self.door).is_none() {
            self.return_to_station();
        }
        self.stand_as_signed_in();
        self.changed(Changed::Phase);
        self.overview()
    }

    pub(super) fn lock(&self) -> Result<Overview> {
        let scanner = self.scanner()?;
        // With nobody who could open it again, it stays open.
        if let Some(nobody) = self.on_duty(&scanner)?.is_empty().then_some(OperatorNo(0)) {
            return Err(AppError::NotOnDuty { operator: nobody });
        }
        self.keep_locked(true);
        self.close_camera();
        self.changed(Changed::Phase);
        self.overview()
    }

    /// Locks or opens, also for the next start. A full disk keeps nobody out: the next start alone
    /// would not know.
    fn keep_locked(&self, locked: bool) {
        let kept = {
            let mut desk = self.desk();
            desk.locked = locked;
            desk.kept.locked = locked;
            desk.kept.clone()
        };
        if let Err(error) = kept.save(self.home.folder()) {
            tracing::warn!(%error, "whether it is locked is not kept");
        }
    }

    /// Whether anybody is named who could open a lock, on duty now or not.
    fn has_people(&self, stage: &Stage) -> bool {
        let Stage::Open(scanner) = stage else {
            return false;
        };
        let book = self.duty_book(scanner);
        book.is_ok_and(|book| book.is_some_and(|book| !book.roster.operators.is_empty()))
    }

    pub(super) fn wipe(&self, it: Wipe) -> Result<Overview> {
        if !it.force
            && let Ok(scanner) = self.any_scanner()
        {
            let count = unsent(&scanner, self.wall())?;
            if count > 0 {
                return Err(AppError::UnsentFacts { count });
            }
        }
        self.wipe_everything()?;
        self.overview()
    }

    /// Forgets the keys, then deletes the files.
    pub(super) fn wipe_everything(&self) -> Result<()> {
        let stage = std::mem::replace(&mut self.desk().stage, Stage::Fresh);
        *hold(&self.door) = None;
        self.close_camera();
        self.untie();
        if let Stage::Open(scanner) = stage {
            self.let_go(scanner);
        }
        Scanner::wipe(self.home.folder(), &self.home.keys(None))?;
        Kept::delete(self.home.folder())?;
        self.desk().kept = Kept {
            settings: Settings::default(),
            ..Kept::default()
        };
        self.enter(Stage::Fresh);
        self.changed(Changed::Phase);
        Ok(())
    }

    /// Waits until nobody else holds the scanner, so that its files are closed.
    fn let_go(&self, scanner: Arc<Scanner>) {
        let until = self.rising() + LET_GO;
        while Arc::strong_count(&scanner) > 1 && self.rising() < until {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn device(scanner: &Scanner) -> Result<DeviceView> {
    let account = scanner.store().read(|tx| tx.account())?;
    Ok(DeviceView {
        name: account.name,
        device: account.device,
        organizer: account.organizer,
        server: account.server,
    })
}
