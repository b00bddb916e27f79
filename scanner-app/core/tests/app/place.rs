//! A program at a door, and the machine around it.

use super::*;

static SEED: AtomicU64 = AtomicU64::new(1);

pub(super) fn machine() -> Machine {
    Machine {
        wall: || NOON,
        rising: || Duration::from_secs(1),
        rng: || StdRng::seed_from_u64(SEED.fetch_add(1, Ordering::Relaxed)),
    }
}

/// A machine that remembers what it was asked to do.
#[derive(Default)]
pub(super) struct Desk {
    done: Mutex<Vec<String>>,
    folder: PathBuf,
    /// It has a window that pictures are sent to.
    window: bool,
    pub(super) pictures: AtomicU64,
    /// It knows whoever asks, by finger or face.
    pub(super) knows: AtomicBool,
}

impl Desk {
    fn note(&self, what: impl std::fmt::Debug) {
        self.done.lock().unwrap().push(format!("{what:?}"));
    }

    pub(super) fn did(&self, what: &str) -> bool {
        let mut done = self.done.lock().unwrap();
        let found = done.iter().any(|done| done.contains(what));
        done.retain(|done| !done.contains(what));
        found
    }
}

impl Shell for Desk {
    fn push(&self, event: &Event) {
        self.note(event);
    }
    fn has_preview(&self) -> bool {
        self.window
    }
    fn preview(&self, picture: &Preview) {
        assert_eq!((picture.width(), picture.height()), (320, 240));
        self.pictures.fetch_add(1, Ordering::Relaxed);
    }
    fn sound(&self, sound: Sound, volume: u8) {
        self.note(("sound", sound, volume));
    }
    fn haptics(&self, feel: Feel) {
        self.note(("feel", feel));
    }
    fn has_haptics(&self) -> bool {
        true
    }
    fn notice(&self, notice: Notice) {
        self.note(("notice", notice));
    }
    fn full_screen(&self, on: bool) {
        self.note(("full screen", on));
    }
    fn keep_awake(&self, on: bool) {
        self.note(("awake", on));
    }
    fn relay(&self) {
        self.note("relay");
    }
    fn has_relay(&self) -> bool {
        true
    }
    fn has_biometrics(&self) -> bool {
        self.knows.load(Ordering::Relaxed)
    }
    fn recognise(&self, question: &str, instead: &str) -> Result<(), AppError> {
        self.note((question, instead));
        match self.has_biometrics() {
            true => Ok(()),
            false => Err(AppError::NotRecognised),
        }
    }
    fn save(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, AppError> {
        scanner_core::saving::save_in(&self.folder, name, bytes)
    }
}

/// A program at a door of an event with ten tickets.
pub(super) struct Place {
    pub(super) folder: TempDir,
    pub(super) organizer: Organizer,
    pub(super) desk: Arc<Desk>,
    pub(super) app: Arc<App>,
    runtime: tokio::runtime::Runtime,
}

impl Place {
    pub(super) fn new() -> Self {
        Self::at(|_| {})
    }

    /// With a book that `change` made different.
    pub(super) fn at(change: impl FnOnce(&mut Organizer)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut organizer = Organizer::new(NOON);
        change(&mut organizer);
        let scanner = organizer.enrol(folder.path(), "North");
        organizer.give(&scanner, 10);
        drop(scanner);
        let place = Self::open(folder, organizer);
        place.choose();
        place
    }

    pub(super) fn open(folder: TempDir, organizer: Organizer) -> Self {
        Self::with(folder, organizer, machine(), false)
    }

    /// A program whose screens are a window that pictures are sent to.
    pub(super) fn open_in_window(folder: TempDir, organizer: Organizer, machine: Machine) -> Self {
        Self::with(folder, organizer, machine, true)
    }

    fn with(folder: TempDir, organizer: Organizer, machine: Machine, window: bool) -> Self {
        // Other tests have devices with the same keys, which it would meet on the network.
        let kept = folder.path().join("app.json");
        if !kept.exists() {
            std::fs::write(kept, r#"{ "settings": { "lan": false } }"#).unwrap();
        }
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let desk = Arc::new(Desk {
            folder: folder.path().join("saved"),
            window,
            ..Desk::default()
        });
        let app = start(folder.path(), machine, &desk, &runtime);
        Self {
            folder,
            organizer,
            desk,
            app,
            runtime,
        }
    }

    pub(super) fn choose(&self) {
        let choose = json!({ "do": "choose", "event": EVENT, "list": LIST, "gate": GATE, "direction": "entry" });
        let _: Overview = self.ask(choose).unwrap();
    }

    pub(super) fn ask<T: DeserializeOwned>(&self, request: Value) -> Result<T, AppError> {
        let request: Request = serde_json::from_value(request).unwrap();
        let answer = self.app.answer(request)?;
        Ok(serde_json::from_value(answer).unwrap())
    }

    pub(super) fn refused(&self, request: Value) -> AppError {
        self.ask::<Value>(request).unwrap_err()
    }

    pub(super) fn scan(&self, serial: u32) -> Shown {
        let text = self.organizer.token(serial);
        self.ask(json!({ "do": "scan_text", "text": text }))
            .unwrap()
    }

    pub(super) fn change(&self, settings: Settings) {
        let _: SettingsView = self.ask(request("change_settings", settings)).unwrap();
    }

    /// Starts the program anew, as after a crash.
    pub(super) fn again(self) -> Self {
        let (folder, organizer) = self.close();
        Self::open(folder, organizer)
    }

    /// Ends the program.
    pub(super) fn close(self) -> (TempDir, Organizer) {
        let Self {
            folder,
            organizer,
            desk,
            app,
            runtime,
        } = self;
        drop((desk, app));
        // What runs in the background lets go of the store before another may open it.
        runtime.shutdown_timeout(Duration::from_secs(10));
        (folder, organizer)
    }
}

pub(super) fn start(
    folder: &Path,
    machine: Machine,
    desk: &Arc<Desk>,
    runtime: &tokio::runtime::Runtime,
) -> Arc<App> {
    let home = Home::new(folder.to_owned(), Some(folder.join("keys")));
    App::start(
        home,
        machine,
        Arc::<Desk>::clone(desk),
        runtime.handle().clone(),
    )
}

/// The request `name` with these arguments.
pub(super) fn request(name: &str, arguments: impl serde::Serialize) -> Value {
    let mut request = serde_json::to_value(arguments).unwrap();
    request["do"] = name.into();
    request
}

pub(super) fn code(shown: &Shown) -> &str {
    shown.reason.as_ref().map_or("", |reason| &reason.code)
}
