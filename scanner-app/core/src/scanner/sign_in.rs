//! Who stands at the door: people of the book's roster, with their PINs.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordVerifier as _};
use shared_model::book::{Book, Operator, Role};
use shared_model::ids::OperatorNo;
use shared_model::time::Timestamp;

use super::{Error, Result};

/// Checks that `operator` is on duty at `at` (corrected time) and knows the PIN, where there is one.
///
/// # Errors
/// Nobody of that number is on duty, or the PIN is wrong.
pub fn sign_in<'b>(
    book: &'b Book,
    operator: OperatorNo,
    pin: Option<&str>,
    at: Timestamp,
) -> Result<&'b Operator> {
    let person = book
        .roster
        .operator(operator)
        .filter(|person| {
            person.active.is_empty() || person.active.iter().any(|duty| duty.contains(at))
        })
        .ok_or(Error::UnknownOperator(operator))?;
    if let Some(verifier) = &person.pin {
        let verifier = PasswordHash::new(verifier).map_err(|_| Error::WrongPin)?;
        Argon2::default()
            .verify_password(pin.unwrap_or_default().as_bytes(), &verifier)
            .map_err(|_| Error::WrongPin)?;
    }
    Ok(person)
}

/// The same for what only supervisors may do.
///
/// # Errors
/// As [`sign_in`]; and the person is no supervisor.
pub fn sign_in_supervisor<'b>(
    book: &'b Book,
    operator: OperatorNo,
    pin: Option<&str>,
    at: Timestamp,
) -> Result<&'b Operator> {
    let person = sign_in(book, operator, pin, at)?;
    match person.role {
        Role::Supervisor => Ok(person),
        Role::Staff => Err(Error::SupervisorOnly),
    }
}
