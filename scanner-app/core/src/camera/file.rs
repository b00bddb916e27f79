//! Pictures from files: single ones, and videos without compression (YUV4MPEG2).
//!
//! For tests, and for kiosks whose camera is somebody else's program that writes
//! files. A video is played at its own speed, or as fast as it is read.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use decode::LumaImage;

use super::{Error, FrameSource, MAX_FRAME_PIXELS, Next};
use crate::picture;

/// A line of a video's header is no longer.
const LONGEST_LINE: u64 = 1024;

/// Picture files, each shown once, in their order.
#[derive(Debug)]
pub struct Pictures(std::vec::IntoIter<PathBuf>);

impl Pictures {
    /// These files.
    #[must_use]
    pub fn new(paths: Vec<PathBuf>) -> Self {
        Self(paths.into_iter())
    }
}

impl FrameSource for Pictures {
    fn next(&mut self) -> Result<Next, Error> {
        let Some(path) = self.0.next() else {
            return Ok(Next::Ended);
        };
        picture::load(&path)
            .map(Next::Picture)
            .map_err(|error| Error::format(format!("{}: {error}", path.display())))
    }
}

/// How fast a video is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speed {
    /// As it was recorded.
    Recorded,
    /// As fast as it is read.
    Reading,
}

/// A YUV4MPEG2 video with 8 bits a sample.
#[derive(Debug)]
pub struct Video<R> {
    file: BufReader<R>,
    header: Header,
    wait: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Header {
    width: usize,
    height: usize,
    /// Bytes of colour after the luma of a frame.
    colour: u64,
    /// From one frame to the next.
    frame: Duration,
}

impl Video<File> {
    /// The video in a file.
    ///
    /// # Errors
    /// There is no such file, or it is no such video.
    pub fn open(path: &Path, speed: Speed) -> Result<Self, Error> {
        let file = File::open(path)
            .map_err(|error| Error::failed(format!("{}: {error}", path.display())))?;
        Self::new(file, speed)
    }
}

impl<R: Read> Video<R> {
    /// The video that `file` gives.
    ///
    /// # Errors
    /// It is no such video.
    pub fn new(file: R, speed: Speed) -> Result<Self, Error> {
        let mut file = BufReader::new(file);
        let line = line(&mut file)?.unwrap_or_default();
        let header = header(&line)
            .ok_or_else(|| Error::format("no YUV4MPEG2 video with 8 bits a sample"))?;
        let wait = match speed {
            Speed::Recorded => header.frame,
            Speed::Reading => Duration::ZERO,
        };
        Ok(Self { file, header, wait })
    }
}

impl<R: Read> FrameSource for Video<R> {
    fn next(&mut self) -> Result<Next, Error> {
        match line(&mut self.file)? {
            None => return Ok(Next::Ended),
            Some(line) if line == "FRAME" || line.starts_with("FRAME ") => {}
            Some(_) => return Err(Error::format("a frame of the video is cut off")),
        }
        std::thread::sleep(self.wait);
        let Header {
            width,
            height,
            colour,
            ..
        } = self.header;
        let mut luma = vec![0; width * height];
        self.file.read_exact(&mut luma).map_err(cut_off)?;
        let mut rest = self.file.by_ref().take(colour);
        if std::io::copy(&mut rest, &mut std::io::sink()).map_err(cut_off)? < colour {
            return Err(Error::format("a frame of the video is cut off"));
        }
        LumaImage::new(width, height, luma)
            .map(Next::Picture)
            .map_err(|error| Error::format(error.to_string()))
    }
}

/// One line without its end; none at the end of the file.
fn line(file: &mut BufReader<impl Read>) -> Result<Option<String>, Error> {
    let mut bytes = Vec::new();
    let read = file
        .by_ref()
        .take(LONGEST_LINE)
        .read_until(b'\n', &mut bytes);
    if read.map_err(cut_off)? == 0 {
        return Ok(None);
    }
    if bytes.pop() != Some(b'\n') {
        return Err(Error::format("a line of the video has no end"));
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

fn header(line: &str) -> Option<Header> {
    let mut words = line.split_ascii_whitespace();
    if words.next() != Some("YUV4MPEG2") {
        return None;
    }
    let (mut width, mut height, mut colours, mut rate) = (0, 0, "420", (25, 1));
    for word in words {
        let (name, value) = word.split_at_checked(1)?;
        match name {
            "W" => width = value.parse().ok()?,
            "H" => height = value.parse().ok()?,
            "C" => colours = value,
            "F" => {
                let (frames, seconds) = value.split_once(':')?;
                rate = (frames.parse::<u32>().ok()?, seconds.parse::<u32>().ok()?);
            }
            _ => {}
        }
    }
    let pixels = usize::checked_mul(width, height)?;
    if pixels == 0 || pixels > MAX_FRAME_PIXELS || rate.0 == 0 {
        return None;
    }
    let half = width.div_ceil(2);
    let colour = match colours {
        "mono" => 0,
        "420" | "420jpeg" | "420mpeg2" | "420paldv" => 2 * half * height.div_ceil(2),
        "422" => 2 * half * height,
        "444" => 2 * pixels,
        _ => return None,
    };
    let frame = Duration::from_secs(1) * rate.1 / rate.0;
    Some(Header {
        width,
        height,
        colour: u64::try_from(colour).ok()?,
        frame: frame.min(Duration::from_secs(1)),
    })
}

fn cut_off(error: std::io::Error) -> Error {
    match error.kind() {
        std::io::ErrorKind::UnexpectedEof => Error::format("a frame of the video is cut off"),
        _ => Error::failed(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn play(bytes: &[u8]) -> Result<Vec<Next>, Error> {
        let mut video = Video::new(bytes, Speed::Reading)?;
        let mut shown = Vec::new();
        loop {
            match video.next()? {
                Next::Ended => return Ok(shown),
                next => shown.push(next),
            }
        }
    }

    #[test]
    fn a_video_is_its_frames() {
        let picture = |shade| Next::Picture(LumaImage::new(4, 2, vec![shade; 8]).unwrap());
        for (colours, bytes) in [
            ("C420jpeg", 4),
            ("C422", 8),
            ("C444", 16),
            ("Cmono", 0),
            ("", 4),
        ] {
            let mut file = format!("YUV4MPEG2 W4 H2 F30:1 Ip {colours}\n").into_bytes();
            for shade in [7, 9] {
                file.extend(b"FRAME\n");
                file.extend([shade; 8]);
                file.extend(vec![128; bytes]);
            }
            assert_eq!(play(&file), Ok(vec![picture(7), picture(9)]), "{colours}");
        }
    }

    #[test]
    fn what_is_no_video_says_so() {
        let bad: [&[u8]; 9] = [
            b"",
            b"RIFF",
            b"YUV4MPEG2 W4\n",
            b"YUV4MPEG2 W0 H2 F30:1\n",
            b"YUV4MPEG2 W99999999 H99999999 F30:1\n",
            b"YUV4MPEG2 W4 H2 F0:1\n",
            b"YUV4MPEG2 W4 H2 F30:1 C420p10\n",
            b"YUV4MPEG2 W4 H2 F30:1 Cmono\nFRAME\n1234567",
            b"YUV4MPEG2 W4 H2 F30:1 C444\nFRAME\n123456789",
        ];
        for file in bad {
            assert!(
                matches!(play(file), Err(Error::Format { .. })),
                "{}",
                String::from_utf8_lossy(file)
            );
        }
    }
}
