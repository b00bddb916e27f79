//! A camera that is read: what its listener is told, whatever the source does.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use decode::LumaImage;
use scanner_core::camera::file::{Pictures, Speed, Video};
use scanner_core::camera::push::Push;
use scanner_core::camera::{
    Camera, Clock, Error, Event, FrameSource, MAX_FRAME_PIXELS, Next, Settings, State,
};
use scanner_core::picture;
use ticket_crypto::qr;

/// What has to come comes within this long, however busy the computer.
const LONG: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Told {
    State(State),
    Seen(Vec<String>),
}

/// A clock that tests move by hand.
#[derive(Clone, Default)]
struct Hands(Arc<AtomicU64>);

impl Hands {
    fn forward(&self, seconds: u64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    fn clock(&self) -> Clock {
        let hands = Arc::clone(&self.0);
        Arc::new(move || Duration::from_millis(hands.load(Ordering::SeqCst)))
    }
}

struct Watched {
    camera: Camera,
    told: Receiver<Told>,
    hands: Hands,
}

impl Watched {
    fn start(
        open: impl FnMut() -> Result<Box<dyn FrameSource>, Error> + Send + 'static,
        settings: Settings,
    ) -> Self {
        let (tell, told) = channel();
        let hands = Hands::default();
        let listener = move |event: Event<'_>| {
            let event = match event {
                Event::State(state) => Told::State(state),
                Event::Seen(seen) => {
                    Told::Seen(seen.texts.iter().map(|text| (*text).into()).collect())
                }
            };
            let _ = tell.send(event);
        };
        let camera = Camera::start(open, settings, hands.clock(), listener).unwrap();
        Self {
            camera,
            told,
            hands,
        }
    }

    fn pushed(push: &Push, settings: Settings) -> Self {
        let push = push.clone();
        Self::start(move || Ok(push.open()), settings)
    }

    /// What is told next, pictures without a code left out.
    fn next(&self) -> Told {
        loop {
            let told = self.told.recv_timeout(LONG).unwrap();
            if told != Told::Seen(Vec::new()) {
                return told;
            }
        }
    }

    fn state(&self) -> State {
        match self.next() {
            Told::State(state) => state,
            seen => panic!("{seen:?}"),
        }
    }

    fn seen(&self) -> Vec<String> {
        match self.next() {
            Told::Seen(texts) => texts,
            state => panic!("{state:?}"),
        }
    }
}

fn code(text: &str) -> LumaImage {
    picture::parse(&qr::png(text, qr::Ecc::M, 4).unwrap()).unwrap()
}

fn grey() -> LumaImage {
    LumaImage::new(64, 48, vec![128; 64 * 48]).unwrap()
}

/// Puts a picture in until the camera has taken it: what was put in before it was opened is gone.
fn show(push: &Push, watched: &Watched, image: &LumaImage) -> Told {
    loop {
        push.luma(image.width(), image.height(), image.width(), image.bytes())
            .unwrap();
        if let Ok(told) = watched.told.recv_timeout(Duration::from_millis(50)) {
            return told;
        }
    }
}

#[test]
fn a_pushed_picture_gives_its_codes_and_says_how_the_camera_does() {
    let push = Push::new();
    let watched = Watched::pushed(&push, Settings::default());
    assert_eq!(watched.camera.state(), State::Starting);
    let shown = show(&push, &watched, &code("hello"));
    assert_eq!(shown, Told::State(State::Running));
    assert_eq!(watched.seen(), ["hello"]);
    let figures = watched.camera.figures();
    assert!(
        figures.read >= 1 && figures.frames_per_second > 0.0,
        "{figures:?}"
    );
}

#[test]
fn beside_a_ticket_no_other_code_is_read() {
    let (ticket, other) = (code("TK1:TICKET"), code("https://example.org"));
    let width = ticket.width() + other.width();
    let height = ticket.height().max(other.height());
    let mut both = vec![255; width * height];
    for (image, left) in [(&other, 0), (&ticket, other.width())] {
        for (y, row) in image.frame().rows().enumerate() {
            let start = y * width + left;
            both[start..start + row.len()].copy_from_slice(row);
        }
    }
    let push = Push::new();
    let watched = Watched::pushed(&push, Settings::default());
    show(
        &push,
        &watched,
        &LumaImage::new(width, height, both).unwrap(),
    );
    assert_eq!(watched.seen(), ["TK1:TICKET"]);
}

#[test]
fn trouble_is_told_once_and_passes() {
    let mut opened = 0;
    let open = move || {
        opened += 1;
        match opened {
            1..=2 => Err(Error::Busy),
            3 => Err(Error::Denied),
            _ => {
                let file = tempfile::NamedTempFile::with_suffix(".png").unwrap();
                std::fs::write(file.path(), qr::png("back", qr::Ecc::M, 4).unwrap()).unwrap();
                let (_, path) = file.keep().unwrap();
                Ok(Box::new(Pictures::new(vec![path])) as Box<dyn FrameSource>)
            }
        }
    };
    let watched = Watched::start(open, Settings::default());
    assert_eq!(watched.state(), State::Trouble(Error::Busy));
    assert_eq!(watched.state(), State::Trouble(Error::Denied));
    assert_eq!(watched.state(), State::Running);
    assert_eq!(watched.seen(), ["back"]);
    assert_eq!(watched.state(), State::Ended);
}

#[test]
fn a_camera_that_is_gone_stays_unplugged_until_it_is_back() {
    let push = Push::new();
    let source = push.clone();
    let mut opened = 0;
    let open = move || {
        opened += 1;
        match opened {
            2..=3 => Err(Error::NoCamera),
            _ => Ok(source.open()),
        }
    };
    let watched = Watched::start(open, Settings::default());
    show(&push, &watched, &grey());
    push.failed(Error::Unplugged);
    assert_eq!(watched.state(), State::Trouble(Error::Unplugged));
    assert_eq!(watched.camera.state(), State::Trouble(Error::Unplugged));
    assert_eq!(show(&push, &watched, &grey()), Told::State(State::Running));
}

#[test]
fn a_camera_sleeps_when_nobody_comes_and_wakes_when_asked_to() {
    let push = Push::new();
    let settings = Settings {
        sleep_after: Some(Duration::from_secs(3)),
    };
    let watched = Watched::pushed(&push, settings);
    show(&push, &watched, &grey());
    watched.hands.forward(2);
    show(&push, &watched, &code("late"));
    assert_eq!(watched.seen(), ["late"]);
    watched.hands.forward(2);
    assert_eq!(watched.camera.state(), State::Running);
    watched.hands.forward(2);
    assert_eq!(watched.state(), State::Asleep);
    watched.camera.wake();
    assert_eq!(watched.state(), State::Starting);
    assert_eq!(show(&push, &watched, &grey()), Told::State(State::Running));
    watched.camera.sleep();
    assert_eq!(watched.state(), State::Asleep);
}

#[test]
fn a_camera_that_gives_nothing_is_in_trouble_until_it_does() {
    let push = Push::new();
    let watched = Watched::pushed(&push, Settings::default());
    show(&push, &watched, &grey());
    watched.hands.forward(6);
    assert_eq!(watched.state(), State::Trouble(Error::Silent));
    assert_eq!(show(&push, &watched, &grey()), Told::State(State::Running));
}

/// A driver with a fault in every place.
struct Faulty(u32);

impl FrameSource for Faulty {
    fn next(&mut self) -> Result<Next, Error> {
        match self.0 {
            1 => panic!("in the driver"),
            2 => Ok(Next::Picture(
                LumaImage::new(
                    MAX_FRAME_PIXELS / 1000 + 1,
                    1000,
                    vec![0; MAX_FRAME_PIXELS + 1000],
                )
                .unwrap(),
            )),
            _ => Ok(Next::Ended),
        }
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        assert_ne!(self.0, 1, "in the driver, when closed");
    }
}

#[test]
fn a_driver_that_panics_or_gives_too_much_has_failed() {
    let mut opened = 0;
    let open = move || {
        opened += 1;
        assert_ne!(opened, 1, "in the driver, when opened");
        Ok(Box::new(Faulty(opened - 1)) as Box<dyn FrameSource>)
    };
    let watched = Watched::start(open, Settings::default());
    let State::Trouble(Error::Failed { .. }) = watched.state() else {
        panic!("a panic is a failure");
    };
    let State::Trouble(Error::Format { detail }) = watched.state() else {
        panic!("a picture that is too large is none");
    };
    assert!(detail.contains("x 1000"), "{detail}");
    assert_eq!(watched.state(), State::Ended);
}

/// Pictures with more and more rows, as fast as a fast camera.
struct Growing(usize);

impl FrameSource for Growing {
    fn next(&mut self) -> Result<Next, Error> {
        std::thread::sleep(Duration::from_millis(4));
        self.0 += 1;
        let picture = LumaImage::new(32, self.0, vec![0; 32 * self.0]);
        Ok(Next::Picture(picture.unwrap()))
    }
}

#[test]
fn a_slow_listener_gets_the_newest_picture() {
    let (tell, told): (Sender<usize>, _) = channel();
    let listener = move |event: Event<'_>| {
        if let Event::Seen(seen) = event {
            let _ = tell.send(seen.picture.height());
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    let open = || Ok(Box::new(Growing(0)) as Box<dyn FrameSource>);
    let clock = Hands::default().clock();
    let camera = Camera::start(open, Settings::default(), clock, listener).unwrap();
    let read: Vec<usize> = told.iter().take(5).collect();
    let dropped = camera.figures().dropped;
    drop(camera);
    assert!(read.is_sorted(), "{read:?}");
    // Of each twenty-five or so one is read; how many is the computer's affair.
    assert!(read[4] > 20 && dropped > 10, "{read:?}, {dropped} dropped");
}

#[test]
fn a_video_is_read_to_its_end() {
    let code = code("TK1:VIDEO");
    let mut file = format!(
        "YUV4MPEG2 W{} H{} F10:1 Cmono\n",
        code.width(),
        code.height()
    )
    .into_bytes();
    for _ in 0..3 {
        file.extend(b"FRAME\n");
        file.extend(code.bytes());
    }
    let open = move || {
        let video = Video::new(std::io::Cursor::new(file.clone()), Speed::Recorded)?;
        Ok(Box::new(video) as Box<dyn FrameSource>)
    };
    let watched = Watched::start(open, Settings::default());
    assert_eq!(watched.state(), State::Running);
    assert_eq!(watched.seen(), ["TK1:VIDEO"]);
    loop {
        match watched.next() {
            Told::Seen(texts) => assert_eq!(texts, ["TK1:VIDEO"]),
            Told::State(state) => return assert_eq!(state, State::Ended),
        }
    }
}
