//! The commitment to a guest's answers.
//!
//! Answers are personal and erasable, facts are neither. The salt is stored
//! with the answers and goes with them, so what remains in the log says
//! nothing about a person.

use sha2::{Digest, Sha256};

use crate::entry::Answer;
use crate::ids::Hash;

const LABEL: &[u8; 16] = b"bilten answers 1";

/// The hash of `answers` that a fact may carry.
///
/// SHA-256 over a label, the salt and, for each answer in order, its question
/// (u16), the length of its text (u32) and the text; numbers big-endian. `salt`
/// is fresh randomness for every fact.
#[must_use]
pub fn commit(salt: &[u8; 16], answers: &[Answer]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(LABEL);
    hasher.update(salt);
    for answer in answers {
        hasher.update(answer.question.get().to_be_bytes());
        hasher.update((answer.text.len() as u32).to_be_bytes());
        hasher.update(answer.text.as_bytes());
    }
    Hash(hasher.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::QuestionNo;

    fn answer(question: u16, text: &str) -> Answer {
        Answer {
            question: QuestionNo(question),
            text: text.into(),
        }
    }

    #[test]
    fn other_answers_and_other_salts_give_other_commitments() {
        let one = commit(&[1; 16], &[answer(1, "ab"), answer(2, "c")]);
        assert_eq!(one, commit(&[1; 16], &[answer(1, "ab"), answer(2, "c")]));
        assert_ne!(one, commit(&[2; 16], &[answer(1, "ab"), answer(2, "c")]));
        assert_ne!(one, commit(&[1; 16], &[answer(1, "a"), answer(2, "bc")]));
        assert_ne!(one, commit(&[1; 16], &[answer(2, "c"), answer(1, "ab")]));
        assert_ne!(one, commit(&[1; 16], &[answer(1, "ab")]));
    }
}
