//! Checks that several rooms make of what people type.

use crate::problem::Problem;

/// Text of 1 to `most` characters after trimming, without control characters.
///
/// # Errors
/// `/problems/invalid` naming `field`.
pub fn text(field: &str, value: &str, most: usize) -> Result<String, Problem> {
    words(value, most).map_err(|reason| Problem::invalid(field, reason))
}

/// Text of up to `most` characters after trimming, without control characters.
///
/// # Errors
/// `/problems/invalid` naming `field`.
pub fn optional_text(field: &str, value: &str, most: usize) -> Result<String, Problem> {
    optional_words(value, most).map_err(|reason| Problem::invalid(field, reason))
}

/// Something that can be an e-mail address; only mail can tell whether it is one.
///
/// # Errors
/// `/problems/invalid` naming `field`.
pub fn email(field: &str, value: &str) -> Result<String, Problem> {
    address(value).map_err(|reason| Problem::invalid(field, reason))
}

/// As [`text`], for what no request brought.
///
/// # Errors
/// What is wrong with it.
pub fn words(value: &str, most: usize) -> Result<String, String> {
    let trimmed = optional_words(value, most)?;
    if trimmed.is_empty() {
        return Err("must not be empty".to_owned());
    }
    Ok(trimmed)
}

fn optional_words(value: &str, most: usize) -> Result<String, String> {
    let trimmed = value.trim();
    if trimmed.chars().count() > most {
        return Err(format!("must have at most {most} characters"));
    }
    if trimmed.chars().any(char::is_control) {
        return Err("must not hold control characters".to_owned());
    }
    Ok(trimmed.to_owned())
}

/// As [`email`], for what no request brought.
///
/// # Errors
/// What is wrong with it.
pub fn address(value: &str) -> Result<String, String> {
    let address = words(value, 254)?;
    let parts = address.split_once('@');
    let plausible = parts.is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@')
    });
    if plausible && !address.contains(char::is_whitespace) {
        return Ok(address);
    }
    Err("is not an e-mail address".to_owned())
}

/// How many a page holds: what was asked for, up to 200; 50 when nothing was.
#[must_use]
pub fn page_size(asked: Option<u32>) -> u32 {
    asked.unwrap_or(50).clamp(1, 200)
}
