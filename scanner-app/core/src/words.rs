//! What a device says of itself, in words: files of Fluent messages.
//!
//! `locales/en.ftl` is complete; what another language lacks is told in English.
//! Verdicts have their own sentences, in `shared-model`.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::camera;
use crate::keys::Keeping;
use crate::readiness::{Check, Finding, Todo};

/// The English file, for screens that word codes themselves.
pub const ENGLISH: &str = include_str!("../locales/en.ftl");

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The words of one language.
pub struct Words {
    bundle: FluentBundle<FluentResource>,
    english: Option<Box<Words>>,
}

/// Why a file has no words to offer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// The name of the language is none.
    #[error("`{0}` is no language")]
    Language(String),
    /// Lines that are not Fluent, or messages given twice.
    #[error("not Fluent: {0}")]
    Fluent(String),
}

impl Words {
    /// English, which is complete.
    #[must_use]
    pub fn english() -> Self {
        Self::parse("en", ENGLISH).expect("a test reads the English file in the same way")
    }

    /// Another language; what it lacks is told in English.
    ///
    /// # Errors
    /// The language is none, or the file is not Fluent.
    pub fn new(language: &str, fluent: &str) -> Result<Self, WordsError> {
        let mut own = Self::parse(language, fluent)?;
        own.english = Some(Box::new(Self::english()));
        Ok(own)
    }

    fn parse(language: &str, fluent: &str) -> Result<Self, WordsError> {
        let language: LanguageIdentifier = language
            .parse()
            .map_err(|_| WordsError::Language(language.to_owned()))?;
        let resource = FluentResource::try_new(fluent.to_owned())
            .map_err(|(_, errors)| WordsError::Fluent(format!("{errors:?}")))?;
        let mut bundle = FluentBundle::new_concurrent(vec![language]);
        // Marks of direction around each value would show as boxes on simple displays.
        bundle.set_use_isolating(false);
        bundle
            .add_resource(resource)
            .map_err(|errors| WordsError::Fluent(format!("{errors:?}")))?;
        Ok(Self {
            bundle,
            english: None,
        })
    }

    /// What was found.
    #[must_use]
    pub fn finding(&self, finding: &Finding) -> String {
        let mut args = FluentArgs::new();
        let yes = |yes: bool| if yes { "yes" } else { "no" };
        let key = match finding {
            Finding::Enrolment { ended } => {
                args.set("ended", yes(*ended));
                "ready-enrolment"
            }
            Finding::Tickets {
                tickets,
                complete,
                age_ms,
            } => {
                args.set("tickets", *tickets);
                args.set("complete", yes(*complete));
                args.set("age", self.ago(*age_ms));
                "ready-tickets"
            }
            Finding::Book { number, age_ms } => {
                args.set("number", *number);
                args.set("age", self.ago(*age_ms));
                "ready-book"
            }
            Finding::Clock { offset_ms, certain } => {
                args.set("certain", yes(*certain));
                args.set("measured", yes(offset_ms.is_some()));
                args.set("offset", offset_ms.unwrap_or_default());
                "ready-clock"
            }
            Finding::Storage { free_bytes } => {
                args.set("known", yes(free_bytes.is_some()));
                args.set("megabytes", free_bytes.unwrap_or_default() / 1_000_000);
                "ready-storage"
            }
            Finding::Battery(battery) => {
                args.set("mains", yes(battery.on_mains));
                args.set("percent", battery.percent);
                "ready-battery"
            }
            Finding::Keys { keeping } => {
                args.set("keeping", name(*keeping));
                "ready-keys"
            }
            Finding::Queue { unsent } => {
                args.set("unsent", *unsent);
                "ready-queue"
            }
            Finding::Camera { camera } => {
                args.set("state", camera.code());
                if let camera::State::Trouble(trouble) = camera {
                    args.set("trouble", self.trouble(trouble.code()));
                }
                "ready-camera"
            }
            Finding::Peers { others, near } => {
                args.set("others", *others);
                args.set("looked", yes(near.is_some()));
                args.set("near", near.unwrap_or_default());
                "ready-peers"
            }
        };
        self.message(key, None, &args)
    }

    /// What to do about a check; absent when it is well.
    #[must_use]
    pub fn todo(&self, check: &Check) -> Option<String> {
        let todo = check.todo?;
        if let (Todo::SeeToCamera, Finding::Camera { camera }) = (todo, &check.finding)
            && let camera::State::Trouble(trouble) = camera
        {
            return Some(self.trouble_todo(trouble.code()));
        }
        Some(self.word(&format!("todo-{}", todo.code())))
    }

    /// Why a camera or a reader gives no codes, by the code of its trouble.
    #[must_use]
    pub fn trouble(&self, code: &str) -> String {
        self.word(&format!("trouble-{code}"))
    }

    /// What to do about it.
    #[must_use]
    pub fn trouble_todo(&self, code: &str) -> String {
        let key = format!("trouble-{code}");
        self.message(&key, Some("todo"), &FluentArgs::new())
    }

    /// How long ago something was.
    fn ago(&self, age_ms: Option<i64>) -> String {
        let (key, count) = match age_ms {
            None => ("ago-never", 0),
            Some(age) if age < -MINUTE_MS => ("ago-future", 0),
            Some(age) if age < HOUR_MS => ("ago-minutes", age.max(0) / MINUTE_MS),
            Some(age) if age < DAY_MS => ("ago-hours", age / HOUR_MS),
            Some(age) => ("ago-days", age / DAY_MS),
        };
        let mut args = FluentArgs::new();
        args.set("count", FluentValue::from(count));
        self.message(key, None, &args)
    }

    fn word(&self, key: &str) -> String {
        self.message(key, None, &FluentArgs::new())
    }

    /// The message, the English one where this language lacks it, or the key itself.
    fn message(&self, key: &str, attribute: Option<&str>, args: &FluentArgs<'_>) -> String {
        let message = self.bundle.get_message(key);
        let pattern = match attribute {
            None => message.and_then(|message| message.value()),
            Some(name) => message
                .and_then(|message| message.get_attribute(name))
                .map(|attribute| attribute.value()),
        };
        match (pattern, &self.english) {
            (Some(pattern), _) => self
                .bundle
                .format_pattern(pattern, Some(args), &mut Vec::new())
                .into_owned(),
            (None, Some(english)) => english.message(key, attribute, args),
            (None, None) => key.to_owned(),
        }
    }
}

fn name(keeping: Keeping) -> &'static str {
    match keeping {
        Keeping::System => "system",
        Keeping::Sealed => "sealed",
        Keeping::File => "file",
        Keeping::Session => "session",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::State;
    use crate::readiness::Battery;

    fn troubles() -> Vec<&'static str> {
        use crate::{camera, serial};

        let cameras = [
            camera::Error::NoCamera,
            camera::Error::Busy,
            camera::Error::Denied,
            camera::Error::Unplugged,
            camera::Error::format("RGB3"),
            camera::Error::Silent,
            camera::Error::failed("EIO"),
        ];
        let readers = [
            serial::Error::ReaderAbsent,
            serial::Error::ReaderBusy,
            serial::Error::ReaderDenied,
            serial::Error::ReaderUnplugged,
            serial::Error::ReaderFailed {
                detail: "EIO".into(),
            },
        ];
        let cameras = cameras.iter().map(camera::Error::code);
        cameras
            .chain(readers.iter().map(serial::Error::code))
            .collect()
    }

    #[test]
    fn there_are_words_for_every_code() {
        let words = Words::english();
        for todo in Todo::ALL {
            let key = format!("todo-{}", todo.code());
            assert_ne!(words.word(&key), key);
        }
        for trouble in troubles() {
            let key = format!("trouble-{trouble}");
            assert_ne!(words.trouble(trouble), key);
            assert_ne!(words.trouble_todo(trouble), key);
        }
    }

    #[test]
    fn findings_are_sentences() {
        let words = Words::english();
        let camera = State::Trouble(camera::Error::Busy);
        let findings = [
            (
                Finding::Tickets {
                    tickets: 1,
                    complete: true,
                    age_ms: Some(3 * HOUR_MS),
                },
                "1 ticket, server heard 3 hours ago",
            ),
            (
                Finding::Tickets {
                    tickets: 20,
                    complete: false,
                    age_ms: None,
                },
                "20 tickets so far, the download is not finished",
            ),
            (
                Finding::Book {
                    number: 0,
                    age_ms: None,
                },
                "No event book yet",
            ),
            (
                Finding::Clock {
                    offset_ms: None,
                    certain: false,
                },
                "Clock never compared with the server's",
            ),
            (
                Finding::Battery(Battery {
                    percent: 31,
                    on_mains: false,
                }),
                "Battery 31 %",
            ),
            (
                Finding::Camera { camera },
                "Another program is using the camera",
            ),
            (
                Finding::Peers {
                    others: 3,
                    near: Some(2),
                },
                "2 of 3 other devices can be reached",
            ),
        ];
        for (finding, told) in findings {
            assert_eq!(words.finding(&finding), told);
        }
    }

    #[test]
    fn another_language_falls_back_to_english() {
        let words = Words::new("sr", "todo-sync = Poveži se na mrežu.").unwrap();
        assert_eq!(words.word("todo-sync"), "Poveži se na mrežu.");
        assert_eq!(words.word("todo-plug_in"), "Plug the charger in.");
        assert!(matches!(
            Words::new("no language", ""),
            Err(WordsError::Language(_))
        ));
        assert!(matches!(
            Words::new("sr", "= nothing"),
            Err(WordsError::Fluent(_))
        ));
    }
}
