//! A fresh database for each test.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

/// The variable with the URL of a PostgreSQL where tests may make databases.
pub const POSTGRES: &str = "BILTEN_TEST_POSTGRES";

/// A fresh, empty database.
#[derive(Debug)]
pub struct Backend {
    folder: TempDir,
    url: Option<String>,
}

impl Backend {
    /// The data folder, removed at the end.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The PostgreSQL database, if it is one.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

/// A fresh database of each kind that can be had here.
///
/// # Panics
/// When the PostgreSQL that the environment names cannot be used.
pub async fn backends() -> Vec<Backend> {
    let mut backends = vec![Backend {
        folder: TempDir::new().expect("a folder for the test"),
        url: None,
    }];
    if let Ok(admin) = std::env::var(POSTGRES) {
        backends.push(Backend {
            folder: TempDir::new().expect("a folder for the test"),
            url: Some(new_database(&admin).await),
        });
    }
    backends
}

/// Makes an empty database beside the one that `admin` names. The server is
/// thrown away after the run, so nobody removes it.
async fn new_database(admin: &str) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("bilten_test_{}_{number}", std::process::id());
    let mut connection = PgConnection::connect(admin)
        .await
        .expect("BILTEN_TEST_POSTGRES names a server that answers");
    let drop = format!("DROP DATABASE IF EXISTS {name}");
    let create = format!("CREATE DATABASE {name} TEMPLATE template0");
    for text in [drop, create] {
        connection
            .execute(sqlx::raw_sql(AssertSqlSafe(text)))
            .await
            .expect("BILTEN_TEST_POSTGRES allows to make databases");
    }
    let (server, _) = admin.rsplit_once('/').expect("a URL with a database");
    format!("{server}/{name}")
}
