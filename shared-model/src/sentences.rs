//! Verdicts in words: reasons, causes, notes and explanations from Fluent files.
//!
//! A file has a sentence for every code and key; those in `locales` are complete,
//! and what another language lacks is told in English. Times are told by the
//! event's own clocks. Words are only made here: verdicts carry codes, keys and
//! values.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use crate::book::Book;
use crate::time::Timestamp;
use crate::verdict::{Arg, Cause, Explanation, Note, Reason};

const ENGLISH: &str = include_str!("../locales/en.ftl");

/// The languages that have sentences here, English first.
const LANGUAGES: &[(&str, &str)] = &[
    ("en", ENGLISH),
    ("de", include_str!("../locales/de.ftl")),
    ("ar", include_str!("../locales/ar.ftl")),
];

/// Languages written from right to left: there the marks around values are worth their sight.
const RIGHT_TO_LEFT: &[&str] = &["ar"];

/// The sentences of one language.
pub struct Sentences {
    bundle: FluentBundle<FluentResource>,
    english: Option<Box<Sentences>>,
}

/// Why a file has no sentences to offer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SentencesError {
    /// The name of the language is none.
    #[error("`{0}` is no language")]
    Language(String),
    /// Lines that are not Fluent, or messages given twice.
    #[error("not Fluent: {0}")]
    Fluent(String),
}

/// For whom a sentence is made: whose clocks, and at what moment.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The event, for its clocks.
    pub book: &'a Book,
    /// Corrected time, so that times of today need no date.
    pub now: Timestamp,
}

impl Sentences {
    /// English, which is complete.
    #[must_use]
    pub fn english() -> Self {
        Self::parse("en", ENGLISH).expect("a test reads the English file in the same way")
    }

    /// The languages that have sentences here, English first.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        LANGUAGES.iter().map(|(language, _)| *language)
    }

    /// The sentences of the language that `tag` names (`de-AT` is `de` here), else English.
    #[must_use]
    pub fn of(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        let mut known = LANGUAGES.iter().skip(1);
        known
            .find(|(language, _)| language.eq_ignore_ascii_case(primary))
            .and_then(|(language, fluent)| Self::new(language, fluent).ok())
            .unwrap_or_else(Self::english)
    }

    /// Another language; what it lacks is told in English.
    ///
    /// # Errors
    /// [`SentencesError`] for a language that is none or a file that is not Fluent.
    pub fn new(language: &str, fluent: &str) -> Result<Self, SentencesError> {
        let mut own = Self::parse(language, fluent)?;
        own.english = Some(Box::new(Self::english()));
        Ok(own)
    }

    fn parse(language: &str, fluent: &str) -> Result<Self, SentencesError> {
        let language: LanguageIdentifier = language
            .parse()
            .map_err(|_| SentencesError::Language(language.to_owned()))?;
        let resource = FluentResource::try_new(fluent.to_owned())
            .map_err(|(_, errors)| SentencesError::Fluent(format!("{errors:?}")))?;
        let isolating = RIGHT_TO_LEFT.contains(&language.language.as_str());
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Marks of direction around each value would show as boxes on simple displays.
        bundle.set_use_isolating(isolating);
        bundle
            .add_resource(resource)
            .map_err(|errors| SentencesError::Fluent(format!("{errors:?}")))?;
        Ok(Self {
            bundle,
            english: None,
        })
    }

    /// What the gate says.
    #[must_use]
    pub fn reason(&self, reason: Reason) -> String {
        self.word(&format!("reason-{reason}"))
    }

    /// What the doorkeeper does about it.
    #[must_use]
    pub fn reason_todo(&self, reason: Reason) -> String {
        self.attribute(&format!("reason-{reason}"), "todo")
    }

    /// What has to be confirmed.
    #[must_use]
    pub fn cause(&self, cause: Cause) -> String {
        self.word(&format!("cause-{cause}"))
    }

    /// How to confirm it.
    #[must_use]
    pub fn cause_todo(&self, cause: Cause) -> String {
        self.attribute(&format!("cause-{cause}"), "todo")
    }

    /// The label of a remark.
    #[must_use]
    pub fn note(&self, note: Note) -> String {
        self.word(&format!("note-of-{note}"))
    }

    /// An explanation and its parts, a sentence each.
    #[must_use]
    pub fn explain(&self, explanation: &Explanation, setting: Setting<'_>) -> Vec<String> {
        let mut sentences = vec![self.sentence(explanation, setting)];
        for part in &explanation.parts {
            sentences.extend(self.explain(part, setting));
        }
        sentences
    }

    /// An explanation without its parts.
    #[must_use]
    pub fn sentence(&self, explanation: &Explanation, setting: Setting<'_>) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in &explanation.args {
            let name = name.as_str();
            match (name, value) {
                ("operator", Arg::Number(number)) => {
                    args.set(name, self.operator(*number, setting))
                }
                ("ago", Arg::Minutes(minutes)) => args.set(name, self.distance("since", *minutes)),
                ("in", Arg::Minutes(minutes)) => args.set(name, self.distance("until", *minutes)),
                (_, Arg::Number(number)) => args.set(name, *number),
                (_, other) => args.set(name, self.value(other, setting)),
            }
        }
        self.message(&explanation.key, &args)
    }

    fn value(&self, value: &Arg, setting: Setting<'_>) -> String {
        match value {
            Arg::Number(number) => number.to_string(),
            Arg::Text(text) => text.clone(),
            Arg::Time(at) => self.time(*at, setting),
            Arg::Minutes(minutes) => self.span(*minutes),
            Arg::Names(names) => self.any_of(names.clone()),
            Arg::Weekdays(days) => self.any_of(days.iter().map(|day| self.weekday(*day)).collect()),
        }
    }

    /// A time by the event's clocks, with its day unless that is today.
    fn time(&self, at: Timestamp, setting: Setting<'_>) -> String {
        let local = setting.book.local(at);
        let (date, clock) = {
            let written = local.to_string();
            let (date, clock) = written.split_once('T').unwrap_or(("", &written));
            (date.to_owned(), clock.to_owned())
        };
        let mut args = FluentArgs::new();
        args.set("clock", clock);
        if local.day() == setting.book.local(setting.now).day() {
            return self.message("time-today", &args);
        }
        args.set("date", date);
        args.set("weekday", self.weekday(local.isoweekday()));
        self.message("time-other-day", &args)
    }

    /// Minutes up to two hours, then hours up to two days, then days; rounded down.
    fn span(&self, minutes: i64) -> String {
        let (key, count) = match minutes {
            ..120 => ("span-minutes", minutes),
            120..2880 => ("span-hours", minutes / 60),
            _ => ("span-days", minutes / 1440),
        };
        let mut args = FluentArgs::new();
        args.set("count", count);
        self.message(key, &args)
    }

    /// How far a time is: `since` or `until`.
    fn distance(&self, key: &str, minutes: i64) -> String {
        if minutes < 1 {
            return self.word(&format!("{key}-now"));
        }
        let mut args = FluentArgs::new();
        args.set("span", self.span(minutes));
        self.message(key, &args)
    }

    /// The name that the book has for an operator; explanations carry the number only.
    fn operator(&self, number: i64, setting: Setting<'_>) -> String {
        let mut operators = setting.book.roster.operators.iter();
        if let Some(known) = operators.find(|known| i64::from(known.operator.get()) == number) {
            return known.name.clone();
        }
        let mut args = FluentArgs::new();
        args.set("number", number);
        self.message("operator", &args)
    }

    fn weekday(&self, day: u8) -> String {
        let mut args = FluentArgs::new();
        args.set("number", day);
        self.message("weekday", &args)
    }

    fn any_of(&self, mut names: Vec<String>) -> String {
        let last = names.pop().unwrap_or_default();
        if names.is_empty() {
            return last;
        }
        let mut args = FluentArgs::new();
        args.set("names", names.join(", "));
        args.set("last", last);
        self.message("names-or", &args)
    }

    fn word(&self, key: &str) -> String {
        self.message(key, &FluentArgs::new())
    }

    fn message(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let pattern = self.bundle.get_message(key).and_then(|found| found.value());
        let mut errors = Vec::new();
        let told = pattern.map(|pattern| {
            let text = self.bundle.format_pattern(pattern, Some(args), &mut errors);
            text.into_owned()
        });
        match (told, &self.english) {
            (Some(text), None) => text,
            (Some(text), Some(_)) if errors.is_empty() => text,
            (_, Some(english)) => english.message(key, args),
            // A key of a newer version: better its name than nothing.
            (None, None) => key.to_owned(),
        }
    }

    fn attribute(&self, key: &str, name: &str) -> String {
        let message = self.bundle.get_message(key);
        let attribute = message.and_then(|found| found.get_attribute(name));
        let told = attribute.map(|found| {
            let pattern = found.value();
            self.bundle.format_pattern(pattern, None, &mut Vec::new())
        });
        match (told, &self.english) {
            (Some(text), _) => text.into_owned(),
            (None, Some(english)) => english.attribute(key, name),
            (None, None) => String::new(),
        }
    }
}

impl core::fmt::Debug for Sentences {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Sentences")
            .field("locales", &self.bundle.locales)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Operator, Role};
    use crate::entry::Key;
    use crate::ids::OperatorNo;

    /// Formats `key` with all its values and gives what Fluent had to complain about.
    fn complaints(english: &Sentences, key: &str, args: &[&str], attribute: bool) -> Vec<String> {
        let Some(message) = english.bundle.get_message(key) else {
            return vec![format!("{key}: no sentence")];
        };
        let mut given = FluentArgs::new();
        for name in args {
            given.set(*name, 2);
        }
        let mut patterns: Vec<_> = message.value().into_iter().collect();
        if attribute {
            match message.get_attribute("todo") {
                Some(todo) => patterns.push(todo.value()),
                None => return vec![format!("{key}: nothing to do")],
            }
        }
        let mut errors = Vec::new();
        for pattern in patterns {
            let text = english
                .bundle
                .format_pattern(pattern, Some(&given), &mut errors);
            assert!(!text.is_empty(), "{key}");
        }
        errors
            .into_iter()
            .map(|error| format!("{key}: {error}"))
            .collect()
    }

    #[test]
    fn every_code_and_key_has_a_sentence_that_its_values_fill_in_every_language() {
        for language in Sentences::languages() {
            assert_eq!(wrong(&Sentences::of(language)), Vec::<String>::new());
        }
    }

    #[test]
    fn every_language_has_the_keys_of_english_in_the_same_order() {
        let keys = |fluent: &'static str| -> Vec<&str> {
            let lines = fluent.lines().filter(|line| !line.starts_with('#'));
            lines
                .filter_map(|line| Some(line.split_once(" =")?.0))
                .collect()
        };
        for (language, fluent) in LANGUAGES {
            assert_eq!(keys(fluent), keys(ENGLISH), "{language}");
        }
    }

    #[test]
    fn the_nearest_language_is_told() {
        let told = |tag| Sentences::of(tag).reason(Reason::AlreadyUsed);
        assert_eq!(told("de-AT"), "Schon benutzt");
        assert_eq!(told("AR_eg"), "مستخدمة من قبل");
        assert_eq!(told("fr"), "Already used");
        assert_eq!(told(""), "Already used");
    }

    /// What is missing or wrong in a language.
    fn wrong(sentences: &Sentences) -> Vec<String> {
        let mut wrong = Vec::new();
        for key in Key::ALL {
            wrong.extend(complaints(sentences, key.code(), key.args(), false));
        }
        for reason in Reason::ALL {
            wrong.extend(complaints(
                sentences,
                &format!("reason-{reason}"),
                &[],
                true,
            ));
        }
        for cause in Cause::ALL {
            wrong.extend(complaints(sentences, &format!("cause-{cause}"), &[], true));
        }
        for note in Note::ALL {
            wrong.extend(complaints(
                sentences,
                &format!("note-of-{note}"),
                &[],
                false,
            ));
        }
        wrong
    }

    #[test]
    fn the_english_file_has_no_sentence_that_nothing_uses() {
        let wording = [
            "time-today",
            "time-other-day",
            "span-minutes",
            "span-hours",
            "span-days",
            "since",
            "since-now",
            "until",
            "until-now",
            "operator",
            "names-or",
            "weekday",
        ];
        for line in ENGLISH.lines() {
            let Some((key, _)) = line.split_once(" =") else {
                continue;
            };
            let of_code = |prefix: &str, codes: &[&str]| {
                key.strip_prefix(prefix)
                    .is_some_and(|code| codes.contains(&code))
            };
            let reasons: Vec<_> = Reason::ALL.iter().map(|reason| reason.code()).collect();
            let causes: Vec<_> = Cause::ALL.iter().map(|cause| cause.code()).collect();
            let notes: Vec<_> = Note::ALL.iter().map(|note| note.code()).collect();
            let used = line.starts_with([' ', '#'])
                || wording.contains(&key)
                || Key::from_code(key).is_some()
                || of_code("reason-", &reasons)
                || of_code("cause-", &causes)
                || of_code("note-of-", &notes);
            assert!(used, "{key} is not used");
        }
    }

    #[test]
    fn another_language_falls_back_to_english() {
        let german = Sentences::new("de", "reason-expired = Nicht mehr gültig\n")
            .expect("the text is Fluent");
        assert_eq!(german.reason(Reason::Expired), "Nicht mehr gültig");
        assert_eq!(german.reason(Reason::Unpaid), "Not paid");
        assert!(!german.reason_todo(Reason::Expired).is_empty());
    }

    #[test]
    fn spans_and_days_are_worded() {
        let english = Sentences::english();
        assert_eq!(english.span(0), "0 min");
        assert_eq!(english.span(119), "119 min");
        assert_eq!(english.span(120), "2 h");
        assert_eq!(english.span(2880), "2 days");
        let days = Arg::Weekdays(vec![5, 6, 7]);
        let book = Book::default();
        let setting = Setting {
            book: &book,
            now: Timestamp(0),
        };
        assert_eq!(english.value(&days, setting), "Friday, Saturday or Sunday");
        assert_eq!(english.value(&Arg::Time(Timestamp(0)), setting), "00:00");
        assert_eq!(
            english.value(&Arg::Time(Timestamp(86_400_000)), setting),
            "Friday 1970-01-02 00:00"
        );
    }

    #[test]
    fn times_that_are_now_and_people_that_are_known_are_told_so() {
        let mut book = Book::default();
        book.roster.operators = vec![Operator {
            operator: OperatorNo(2),
            name: "Sam".to_owned(),
            role: Role::Supervisor,
            active: Vec::new(),
            pin: None,
        }];
        let setting = Setting {
            book: &book,
            now: Timestamp(0),
        };
        let english = Sentences::english();
        let told = |key: Key, args: &[(&str, Arg)]| {
            let bare = Explanation::new(key);
            let whole = args
                .iter()
                .fold(bare, |said, (name, value)| said.with(*name, value.clone()));
            english.sentence(&whole, setting)
        };
        let at = ("at", Arg::Time(Timestamp(0)));
        let ago = |minutes| {
            told(
                Key::ValidUntil,
                &[at.clone(), ("ago", Arg::Minutes(minutes))],
            )
        };
        assert_eq!(ago(0), "Was valid until 00:00, just now.");
        assert_eq!(ago(1), "Was valid until 00:00, 1 min ago.");
        let until = |minutes| told(Key::ValidFrom, &[at.clone(), ("in", Arg::Minutes(minutes))]);
        assert_eq!(until(0), "Valid from 00:00, in less than a minute.");
        assert_eq!(until(125), "Valid from 00:00, in 2 h.");
        let by = |number| told(Key::NoteOverridden, &[("operator", Arg::Number(number))]);
        assert_eq!(by(2), "Let pass by Sam in spite of:");
        assert_eq!(by(9), "Let pass by Operator 9 in spite of:");
    }

    #[test]
    fn a_file_that_is_not_fluent_is_refused() {
        assert!(Sentences::new("de", "no message here").is_err());
        assert!(Sentences::new("!", "a = b").is_err());
    }
}
