//! Standard input: a picture, or a code a line.
//!
//! Lines are bytes that anybody may have put into a QR code: whatever they are, each is one
//! reading, and none ends the program.

use std::io::{self, BufRead, Cursor, Read as _};

/// No QR code holds more. A longer line is one reading, of no ticket.
const LONGEST_CODE: usize = 7089;

/// How pictures begin; a point is any byte.
const BEGINNINGS: [&[u8]; 6] = [
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"RIFF....WEBP",
    b"BM....\0\0\0\0",
];

/// What comes in.
pub enum Input<R> {
    /// The bytes of a picture.
    Picture(Vec<u8>),
    /// Codes, each as soon as its line ends.
    Lines(Lines<R>),
}

impl<R: BufRead> Input<R> {
    /// Looks at no more of `input` than it takes to tell a picture from a line.
    pub fn of(mut input: R) -> io::Result<Self> {
        let mut head = Vec::new();
        while may_begin_picture(&head) {
            match input.by_ref().bytes().next() {
                Some(byte) => head.push(byte?),
                None => break,
            }
        }
        if begins_picture(&head) {
            input.read_to_end(&mut head)?;
            return Ok(Self::Picture(head));
        }
        Ok(Self::Lines(Lines(Cursor::new(head).chain(input))))
    }
}

fn begins_picture(head: &[u8]) -> bool {
    BEGINNINGS
        .iter()
        .any(|beginning| beginning.len() <= head.len() && agree(beginning, head))
}

/// More bytes may make a picture of it. A line that has ended is a line.
fn may_begin_picture(head: &[u8]) -> bool {
    let open = BEGINNINGS
        .iter()
        .any(|beginning| beginning.len() > head.len() && agree(beginning, head));
    open && !head.contains(&b'\n')
}

fn agree(beginning: &[u8], head: &[u8]) -> bool {
    let mut pairs = beginning.iter().zip(head);
    pairs.all(|(wanted, byte)| *wanted == b'.' || wanted == byte)
}

/// Codes, a line each; empty lines are none.
pub struct Lines<R>(io::Chain<Cursor<Vec<u8>>, R>);

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.line().transpose()? {
                Ok(line) if line.is_empty() => {}
                line => return Some(line),
            }
        }
    }
}

impl<R: BufRead> Lines<R> {
    /// The next line; none at the end.
    fn line(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        let mut beginning = self.0.by_ref().take(LONGEST_CODE as u64 + 1);
        if beginning.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        let is_cut = bytes.len() > LONGEST_CODE && !bytes.ends_with(b"\n");
        if !is_cut {
            let line = String::from_utf8_lossy(&bytes);
            return Ok(Some(line.trim().to_owned()));
        }
        self.0.skip_until(b'\n')?;
        // Marked as cut, so that no beginning of a line is taken for the whole of it.
        Ok(Some(format!("{}…", String::from_utf8_lossy(&bytes))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Vec<String> {
        match Input::of(bytes).unwrap() {
            Input::Lines(lines) => lines.map(Result::unwrap).collect(),
            Input::Picture(_) => panic!("taken for a picture: {bytes:?}"),
        }
    }

    fn is_picture(bytes: &[u8]) -> bool {
        matches!(Input::of(bytes).unwrap(), Input::Picture(whole) if whole == bytes)
    }

    #[test]
    fn every_line_is_one_reading_whatever_its_bytes() {
        assert_eq!(lines(b""), [""; 0]);
        assert_eq!(
            lines(b" a\r\n\n\xff\xfe\nb"),
            ["a", "\u{fffd}\u{fffd}", "b"]
        );
        assert_eq!(
            lines(b"\xff\xfe\n\x89P\nGIF\n"),
            ["\u{fffd}\u{fffd}", "\u{fffd}P", "GIF"]
        );
        assert_eq!(lines(b"\0\n"), ["\0"]);
    }

    #[test]
    fn a_line_that_no_code_fills_is_cut_and_says_so() {
        let mut bytes = b"TK1:A".to_vec();
        bytes.extend(vec![b' '; 100_000]);
        bytes.extend(b"\nTK1:B\n");
        let read = lines(&bytes);
        assert_eq!(read.len(), 2);
        assert!(read[0].starts_with("TK1:A ") && read[0].ends_with(" …"));
        assert_eq!(read[1], "TK1:B");
        let longest = vec![b'9'; LONGEST_CODE];
        assert_eq!(lines(&longest)[0].len(), LONGEST_CODE);
        assert_eq!(lines(&[&longest[..], b"\n9"].concat()).len(), 2);
    }

    #[test]
    fn pictures_are_known_by_how_they_begin() {
        for picture in [
            &b"\x89PNG\r\n\x1a\n"[..],
            b"\xff\xd8\xff\xe0",
            b"GIF87a1",
            b"GIF89a1",
            b"RIFF\x01\x02\0\0WEBPVP8 ",
            b"BM\x01\x02\0\0\0\0\0\0\x36",
        ] {
            assert!(is_picture(picture), "{picture:?}");
        }
        for text in [
            &b"BM"[..],
            b"BM-4711-0815\n",
            b"RIFF",
            b"GIF88a\n",
            b"\x89P",
        ] {
            assert!(!is_picture(text), "{text:?}");
        }
    }
}
