//! Entry cases in files: what anybody can write down and replay.
//!
//! A file states a book, what is known and a request, all as differences from a
//! small default event, and what should come out. [`replay`] runs it through
//! [`super::decide()`], the same function that decides at a gate, and gives one
//! [`Outcome`] a case. A case that cannot be read is an outcome with an error;
//! it never hides the others.
//!
//! Format: docs/formats/entry-cases.md

mod build;
mod expect;

use serde::Serialize;
use serde_json::Value;

use super::{Knowledge, Request, simulate};
use crate::book::Book;
use crate::sentences::{Sentences, Setting};
use crate::verdict::{Cause, ConfirmationDue, Explanation, Note, Reason, Verdict};
use build::Layers;

/// The `format` of files that this version reads.
pub const FORMAT: &str = "bilten-entry-cases/1";

/// Why a file is no case file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseError {
    /// Not JSON.
    #[error("the file is not JSON")]
    Json(#[from] serde_json::Error),
    /// Another format, or none named.
    #[error("the file is not in the format {FORMAT}")]
    Format,
    /// A field that has no meaning, or not this type.
    #[error("{path}: {problem}")]
    Field {
        /// Where, from the top of the file or the case.
        path: String,
        /// What is wrong.
        problem: String,
    },
}

/// What came out of one case: one line of `bilten-scan decide --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The case.
    pub name: String,
    /// `admit`, `refuse`, `ask` or `confirm`; absent when the case could not be read.
    pub verdict: Option<&'static str>,
    /// Of a refusal.
    pub reason: Option<Reason>,
    /// Of a refusal, or of the first thing due.
    pub explanation: Option<Explanation>,
    /// What there is to confirm.
    pub causes: Vec<Cause>,
    /// What staff should know beside an admission.
    pub notes: Vec<Note>,
    /// The explanation in English, a sentence each.
    pub text: Vec<String>,
    /// What the doorkeeper does now, in English.
    pub todo: String,
    /// The verdict whole.
    pub detail: Option<Verdict>,
    /// What is wrong with the case's book; the verdict is given all the same.
    pub book_errors: Vec<String>,
    /// Whether it came out as expected; absent where nothing was expected.
    pub passed: Option<bool>,
    /// What came out otherwise, a sentence each.
    pub differences: Vec<String>,
    /// Why the case could not be read.
    pub error: Option<String>,
}

/// One case, ready to run.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it is called.
    pub name: String,
    /// The event.
    pub book: Book,
    /// What is known.
    pub known: Knowledge,
    /// What is asked.
    pub request: Request,
    expect: Value,
}

/// A case, or why it cannot be read, under its name.
pub type NamedCase = (String, Result<Case, CaseError>);

/// Runs every case of a file, in its order.
///
/// # Errors
/// [`CaseError`] for a file that is no case file; a single bad case is an outcome instead.
pub fn replay(text: &str) -> Result<Vec<Outcome>, CaseError> {
    let sentences = Sentences::english();
    let cases = parse(text)?.into_iter();
    Ok(cases
        .map(|(name, case)| match case {
            Ok(case) => case.run(&sentences),
            Err(error) => Outcome::unreadable(name, &error),
        })
        .collect())
}

/// Reads every case of a file, with its name.
///
/// # Errors
/// [`CaseError`] for a file that is no case file.
pub fn parse(text: &str) -> Result<Vec<NamedCase>, CaseError> {
    let file: Value = serde_json::from_str(text)?;
    if file.get("format") != Some(&Value::from(FORMAT)) {
        return Err(CaseError::Format);
    }
    build::known_fields(
        &file,
        &["format", "about", "book", "knowledge", "request", "cases"],
        "file",
    )?;
    let Some(cases) = file.get("cases").and_then(Value::as_array) else {
        return Err(build::field("file.cases", "expected a list of cases"));
    };
    Ok(cases
        .iter()
        .enumerate()
        .map(|(index, case)| {
            let name = case.get("name").and_then(Value::as_str);
            let name = name.map_or_else(|| format!("case {}", index + 1), str::to_owned);
            (name.clone(), Case::read(name, &file, case))
        })
        .collect())
}

impl Case {
    fn read(name: String, file: &Value, case: &Value) -> Result<Self, CaseError> {
        let fields = ["name", "about", "book", "knowledge", "request", "expect"];
        build::known_fields(case, &fields, "case")?;
        let layers = Layers { file, case };
        let book = layers.book()?;
        let request = layers.request(&book)?;
        let known = layers.knowledge(&book, &request)?;
        let expect = case.get("expect").cloned().unwrap_or(Value::Null);
        expect::check_fields(&expect)?;
        Ok(Self {
            name,
            book,
            known,
            request,
            expect,
        })
    }

    /// Decides it and compares.
    #[must_use]
    pub fn run(&self, sentences: &Sentences) -> Outcome {
        let verdict = simulate(&self.book, &self.known, &self.request).verdict;
        let mut outcome = Outcome::of(&verdict);
        outcome.name.clone_from(&self.name);
        let setting = Setting {
            book: &self.book,
            now: self.request.now,
        };
        let told = outcome.explanation.as_ref();
        outcome.text = told.map_or_else(Vec::new, |told| sentences.explain(told, setting));
        outcome.todo = match (outcome.reason, outcome.causes.first()) {
            (Some(reason), _) => sentences.reason_todo(reason),
            (None, Some(cause)) => sentences.cause_todo(*cause),
            (None, None) => String::new(),
        };
        if let Err(errors) = self.book.validate() {
            outcome.book_errors = errors.iter().map(ToString::to_string).collect();
        }
        if !self.expect.is_null() {
            outcome.differences = expect::differences(&self.expect, &outcome, &verdict);
            outcome.passed = Some(outcome.differences.is_empty());
        }
        outcome.detail = Some(verdict);
        outcome
    }
}

impl Outcome {
    fn empty(name: String) -> Self {
        Self {
            name,
            verdict: None,
            reason: None,
            explanation: None,
            causes: Vec::new(),
            notes: Vec::new(),
            text: Vec::new(),
            todo: String::new(),
            detail: None,
            book_errors: Vec::new(),
            passed: None,
            differences: Vec::new(),
            error: None,
        }
    }

    fn unreadable(name: String, error: &CaseError) -> Self {
        Self {
            passed: Some(false),
            error: Some(error.to_string()),
            ..Self::empty(name)
        }
    }

    fn of(verdict: &Verdict) -> Self {
        let first = |due: &[ConfirmationDue]| due.first().map(|due| due.explanation.clone());
        let causes = |due: &[ConfirmationDue]| due.iter().map(|due| due.cause).collect();
        let empty = Self::empty(String::new());
        match verdict {
            Verdict::Admit(admission) => Self {
                verdict: Some("admit"),
                notes: admission.notes.iter().map(|remark| remark.note).collect(),
                ..empty
            },
            Verdict::Refuse(refusal) => Self {
                verdict: Some("refuse"),
                reason: Some(refusal.reason),
                explanation: Some(refusal.explanation.clone()),
                ..empty
            },
            Verdict::Ask { questions, confirm } => Self {
                verdict: Some("ask"),
                explanation: questions
                    .iter()
                    .find_map(|question| question.problem.clone())
                    .or_else(|| first(confirm)),
                causes: causes(confirm),
                ..empty
            },
            Verdict::Confirm { why } => Self {
                verdict: Some("confirm"),
                explanation: first(why),
                causes: causes(why),
                ..empty
            },
        }
    }
}

/// `admit: …` as one line for people: name, verdict, reason and the explanation's sentences.
impl core::fmt::Display for Outcome {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mark = match self.passed {
            Some(true) => "ok    ",
            Some(false) => "FAILED",
            None => "      ",
        };
        write!(f, "{mark} {}: ", self.name)?;
        match (&self.error, self.verdict) {
            (Some(error), _) => write!(f, "{error}")?,
            (None, verdict) => write!(f, "{}", verdict.unwrap_or("no verdict"))?,
        }
        if let Some(reason) = self.reason {
            write!(f, " {reason}")?;
        }
        for cause in &self.causes {
            write!(f, " {cause}")?;
        }
        if !self.text.is_empty() {
            write!(f, " ({})", self.text.join(" "))?;
        }
        for difference in &self.differences {
            write!(f, "\n         {difference}")?;
        }
        Ok(())
    }
}
