//! The headless scanner.
