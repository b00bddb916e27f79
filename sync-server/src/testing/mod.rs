//! The harness of tests: a whole server in the process, on either database.
//!
//! [`on_both`] runs a test on SQLite, and on PostgreSQL when
//! `BILTEN_TEST_POSTGRES` holds the URL of a server where databases may be made.
//! Clock and randomness are the test's own; every app has a fresh database.

mod api;
mod database;
mod people;
mod scanner;

pub use api::{Answer, Api};
pub use database::{Backend, backends};
pub use people::{TestEvent, TestOrganizer, text};
pub use scanner::{Keys, Scanner};

use std::sync::Arc;

use shared_model::time::Timestamp;

use crate::app::{App, AppState};
use crate::clock::{Clock, Entropy};
use crate::config::Config;
use crate::gateway;

/// Saturday, 2026-06-20T18:00:00Z: when every test begins.
pub const BEGIN: Timestamp = Timestamp(1_781_978_400_000);

/// A server of a test.
#[derive(Debug)]
pub struct TestApp {
    /// What its requests can reach.
    pub app: AppState,
    router: axum::Router,
    backend: Backend,
}

/// Runs `test` on each database there is.
///
/// # Panics
/// When the test does, or a server cannot be started.
pub async fn on_both(test: impl AsyncFn(TestApp)) {
    for backend in backends().await {
        test(TestApp::start(backend).await).await;
    }
}

impl TestApp {
    /// Starts a server on `backend`.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn start(backend: Backend) -> Self {
        let config = Self::config(&backend);
        let app = App::start(config, Clock::manual(BEGIN), Entropy::seeded(7))
            .await
            .expect("a fresh server starts");
        Self::around(app, backend)
    }

    /// The settings of a server on `backend`.
    #[must_use]
    pub fn config(backend: &Backend) -> Config {
        Config {
            data: backend.folder().to_owned(),
            database_url: backend.url().map(str::to_owned),
            public_url: Some("https://tickets.example".to_owned()),
            ..Config::default()
        }
    }

    /// A server of a test around an app that was started on `backend`.
    #[must_use]
    pub fn around(app: App, backend: Backend) -> Self {
        let app = Arc::new(app);
        Self {
            router: gateway::router(app.clone()),
            app,
            backend,
        }
    }

    /// Another server beside this one, on the same database, with randomness of its own.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn beside(&self, seed: u64) -> Beside {
        let config = Self::config(&self.backend);
        let clock = Clock::manual(self.now());
        let app = App::start(config, clock, Entropy::seeded(seed)).await;
        let app = Arc::new(app.expect("a second server starts"));
        Beside {
            router: gateway::router(app.clone()),
            app,
        }
    }

    /// The same database under a new server, as after a restart.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn restart(self) -> Self {
        self.app.db.close().await;
        Self::start(self.backend).await
    }

    /// The present of this server.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.app.now()
    }

    /// Moves the clock.
    pub fn advance(&self, millis: i64) {
        self.app.clock.advance(millis);
    }

    /// Requests by nobody in particular.
    #[must_use]
    pub fn anyone(&self) -> Api {
        Api::new(self.router.clone(), None)
    }

    /// Requests that carry `token`.
    #[must_use]
    pub fn bearer(&self, token: &str) -> Api {
        Api::new(self.router.clone(), Some(token.to_owned()))
    }
}

/// A second server of a test.
#[derive(Debug)]
pub struct Beside {
    /// What its requests can reach.
    pub app: AppState,
    router: axum::Router,
}

impl Beside {
    /// Requests by nobody in particular.
    #[must_use]
    pub fn anyone(&self) -> Api {
        Api::new(self.router.clone(), None)
    }
}
