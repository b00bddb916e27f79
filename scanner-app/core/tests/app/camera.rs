//! The camera of the machine, from its driver to the screens: `tests/v4l2-shim` stands in for
//! `/dev/video0`. No real camera is touched.
//!
//! The stand-in is loaded before the C library, so each test runs itself again in a process of its own.

use scanner_core::app::contract::{CameraState, CameraTrouble, Cameras, Diagnostics, LinkView};
use scanner_core::app::contract::{Check, CheckKind, CheckState, Readiness};

use super::support::shim::{self, Shim};
use super::*;

const TRIES: u32 = 1500;

/// A machine whose clocks go.
fn going() -> Machine {
    Machine {
        rising: Machine::real().rising,
        ..machine()
    }
}

/// A machine whose rising clock goes twenty times as fast.
fn hasty() -> Machine {
    Machine {
        rising: || (Machine::real().rising)() * 20,
        ..machine()
    }
}

/// Whether this is the process with the stand-in; runs `name` in one where it is not.
fn inside(name: &str) -> bool {
    shim::inside(&format!("camera::{name}"))
}

/// A window at a door, and the camera of its machine.
struct Window {
    place: Place,
    shim: Shim,
}

impl Window {
    fn new(machine: Machine) -> Self {
        let shim = Shim::of_process();
        shim.show(None);
        let place = Place::new();
        let (folder, organizer) = place.close();
        Self {
            place: Place::open_in_window(folder, organizer, machine),
            shim,
        }
    }

    fn start(&self, id: &str) -> CameraState {
        let start = json!({ "do": "start_camera", "id": id });
        self.place.ask(start).unwrap()
    }

    fn state(&self) -> CameraState {
        let cameras: Cameras = self.place.ask(json!({ "do": "cameras" })).unwrap();
        cameras.state
    }

    fn until(&self, what: &str, so: impl Fn(&CameraState) -> bool) -> CameraState {
        for _ in 0..TRIES {
            let state = self.state();
            if so(&state) {
                return state;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{what}: {:?}", self.state());
    }

    fn until_trouble(&self, trouble: CameraTrouble) {
        self.until("it is told", |state| {
            !state.running && state.trouble == Some(trouble)
        });
    }

    fn running(&self) -> CameraState {
        self.until("it runs", |state| state.running)
    }

    fn until_pushed(&self, what: &str) {
        for _ in 0..TRIES {
            if self.place.desk.did(what) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{what}");
    }
}

#[test]
fn a_guest_is_let_in_by_the_camera_of_the_machine() {
    if !inside("a_guest_is_let_in_by_the_camera_of_the_machine") {
        return;
    }
    let window = Window::new(going());
    let cameras: Cameras = window.place.ask(json!({ "do": "cameras" })).unwrap();
    assert!(!cameras.in_screen);
    assert_eq!(cameras.cameras[0].name, "Door camera");
    window.start("");
    window.until_pushed("Camera(CameraState { running: true");
    assert_eq!(window.running().name, "Door camera");

    window.shim.show(Some(&window.place.organizer.token(3)));
    window.until_pushed("outcome: Admit");
    assert!(window.place.desk.did("(\"sound\", Admit, 80)"));
    assert!(window.place.desk.pictures.load(Ordering::Relaxed) > 0);
    let figures: Diagnostics = window.place.ask(json!({ "do": "diagnostics" })).unwrap();
    assert!(figures.frames_per_second > 0 && figures.decode_us > 0);
    let ready: Readiness = window.place.ask(json!({ "do": "ready" })).unwrap();
    let camera = |check: &&Check| check.what == CheckKind::Camera;
    let check = ready.checks.iter().find(camera).unwrap();
    assert_eq!(check.state, CheckState::Good);

    window.shim.show(None);
    window.until_pushed("in_view: 0");
    let stopped: CameraState = window.place.ask(json!({ "do": "stop_camera" })).unwrap();
    assert!(!stopped.running && stopped.trouble.is_none());
    window.shim.show(Some(&window.place.organizer.token(4)));
    std::thread::sleep(Duration::from_millis(500));
    assert!(!window.place.desk.did("outcome: Admit"), "nobody looks");
}

#[test]
fn what_is_wrong_with_a_camera_is_told_apart_and_it_comes_back_by_itself() {
    if !inside("what_is_wrong_with_a_camera_is_told_apart_and_it_comes_back_by_itself") {
        return;
    }
    let window = Window::new(going());
    window.shim.unplug();
    window.start("");
    window.until_trouble(CameraTrouble::Missing);
    window.shim.plug();
    window.shim.put("trouble", b"open 16");
    window.until_trouble(CameraTrouble::Busy);
    window.shim.put("trouble", b"open 13");
    window.until_trouble(CameraTrouble::Denied);
    window.shim.plug();
    window.running();
    window.shim.unplug();
    window.until_trouble(CameraTrouble::Gone);
    window.shim.plug();
    window.running();
}

#[test]
fn the_camera_that_was_chosen_is_remembered_and_no_other_is_taken() {
    if !inside("the_camera_that_was_chosen_is_remembered_and_no_other_is_taken") {
        return;
    }
    let window = Window::new(going());
    window.start("Door camera");
    window.running();
    let settings: SettingsView = window.place.ask(json!({ "do": "settings" })).unwrap();
    assert_eq!(settings.settings.camera, "Door camera");
    window.start("Till camera");
    window.until_trouble(CameraTrouble::Missing);
    window.start("");
    assert_eq!(window.state().name, "Till camera");
    window.shim.put("name", b"Till camera\n");
    window.running();
}

#[test]
fn a_camera_sleeps_between_guests_and_is_woken() {
    if !inside("a_camera_sleeps_between_guests_and_is_woken") {
        return;
    }
    let window = Window::new(hasty());
    let settings: SettingsView = window.place.ask(json!({ "do": "settings" })).unwrap();
    window.place.change(Settings {
        camera_sleeps: true,
        ..settings.settings
    });
    window.start("");
    window.until("it sleeps", |state| state.asleep);
    window.start("");
    window.running();
}

#[test]
fn a_new_device_reads_its_enrolment_code() {
    if !inside("a_new_device_reads_its_enrolment_code") {
        return;
    }
    let shim = Shim::of_process();
    shim.show(None);
    let folder = tempfile::tempdir().unwrap();
    let place = Place::open_in_window(folder, Organizer::new(NOON), going());
    let window = Window { place, shim };
    window.start("");
    window.running();
    let code = "bilten:enrol/7K3M-Q0ZT-94AB/https://t.example";
    window.shim.show(Some(code));
    window.until_pushed("Link(LinkView { text: \"bilten:enrol/7K3M-Q0ZT-94AB/https://t.example\"");
    let overview: Overview = window.place.ask(json!({ "do": "overview" })).unwrap();
    let link = LinkView {
        text: code.into(),
        server: "https://t.example".into(),
        pinned: false,
    };
    assert_eq!(overview.link, Some(link));
}

#[test]
fn light_and_zoom_are_set_where_the_camera_has_them() {
    if !inside("light_and_zoom_are_set_where_the_camera_has_them") {
        return;
    }
    let window = Window::new(going());
    let tune = json!({ "do": "tune_camera", "torch": true, "zoom": 50 });
    window.start("");
    let plain = window.running();
    assert!(!plain.has_torch && !plain.has_zoom);
    let tuned: CameraState = window.place.ask(tune.clone()).unwrap();
    assert!(!tuned.torch && tuned.zoom == 0, "it has neither");
    let _: CameraState = window.place.ask(json!({ "do": "stop_camera" })).unwrap();

    window.shim.put("controls", b"");
    window.start("");
    let able = window.running();
    assert!(able.has_torch && able.has_zoom && !able.torch);
    let tuned: CameraState = window.place.ask(tune).unwrap();
    assert!(tuned.torch);
    assert_eq!(tuned.zoom, 50);
    window.until_pushed("torch: true, zoom: 50");
    window.shim.unplug();
    window.until_trouble(CameraTrouble::Gone);
    window.shim.plug();
    let again = window.running();
    assert!(again.torch && again.zoom == 50, "as it was set");
}
