//! The cameras of this computer, through nokhwa: V4L2, AVFoundation, Media Foundation.
//!
//! Phones have none here: theirs are the webview's ([`super::push`]).

use serde::Serialize;

use super::{Error, FrameSource};

/// Whether this program drives cameras on this kind of machine.
pub const DRIVEN: bool = cfg!(any(target_os = "linux", target_os = "macos", windows));

/// A camera that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its number, as [`open`] takes it.
    pub number: u32,
    /// What the system calls it.
    pub name: String,
}

/// The cameras that are connected, by number.
///
/// # Errors
/// The system does not tell.
pub fn list() -> Result<Vec<Listed>, Error> {
    system::list()
}

/// Opens a camera, in the format that serves reading best.
///
/// # Errors
/// It is absent, taken, forbidden, or gives nothing that can be read.
pub fn open(number: u32) -> Result<Box<dyn FrameSource>, Error> {
    system::open(number)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
mod system {
    use super::{Error, FrameSource, Listed};

    pub(super) fn list() -> Result<Vec<Listed>, Error> {
        Ok(Vec::new())
    }

    pub(super) fn open(_: u32) -> Result<Box<dyn FrameSource>, Error> {
        Err(Error::NoCamera)
    }
}

#[cfg(any(target_os = "linux", target_os = "macos", windows))]
mod system {
    use decode::{FrameError, LumaFrame, LumaImage};
    use nokhwa::utils::{
        ApiBackend, CameraFormat, CameraIndex, CameraInfo, FrameFormat, RequestedFormat,
        RequestedFormatType,
    };
    use nokhwa::{Camera, NokhwaError};

    use super::super::{Next, Tuning, controls, getting};
    use super::{Error, FrameSource, Listed};
    use crate::picture;

    /// What can be read.
    const FORMATS: &[FrameFormat] = &[
        FrameFormat::YUYV,
        FrameFormat::NV12,
        FrameFormat::GRAY,
        FrameFormat::RAWRGB,
        FrameFormat::MJPEG,
    ];

    /// Larger frames take longer to read and show no more of a code held before the camera.
    const ENOUGH_PIXELS: u32 = 1280 * 720;
    /// Fewer frames a second make people wait.
    const ENOUGH_FRAMES: u32 = 15;

    struct Native(Camera);

    pub(super) fn list() -> Result<Vec<Listed>, Error> {
        let found =
            getting::guarded(|| nokhwa::query(ApiBackend::Auto).map_err(|error| told(&error)))?;
        let mut cameras: Vec<Listed> = found.iter().filter_map(listed).collect();
        cameras.sort_by_key(|camera| camera.number);
        Ok(cameras)
    }

    fn listed(info: &CameraInfo) -> Option<Listed> {
        let number = info.index().as_index().ok()?;
        gives_pictures(number).then(|| Listed {
            number,
            name: info.human_name().trim().to_owned(),
        })
    }

    /// One camera may have several entries, and only the first of them gives pictures.
    fn gives_pictures(number: u32) -> bool {
        let place = format!("/sys/class/video4linux/video{number}/index");
        std::fs::read_to_string(place).map_or(true, |index| index.trim() == "0")
    }

    pub(super) fn open(number: u32) -> Result<Box<dyn FrameSource>, Error> {
        let native = opened(number).map_err(|error| told(&error))?;
        Ok(Box::new(native))
    }

    fn opened(number: u32) -> Result<Native, NokhwaError> {
        let any = RequestedFormat::with_formats(RequestedFormatType::None, FORMATS);
        // Given to its guard at once: dropping a camera may panic.
        let mut native = Native(Camera::new(CameraIndex::Index(number), any)?);
        let camera = &mut native.0;
        let formats = camera.compatible_camera_formats()?;
        let best = formats
            .into_iter()
            .filter(|format| FORMATS.contains(&format.format()))
            .max_by_key(rank);
        if let Some(best) = best
            && best != camera.camera_format()
        {
            let exact = RequestedFormatType::Exact(best);
            camera.set_camera_requset(RequestedFormat::with_formats(exact, FORMATS))?;
        }
        camera.open_stream()?;
        Ok(native)
    }

    /// The best format is that of the highest rank.
    fn rank(format: &CameraFormat) -> (bool, bool, i64, bool, u32) {
        let resolution = format.resolution();
        let pixels = resolution.width().saturating_mul(resolution.height());
        let small = pixels <= ENOUGH_PIXELS;
        (
            format.frame_rate() >= ENOUGH_FRAMES,
            small,
            i64::from(pixels) * if small { 1 } else { -1 },
            format.format() != FrameFormat::MJPEG,
            format.frame_rate().min(30),
        )
    }

    impl FrameSource for Native {
        fn next(&mut self) -> Result<Next, Error> {
            let format = self.0.camera_format();
            let bytes = self.0.frame_raw().map_err(|error| told(&error))?;
            let resolution = format.resolution();
            let (width, height) = (resolution.width() as usize, resolution.height() as usize);
            let picture = match format.format() {
                FrameFormat::YUYV => LumaImage::from_yuyv(width, height, 2 * width, &bytes),
                FrameFormat::NV12 => {
                    LumaFrame::from_nv12(width, height, width, &bytes).and_then(owned)
                }
                FrameFormat::GRAY => LumaFrame::new(width, height, width, &bytes).and_then(owned),
                FrameFormat::RAWRGB => LumaImage::from_rgb8(width, height, 3 * width, &bytes),
                // A frame that was damaged on its way is no reason to close the camera.
                FrameFormat::MJPEG => {
                    let picture = picture::parse(&with_tables(&bytes));
                    return Ok(picture.map_or(Next::Nothing, Next::Picture));
                }
                other => return Err(Error::format(other.to_string())),
            };
            picture
                .map(Next::Picture)
                .map_err(|error| Error::format(error.to_string()))
        }

        fn tune(&mut self, wish: Tuning) -> Tuning {
            controls::tune(&mut self.0, wish)
        }
    }

    fn owned(frame: LumaFrame<'_>) -> Result<LumaImage, FrameError> {
        let rows = frame.rows().flatten().copied().collect();
        LumaImage::new(frame.width(), frame.height(), rows)
    }

    /// A frame of motion JPEG may leave the usual Huffman tables out; a marker says so.
    fn with_tables(bytes: &[u8]) -> std::borrow::Cow<'_, [u8]> {
        const START: [u8; 2] = [0xff, 0xd8];
        const TABLES: [u8; 2] = [0xff, 0xc4];
        const SCAN: [u8; 2] = [0xff, 0xda];
        const MARKER: &[u8] = b"\xff\xe0\0\x10AVI1\0\0\0\0\0\0\0\0\0\0";
        let place = |marker| bytes.windows(2).position(|pair| pair == marker);
        let scan = place(SCAN).unwrap_or(bytes.len());
        match bytes.strip_prefix(&START) {
            Some(rest) if place(TABLES).is_none_or(|tables| tables > scan) => {
                [&START, MARKER, rest].concat().into()
            }
            _ => bytes.into(),
        }
    }

    /// nokhwa passes errors on as text; the system's own number in it says which it is.
    fn told(error: &NokhwaError) -> Error {
        let text = error.to_string();
        let number = text
            .rsplit_once("(os error ")
            .and_then(|(_, rest)| rest.split(')').next()?.parse::<i32>().ok());
        match (number, error) {
            (Some(16), _) => Error::Busy,
            (Some(1 | 13), _) => Error::Denied,
            // Gone while it is open is unplugged; where it is opened it is not there.
            (Some(2 | 6 | 19), NokhwaError::OpenDeviceError(..)) => Error::NoCamera,
            (Some(6 | 19), _) => Error::Unplugged,
            (None, NokhwaError::GetPropertyError { property, .. })
                if property == "CameraFormat" =>
            {
                Error::format("none of its formats is known")
            }
            _ => Error::failed(text),
        }
    }

    #[cfg(test)]
    mod tests {
        use nokhwa::utils::Resolution;

        use super::*;

        fn format(width: u32, height: u32, format: FrameFormat, rate: u32) -> CameraFormat {
            CameraFormat::new(Resolution::new(width, height), format, rate)
        }

        fn best(formats: &[CameraFormat]) -> CameraFormat {
            *formats.iter().max_by_key(|format| rank(format)).unwrap()
        }

        #[test]
        fn the_best_format_is_large_enough_and_fast_enough() {
            let webcam = [
                format(640, 480, FrameFormat::YUYV, 30),
                format(1280, 720, FrameFormat::YUYV, 10),
                format(1280, 720, FrameFormat::MJPEG, 30),
                format(1920, 1080, FrameFormat::MJPEG, 30),
            ];
            assert_eq!(best(&webcam), webcam[2]);
            assert_eq!(best(&webcam[..2]), webcam[0]);
            let both = [
                format(1280, 720, FrameFormat::MJPEG, 60),
                format(1280, 720, FrameFormat::YUYV, 30),
            ];
            assert_eq!(best(&both), both[1]);
            let large = [
                format(3840, 2160, FrameFormat::NV12, 30),
                format(1920, 1080, FrameFormat::NV12, 30),
            ];
            assert_eq!(best(&large), large[1]);
        }

        #[test]
        fn errors_are_told_apart_by_the_systems_number() {
            let open = |why: &str| told(&NokhwaError::OpenDeviceError("0".into(), why.into()));
            assert_eq!(
                open("No such file or directory (os error 2)"),
                Error::NoCamera
            );
            assert_eq!(open("Device or resource busy (os error 16)"), Error::Busy);
            assert_eq!(open("Permission denied (os error 13)"), Error::Denied);
            let read = |why: &str| told(&NokhwaError::ReadFrameError(why.into()));
            assert_eq!(read("No such device (os error 19)"), Error::Unplugged);
            assert!(matches!(
                read("I/O error (os error 5)"),
                Error::Failed { .. }
            ));
        }

        #[test]
        fn motion_jpeg_without_tables_is_read() {
            let grey = image::GrayImage::from_fn(64, 48, |x, _| image::Luma([(x * 4) as u8]));
            let mut jpeg = Vec::new();
            image::codecs::jpeg::JpegEncoder::new(&mut jpeg)
                .encode_image(&grey)
                .unwrap();
            let whole = picture::parse(&jpeg).unwrap();
            let mut bare = jpeg.clone();
            while let Some(at) = bare.windows(2).position(|pair| pair == [0xff, 0xc4]) {
                let length = usize::from(bare[at + 2]) << 8 | usize::from(bare[at + 3]);
                bare.drain(at..at + 2 + length);
            }
            assert!(bare.len() < jpeg.len());
            assert!(picture::parse(&bare).is_err());
            assert_eq!(picture::parse(&with_tables(&bare)).unwrap(), whole);
            assert_eq!(&*with_tables(&jpeg), jpeg);
        }
    }
}
