//! Step 7: questions, and whether their answers are any.

use super::{Context, Due, Finding, Shown, say, takes};
use crate::book::local::parse_date;
use crate::book::{AnswerKind, Question};
use crate::entry::Key;
use crate::ids::QuestionNo;
use crate::verdict::{Arg, Explanation, QuestionDue};

/// Every question due that has no answer, and every answer that is none.
pub(in crate::entry) fn questions(context: &Context<'_>, ticket: &Shown<'_>) -> Option<Finding> {
    let mut due: Vec<QuestionDue> = context
        .book
        .questions
        .iter()
        .filter_map(|question| ask(context, ticket, question))
        .collect();
    due.extend(strays(context));
    (!due.is_empty()).then_some(Finding {
        step: 7,
        timed: false,
        due: Due::Ask(due),
    })
}

fn ask(context: &Context<'_>, ticket: &Shown<'_>, question: &Question) -> Option<QuestionDue> {
    let number = question.question;
    let due = |problem| {
        Some(QuestionDue {
            question: number,
            problem,
        })
    };
    if let Some(text) = answer(context, number) {
        return problem(question, text).and_then(|problem| due(Some(problem)));
    }
    let wanted = question.at_checkin
        && takes(&question.tiers, ticket.tier, context.book)
        && !ticket.answered.contains(&number);
    if wanted { due(None) } else { None }
}

/// The last answer given to a question.
fn answer<'a>(context: &Context<'a>, question: QuestionNo) -> Option<&'a str> {
    let answers = context.request.answers.iter();
    answers
        .rev()
        .find(|answer| answer.question == question)
        .map(|answer| answer.text.trim())
}

/// Answers to questions that the book does not have, each named once.
fn strays(context: &Context<'_>) -> Vec<QuestionDue> {
    let mut strays: Vec<QuestionNo> = context
        .request
        .answers
        .iter()
        .map(|answer| answer.question)
        .filter(|question| context.book.question(*question).is_none())
        .collect();
    strays.sort_unstable();
    strays.dedup();
    let due = |question| QuestionDue {
        question,
        problem: Some(say(Key::AnswerUnknown)),
    };
    strays.into_iter().map(due).collect()
}

/// What is wrong with an answer; an empty one skips an optional question.
fn problem(question: &Question, text: &str) -> Option<Explanation> {
    if text.is_empty() {
        return question.required.then(|| say(Key::AnswerRequired));
    }
    match &question.kind {
        AnswerKind::Text(longest) => (text.chars().count() > usize::from(*longest))
            .then(|| say(Key::AnswerTooLong).with("longest", Arg::Number((*longest).into()))),
        AnswerKind::Number { min, max } => number_problem(text, *min, *max),
        AnswerKind::YesNo => match text {
            "yes" => None,
            "no" => question.required.then(|| say(Key::AnswerYes)),
            _ => Some(say(Key::AnswerYesNo)),
        },
        AnswerKind::OneOf(choices) => choice_problem([text], choices),
        AnswerKind::SomeOf(choices) => choice_problem(text.lines(), choices),
        AnswerKind::Date => parse_date(text).is_none().then(|| say(Key::AnswerDate)),
    }
}

fn number_problem(text: &str, min: Option<i64>, max: Option<i64>) -> Option<Explanation> {
    let Ok(number) = text.parse::<i64>() else {
        return Some(say(Key::AnswerNumber));
    };
    let low = min.filter(|min| number < *min);
    let high = max.filter(|max| number > *max);
    low.map(|min| say(Key::AnswerMin).with("min", Arg::Number(min)))
        .or_else(|| high.map(|max| say(Key::AnswerMax).with("max", Arg::Number(max))))
}

fn choice_problem<'t>(
    given: impl IntoIterator<Item = &'t str>,
    choices: &[String],
) -> Option<Explanation> {
    let one_of = |text: &str| choices.iter().any(|choice| choice == text.trim());
    let all = given.into_iter().all(one_of);
    (!all).then(|| say(Key::AnswerChoice).with("names", Arg::Names(choices.to_vec())))
}
