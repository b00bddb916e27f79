//! Frames: what is written reads back, and nothing that arrives does harm.

mod common;

use common::{EVENT, NOON, Store, book, scan};
use proptest::prelude::*;
use shared_model::fact::Direction;
use shared_model::sync::codec::{
    FrameError, MAX_FRAME, MAX_MESSAGE, decode_all, decode_first, encode, encode_all,
};
use shared_model::sync::{ErrorCode, Frame, Hello, Mark, PROTOCOL, Time, VersionVector};

fn facts(scans: u32) -> Frame {
    let mut device = Store::new(1, &book(1), 1, NOON);
    for serial in 0..scans {
        device.scan(
            NOON,
            scan(serial, common::DOOR, Direction::Entry, serial.into()),
        );
    }
    Frame::Facts(device.batches(device.author.actor(), 1).remove(0))
}

fn frames() -> Vec<Frame> {
    let actor = shared_model::ids::ActorId([1; 16]);
    vec![
        Frame::Hello(Hello {
            protocol: PROTOCOL,
            event: EVENT,
            incarnation: None,
            marks: [(
                actor,
                Mark {
                    seq: 9,
                    check: [2; 8],
                },
            )]
            .into(),
            forks: [(actor, 77)].into(),
            revision: 5,
            book: 6,
            clock: NOON,
        }),
        facts(300),
        Frame::Ack {
            event: EVENT,
            vector: VersionVector::from([(actor, u64::MAX)]),
        },
        Frame::Time(Time::ask(NOON)),
        Frame::Error {
            code: ErrorCode::Internal,
            detail: "later".into(),
        },
    ]
}

#[test]
fn a_message_reads_back_as_written() {
    let frames = frames();
    let bytes = encode_all(&frames).unwrap();
    assert_eq!(decode_all(&bytes), Ok(frames));
}

#[test]
fn a_stream_is_read_frame_by_frame_as_it_comes() {
    let frames = frames();
    let bytes = encode_all(&frames).unwrap();
    let mut read = Vec::new();
    let mut buffer = Vec::new();
    for byte in bytes {
        buffer.push(byte);
        while let Some((frame, taken)) = decode_first(&buffer).unwrap() {
            read.push(frame);
            buffer.drain(..taken);
        }
    }
    assert_eq!(read, frames);
}

#[test]
fn large_bodies_are_compressed_and_small_ones_are_not() {
    let small = encode(&Frame::Time(Time::ask(NOON))).unwrap();
    assert_eq!(small[4], 0);
    let large = facts(400);
    let bytes = encode(&large).unwrap();
    assert_eq!(bytes[4], 1);
    assert!(bytes.len() < postcard::to_allocvec(&large).unwrap().len());
}

#[test]
fn huge_lengths_are_refused_before_the_body_is_waited_for() {
    for length in [MAX_FRAME as u32 + 1, u32::MAX] {
        assert_eq!(
            decode_first(&length.to_be_bytes()),
            Err(FrameError::TooLarge)
        );
    }
    for length in [0_u32, 1] {
        assert_eq!(
            decode_first(&length.to_be_bytes()),
            Err(FrameError::Truncated)
        );
    }
    assert_eq!(decode_first(&[0, 0, 1]), Ok(None));
    assert_eq!(decode_all(&[0, 0, 1]), Err(FrameError::Truncated));
    assert_eq!(
        decode_all(&vec![0; MAX_MESSAGE + 1]),
        Err(FrameError::TooMany)
    );
}

#[test]
fn unknown_flags_are_refused() {
    let mut bytes = encode(&Frame::Time(Time::ask(NOON))).unwrap();
    bytes[4] = 2;
    assert_eq!(decode_first(&bytes), Err(FrameError::Flags(2)));
}

#[test]
fn bombs_are_refused_before_they_are_unpacked() {
    let wrap = |body: Vec<u8>| {
        let mut bytes = (body.len() as u32 + 1).to_be_bytes().to_vec();
        bytes.push(1);
        bytes.extend(body);
        bytes
    };
    let bomb = zstd::bulk::compress(&vec![0; 200 << 20], 3).unwrap();
    assert!(bomb.len() < MAX_FRAME);
    assert_eq!(decode_first(&wrap(bomb)), Err(FrameError::TooLarge));

    let honest = zstd::bulk::compress(&vec![0; 1000], 3).unwrap();
    let two: Vec<u8> = [
        honest.clone(),
        zstd::bulk::compress(&vec![0; 1 << 20], 3).unwrap(),
    ]
    .concat();
    assert_eq!(decode_first(&wrap(two)), Err(FrameError::Compression));
    let unsized_frame = zstd::stream::encode_all(&[0_u8; 5000][..], 3).unwrap();
    assert_eq!(
        decode_first(&wrap(unsized_frame)),
        Err(FrameError::Compression)
    );
    assert_eq!(decode_first(&wrap(honest)), Err(FrameError::Malformed));
}

#[test]
fn too_many_frames_are_refused() {
    let one = encode(&Frame::Time(Time::ask(NOON))).unwrap();
    assert_eq!(decode_all(&one.repeat(4097)), Err(FrameError::TooMany));
}

#[test]
fn ten_thousand_facts_fit_one_message() {
    let mut device = Store::new(1, &book(1), 1, NOON);
    for serial in 0..10_000 {
        device.scan(
            NOON,
            scan(serial, common::DOOR, Direction::Entry, serial.into()),
        );
    }
    let batches = device.batches(device.author.actor(), 1);
    let frames: Vec<Frame> = batches.into_iter().map(Frame::Facts).collect();
    let bytes = encode_all(&frames).unwrap();
    assert!(
        frames.len() <= 21 && bytes.len() <= MAX_MESSAGE,
        "{} {}",
        frames.len(),
        bytes.len()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn anything_is_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = decode_all(&bytes);
    }

    #[test]
    fn any_body_is_read_without_a_panic(
        flags in 0..3_u8, body in prop::collection::vec(any::<u8>(), 1..400),
    ) {
        let mut bytes = (body.len() as u32 + 1).to_be_bytes().to_vec();
        bytes.push(flags);
        bytes.extend(&body);
        let _ = decode_first(&bytes);
        let packed = zstd::bulk::compress(&body, 1).unwrap();
        let mut bytes = (packed.len() as u32 + 1).to_be_bytes().to_vec();
        bytes.push(1);
        bytes.extend(&packed);
        let _ = decode_first(&bytes);
    }

    #[test]
    fn flipped_bits_are_read_without_a_panic(at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut bytes = encode_all(&frames()).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        let _ = decode_all(&bytes);
    }
}
