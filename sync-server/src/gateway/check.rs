//! Checks that several rooms make of what people type.

use crate::problem::Problem;

/// Text of 1 to `most` characters after trimming, without control characters.
///
/// # Errors
/// `/problems/invalid` naming `field`.
pub fn text(field: &str, value: &str, most: usize) -> Result<String, Problem> {
    let trimmed = optional_text(field, value, most)?;
    if trimmed.is_empty() {
        return Err(Problem::invalid(field, "must not be empty"));
    }
    Ok(trimmed)
}

/// Text of up to `most` characters after trimming, without control characters.
///
/// # Errors
/// `/problems/invalid` naming `field`.
pub fn optional_text(field: &str, value: &str, most: usize) -> Result<String, Problem> {
    let trimmed = value.trim();
    if trimmed.chars().count() > most {
        let detail = format!("must have at most {most} characters");
        return Err(Problem::invalid(field, detail));
    }
    if trimmed.chars().any(char::is_control) {
        return Err(Problem::invalid(field, "must not hold control characters"));
    }
    Ok(trimmed.to_owned())
}

/// Something that can be an e-mail address; only mail can tell whether it is one.
///
/// # Errors
/// `/problems/invalid` naming `field`.
pub fn email(field: &str, value: &str) -> Result<String, Problem> {
    let address = text(field, value, 254)?;
    let parts = address.split_once('@');
    let plausible = parts.is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@')
    });
    if plausible && !address.contains(char::is_whitespace) {
        return Ok(address);
    }
    Err(Problem::invalid(field, "is not an e-mail address"))
}

/// How many a page holds: what was asked for, up to 200; 50 when nothing was.
#[must_use]
pub fn page_size(asked: Option<u32>) -> u32 {
    asked.unwrap_or(50).clamp(1, 200)
}
