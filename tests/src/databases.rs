//! Fresh PostgreSQL databases for journeys.

use std::process::Command;

use crate::{Outcome, failed};

/// The variable with the URL of a PostgreSQL where tests may make databases.
pub const POSTGRES: &str = "BILTEN_TEST_POSTGRES";

/// A new database in the PostgreSQL that the environment names; none where it names none.
///
/// # Errors
/// When the server does not let us make one.
pub fn postgres(purpose: &str) -> Outcome<Option<String>> {
    let Ok(admin) = std::env::var(POSTGRES) else {
        return Ok(None);
    };
    let name = format!("bilten_journey_{purpose}_{}", std::process::id());
    let made = Command::new("psql")
        .arg(&admin)
        .args(["--quiet", "--command", &format!("CREATE DATABASE {name}")])
        .output()
        .map_err(failed("running psql"))?;
    if !made.status.success() {
        return Err(format!(
            "making a database: {}",
            String::from_utf8_lossy(&made.stderr)
        ));
    }
    let (server, _) = admin
        .rsplit_once('/')
        .ok_or("a PostgreSQL address without a database")?;
    Ok(Some(format!("{server}/{name}")))
}
