//! What holds for every ticket: it comes back as it was, and a changed one never verifies.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, HashSet};

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use ticket_crypto::certificate::{BoxOfficeCertificate, EventCertificate, Limits};
use ticket_crypto::ids::{
    EventNo, Generation, Kid, OccurrenceNo, Serial, TicketFlags, TierNo, Zones,
};
use ticket_crypto::live::chain::ChainSeed;
use ticket_crypto::live::keyed::EventLiveKey;
use ticket_crypto::live::{self, Digits, LiveCheck, LivePart, device};
use ticket_crypto::permutation::Permutation;
use ticket_crypto::revocation::{RevocationList, RevocationSet};
use ticket_crypto::token::{Body, Kind, Minute};
use ticket_crypto::{Label, SigningKey, Token, VerifyingKey, base45, signature};

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        ..ProptestConfig::default()
    }
}

prop_compose! {
    fn any_body()(
        kind in prop_oneof![
            Just(Kind::Static),
            any::<[u8; 16]>().prop_map(|anchor| Kind::Chain { anchor }),
            Just(Kind::Mac),
            (0..8_u8).prop_map(|number| Kind::Device { key: key(number).verifying_key() }),
        ],
        flags in 0..=TicketFlags::KNOWN,
        (kid, event, serial, generation) in (any::<u16>(), any::<u32>(), any::<u32>(), 0..255_u8),
        (tier, occurrence, zones) in (any::<u16>(), any::<u16>(), any::<u32>()),
        from in 0..0x00ff_ffff_u32,
        length in 1..0x0100_0000_u32,
        entries in any::<u8>(),
        group in any::<u8>(),
    ) -> Body {
        Body {
            kind,
            flags: TicketFlags(flags),
            kid: Kid(kid),
            event: EventNo(event),
            serial: Serial(serial),
            generation: Generation(generation),
            tier: TierNo(tier),
            occurrence: OccurrenceNo(occurrence),
            zones: Zones(zones),
            valid_from: Minute::new(from).unwrap(),
            valid_until: Minute::new((from + length).min(0x00ff_ffff)).unwrap(),
            entries,
            group,
        }
    }
}

/// A token of any type, with or without a rotating part that fits.
fn any_token() -> impl Strategy<Value = Token> {
    (any_body(), any::<[u8; 64]>(), any::<u16>(), 0..3_u8).prop_map(
        |(body, noise, step, choice)| {
            let (mut link, mut mac) = ([0; 16], [0; 8]);
            link.copy_from_slice(&noise[..16]);
            mac.copy_from_slice(&noise[..8]);
            let part = match (&body.kind, choice) {
                (Kind::Static, _) | (_, 0) => None,
                (Kind::Chain { .. }, _) => Some(LivePart::Chain { step, link }),
                (Kind::Mac, 1) => Some(LivePart::Mac { step, mac }),
                (Kind::Mac, _) => Digits::new(u32::from(step), 1_782_928_800).map(LivePart::Digits),
                (Kind::Device { .. }, _) => Some(LivePart::Device {
                    step,
                    signature: noise,
                }),
            };
            body.sign(&key(1)).unwrap().with_live(part).unwrap()
        },
    )
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn every_token_comes_back_from_its_text(token in any_token()) {
        let text = token.text();
        let read = Token::parse(&text).unwrap();
        prop_assert_eq!(&read, &token);
        prop_assert_eq!(read.text(), text);
        prop_assert!(read.verify(&key(1).verifying_key()).is_ok());
        prop_assert!(read.verify(&key(2).verifying_key()).is_err());
    }

    #[test]
    fn a_text_that_is_read_is_the_one_that_is_written(text in "TK1:[0-9A-Z $%*+./:-]{140,170}") {
        if let Ok(token) = Token::parse(&text) {
            prop_assert_eq!(token.text(), text);
        }
    }

    #[test]
    fn base45_has_one_text_for_each_byte_string(bytes in vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(base45::decode(&base45::encode(&bytes)).unwrap(), bytes);
    }

    #[test]
    fn a_base45_text_that_is_read_is_the_one_that_is_written(text in "[0-9A-Z $%*+./:-]{0,40}") {
        if let Ok(bytes) = base45::decode(&text) {
            prop_assert_eq!(base45::encode(&bytes), text);
        }
    }

    #[test]
    fn no_text_makes_the_readers_panic(text in any::<String>()) {
        let key = key(3).verifying_key();
        let _ = Token::parse(&text);
        let _ = Token::parse(&format!("TK1:{text}"));
        let _ = BoxOfficeCertificate::open_text(&format!("BOX1:{text}"), &key);
        let _ = ticket_crypto::qr::svg(&text, ticket_crypto::qr::Ecc::M);
    }

    #[test]
    fn no_bytes_make_the_readers_panic(bytes in vec(any::<u8>(), 0..300)) {
        let signed = |label: &Label| [&bytes[..], &signature::sign(&key(3), label, &bytes)].concat();
        let by = key(3).verifying_key();
        let _ = EventCertificate::open(&signed(&Label::EVENT_CERTIFICATE), &by);
        let _ = BoxOfficeCertificate::open(&signed(&Label::BOX_OFFICE_CERTIFICATE), &by);
        let _ = RevocationList::open(&signed(&Label::REVOCATIONS), &by);
    }

    #[test]
    fn a_key_that_loads_keeps_its_bytes(bytes in any::<[u8; 32]>()) {
        if let Ok(key) = VerifyingKey::from_bytes(&bytes) {
            prop_assert_eq!(key.to_bytes(), bytes);
        }
    }

    #[test]
    fn a_signature_serves_one_purpose(bytes in vec(any::<u8>(), 0..64)) {
        let labels = [
            Label::TICKET, Label::EVENT_CERTIFICATE, Label::BOX_OFFICE_CERTIFICATE, Label::BOOK,
            Label::PAGE, Label::HEAD, Label::PROOF, Label::TIME, Label::LEASE,
            Label::REVOCATIONS, Label::LIVE_DEVICE,
        ];
        let signed = signature::sign(&key(1), &Label::TICKET, &bytes);
        for label in labels {
            let verdict = signature::verify(&key(1).verifying_key(), &label, &bytes, &signed);
            prop_assert_eq!(verdict.is_ok(), label == Label::TICKET);
        }
        let distinct: HashSet<_> = labels.iter().map(Label::as_bytes).collect();
        prop_assert_eq!(distinct.len(), labels.len());
    }

    #[test]
    fn minutes_round_outwards_and_stay_in_range(unix_ms in any::<i64>()) {
        let (floor, ceil) = (Minute::floor(unix_ms), Minute::ceil(unix_ms));
        if (Minute::MIN.to_unix_ms()..=Minute::MAX.to_unix_ms()).contains(&unix_ms) {
            prop_assert!(floor.to_unix_ms() <= unix_ms && unix_ms <= ceil.to_unix_ms());
            prop_assert!(ceil.get() - floor.get() <= 1);
        } else {
            prop_assert_eq!(floor, ceil);
        }
    }

    #[test]
    fn a_revocation_list_comes_back_as_it_was(
        entries in btree_map(any::<u32>(), 1..=255_u8, 0..300),
        number in any::<u64>(),
        issued_at_ms in any::<i64>(),
    ) {
        let set: RevocationSet = entries
            .iter()
            .map(|(serial, minimum)| (Serial(*serial), Generation(*minimum)))
            .collect();
        let list = RevocationList { event: EventNo(1), number, issued_at_ms, set };
        let bytes = list.issue(&key(3)).unwrap();
        prop_assert_eq!(RevocationList::open(&bytes, &key(3).verifying_key()).unwrap(), list);
    }

    #[test]
    fn a_revocation_set_keeps_the_highest_minimum_in_any_order(
        entries in vec((0..40_u32, 0..=255_u8), 0..80),
    ) {
        let typed = || entries.iter().map(|(s, m)| (Serial(*s), Generation(*m)));
        let mut highest: BTreeMap<Serial, Generation> = BTreeMap::new();
        for (serial, minimum) in typed().filter(|(_, minimum)| minimum.0 > 0) {
            let held = highest.entry(serial).or_default();
            *held = minimum.max(*held);
        }
        let set: RevocationSet = typed().collect();
        let reversed: RevocationSet = typed().rev().collect();
        prop_assert_eq!(&set, &reversed);
        prop_assert_eq!(set.len(), highest.len());
        for serial in (0..45).map(Serial) {
            prop_assert_eq!(set.minimum(serial), highest.get(&serial).copied());
        }
    }

    #[test]
    fn serials_are_given_out_once_each_and_found_again(
        key in any::<[u8; 32]>(), first in 0..1000_u32, size in 1..300_u32,
    ) {
        let permutation = Permutation::new(&key, Serial(first), size).unwrap();
        let serials: HashSet<Serial> =
            (0..size).map(|count| permutation.serial(count).unwrap()).collect();
        prop_assert_eq!(serials.len(), size as usize);
        prop_assert!(serials.iter().all(|serial| (first..first + size).contains(&serial.0)));
        for count in 0..size {
            let serial = permutation.serial(count).unwrap();
            prop_assert_eq!(permutation.count(serial), Some(count));
        }
        prop_assert_eq!(permutation.serial(size), None);
        prop_assert_eq!(permutation.count(Serial(first + size)), None);
    }

    #[test]
    fn certificates_come_back_as_they_were(
        (event, number, kid) in (any::<u32>(), any::<u32>(), any::<u16>()),
        (first, length) in (any::<u32>(), any::<u32>()),
        (from, until) in (any::<i64>(), any::<i64>()),
        tiers in proptest::collection::btree_set(any::<u16>(), 0..=32),
        (zones, group, entries) in (any::<u32>(), any::<u8>(), any::<u8>()),
    ) {
        let (not_before_ms, not_after_ms) = (from.min(until), from.max(until));
        let event_certificate = EventCertificate {
            event: EventNo(event), number, key: key(2).verifying_key(), not_before_ms, not_after_ms,
        };
        let bytes = event_certificate.issue(&key(4)).unwrap();
        prop_assert_eq!(bytes.len(), EventCertificate::LEN);
        prop_assert_eq!(
            EventCertificate::open(&bytes, &key(4).verifying_key()).unwrap(), event_certificate
        );
        let certificate = BoxOfficeCertificate {
            event: EventNo(event),
            kid: Kid(kid),
            key: key(5).verifying_key(),
            first_serial: Serial(first),
            last_serial: Serial(first.saturating_add(length)),
            limits: Limits {
                tiers: tiers.into_iter().map(TierNo).collect(), zones: Zones(zones), group, entries,
            },
            not_before_ms,
            not_after_ms,
        };
        let text = BoxOfficeCertificate::text(&certificate.issue(&key(2)).unwrap());
        let read = BoxOfficeCertificate::open_text(&text, &key(2).verifying_key()).unwrap();
        prop_assert_eq!(read, certificate);
    }
}

proptest! {
    #![proptest_config(cases(4))]

    #[test]
    fn no_token_with_a_changed_bit_is_the_same_genuine_ticket(token in any_token()) {
        let key = key(1).verifying_key();
        let signed_len = token.body_bytes().len() + signature::LEN;
        let digits = match token.live() {
            Some(LivePart::Digits(_)) => ":12345678:1782928800".len(),
            _ => 0,
        };
        let text = token.text();
        let (coded, suffix) = text.split_at(text.len() - digits);
        let bytes = base45::decode(&coded[4..]).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 0x80 >> (bit % 8);
            let changed = format!("TK1:{}{suffix}", base45::encode(&changed));
            check_changed(&token, &changed, bit / 8 < signed_len, &key);
        }
    }

    #[test]
    fn no_text_with_a_changed_bit_is_a_genuine_ticket(token in any_token()) {
        let token = token.with_live(None).unwrap();
        let key = key(1).verifying_key();
        let text = token.text();
        for bit in 0..text.len() * 8 {
            let mut changed = text.clone().into_bytes();
            changed[bit / 8] ^= 0x80 >> (bit % 8);
            if let Ok(changed) = String::from_utf8(changed) {
                check_changed(&token, &changed, true, &key);
            }
        }
    }
}

/// A changed signed part never verifies; a changed rotating part is another one.
fn check_changed(token: &Token, changed: &str, in_signed_part: bool, key: &VerifyingKey) {
    let Ok(read) = Token::parse(changed) else {
        return;
    };
    assert_ne!(&read, token);
    if in_signed_part {
        assert!(read.verify(key).is_err());
    } else {
        assert_ne!(read.live(), token.live());
    }
}

const DOORS_MS: i64 = 1_782_928_800_000;

/// A ticket of each rotating type, showing its code of that instant.
fn live_tokens(now_ms: i64) -> [Token; 4] {
    let seed = ChainSeed::from_bytes(&[10; 16]);
    let secret = EventLiveKey::from_bytes(&[11; 32]);
    let body = |kind| Body {
        kind,
        flags: TicketFlags(0),
        kid: Kid(1),
        event: EventNo(42),
        serial: Serial(7),
        generation: Generation(0),
        tier: TierNo(1),
        occurrence: OccurrenceNo(0),
        zones: Zones::ALL,
        valid_from: Minute::floor(DOORS_MS),
        valid_until: Minute::MAX,
        entries: 1,
        group: 1,
    };
    let sign = |kind| body(kind).sign(&key(1)).unwrap();
    let chain = sign(seed.kind(EventNo(42), Serial(7)));
    let keyed = sign(Kind::Mac);
    let device = sign(Kind::Device {
        key: key(6).verifying_key(),
    });
    let link = seed.part_at(chain.body(), now_ms);
    let mac = secret.ticket_key(keyed.body()).part_at(&keyed, now_ms);
    let digits = secret.wallet_secret(keyed.body()).digits_at(now_ms);
    let proof = device::part_at(&key(6), &device, now_ms);
    [
        chain.with_live(link).unwrap(),
        keyed.clone().with_live(Some(mac)).unwrap(),
        keyed.with_live(digits.map(LivePart::Digits)).unwrap(),
        device.with_live(Some(proof)).unwrap(),
    ]
}

proptest! {
    #![proptest_config(cases(32))]

    #[test]
    fn a_code_is_fresh_for_its_window_and_stale_outside(
        shown in 0..86_400_000_i64, later in -300_000..300_000_i64,
    ) {
        let secret = EventLiveKey::from_bytes(&[11; 32]);
        for token in live_tokens(DOORS_MS + shown) {
            let now_ms = DOORS_MS + shown + later;
            let ahead = shown.div_euclid(30_000) - (shown + later).div_euclid(30_000);
            let expected = if (-2..=1).contains(&ahead) {
                LiveCheck::Fresh { ahead }
            } else {
                LiveCheck::Stale { ahead }
            };
            prop_assert_eq!(live::check(&token, now_ms, Some(&secret)), expected);
        }
    }
}

#[test]
fn a_chain_shows_nothing_before_and_after_its_day() {
    let [chain, ..] = live_tokens(DOORS_MS);
    let seed = ChainSeed::from_bytes(&[10; 16]);
    assert_eq!(seed.part_at(chain.body(), DOORS_MS - 1), None);
    assert!(
        seed.part_at(chain.body(), DOORS_MS + 86_400_000 - 1)
            .is_some()
    );
    assert_eq!(seed.part_at(chain.body(), DOORS_MS + 86_400_000), None);
}
