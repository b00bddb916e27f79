//! How often somebody may try: a password, an enrolment code.
//!
//! So many tries at once, then one more every half minute, for each key: a person,
//! a code, a network address. What always holds: tries are counted before they
//! are looked at, in the database, so that all servers on it count together and a
//! restart forgives nothing; who tried is kept only as a keyed hash.
//!
//! Source: docs/decisions/0094-limits-in-the-database.md

use std::net::IpAddr;

use shared_model::time::Timestamp;

use super::{Error, store};
use crate::app::App;
use crate::db;

/// Milliseconds that each later try costs.
const EACH_MS: i64 = 30_000;

/// What is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Logging in as one person.
    Person,
    /// Logging in from one network address.
    LogInFrom,
    /// Enrolling with one code.
    Code,
    /// Enrolling from one network address.
    EnrolFrom,
}

impl Limit {
    const fn purpose(self) -> &'static str {
        match self {
            Self::Person => "attempts: person",
            Self::LogInFrom => "attempts: log in from",
            Self::Code => "attempts: code",
            Self::EnrolFrom => "attempts: enrol from",
        }
    }

    /// Tries at once. A network address may be a whole office, or a venue with all its scanners.
    const fn burst(self) -> i64 {
        match self {
            Self::Person | Self::Code => 10,
            Self::LogInFrom | Self::EnrolFrom => 100,
        }
    }
}

/// Takes one try of each, in this order; those after one that has none left are not taken.
///
/// # Errors
/// [`Error::TooMany`].
pub async fn take(app: &App, tries: &[(Limit, &str)]) -> Result<(), Error> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let mut refused = None;
    for (limit, who) in tries {
        let key = key(app, *limit, who);
        let full = now.plus_millis((limit.burst() - 1) * EACH_MS);
        if let Some(forgiven) = store::take_try(&mut tx, key, (now, full), EACH_MS).await? {
            let wait_ms = forgiven.millis_since(full).max(1);
            refused = Some(u64::try_from(wait_ms).unwrap_or(0).div_ceil(1000));
            break;
        }
    }
    tx.commit().await?;
    refused.map_or(Ok(()), |wait_secs| Err(Error::TooMany { wait_secs }))
}

/// Forgives all tries: the secret was right.
///
/// # Errors
/// When the store fails.
pub(super) async fn forget(app: &App, limit: Limit, who: &str) -> Result<(), db::Error> {
    let mut tx = app.db.begin().await?;
    store::forget_tries(&mut tx, key(app, limit, who)).await?;
    tx.commit().await
}

/// What is remembered of a network address: a network of IPv6, whose owner has all of it.
#[must_use]
pub fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

fn key(app: &App, limit: Limit, who: &str) -> [u8; 32] {
    app.master_key.derive(limit.purpose(), who.as_bytes())
}

/// Drops what is forgiven by now.
pub(super) async fn drop_forgiven(app: &App, now: Timestamp) -> Result<(), db::Error> {
    let mut tx = app.db.begin().await?;
    store::delete_forgiven(&mut tx, now).await?;
    tx.commit().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{TestApp, on_both};

    #[tokio::test]
    async fn the_eleventh_try_waits_and_time_forgives() {
        on_both(async |test: TestApp| {
            let take = async |who| match take(&test.app, &[(Limit::Person, who)]).await {
                Ok(()) => None,
                Err(Error::TooMany { wait_secs }) => Some(wait_secs),
                Err(other) => panic!("{other}"),
            };
            for _ in 0..10 {
                assert_eq!(take("a").await, None);
            }
            assert_eq!(take("a").await, Some(30));
            assert_eq!(take("b").await, None);
            test.advance(29_001);
            assert_eq!(take("a").await, Some(1));
            test.advance(999);
            assert_eq!(take("a").await, None);
            assert_eq!(take("a").await, Some(30));
            forget(&test.app, Limit::Person, "a").await.unwrap();
            assert_eq!(take("a").await, None);
            test.advance(24 * 60 * 60 * 1000);
            drop_forgiven(&test.app, test.now()).await.unwrap();
            for _ in 0..10 {
                assert_eq!(take("b").await, None);
            }
            assert_eq!(take("b").await, Some(30));
        })
        .await;
    }

    #[tokio::test]
    async fn servers_on_one_database_count_together_and_a_race_gets_no_more() {
        on_both(async |test: TestApp| {
            let other = test.beside(9).await;
            let tries: Vec<_> = (0..30)
                .map(|at| {
                    let app = if at % 2 == 0 { &test.app } else { &other.app };
                    let app = app.clone();
                    tokio::spawn(async move { take(&app, &[(Limit::Code, "c")]).await.is_ok() })
                })
                .collect();
            let mut taken = 0;
            for one in tries {
                taken += u32::from(one.await.unwrap());
            }
            assert_eq!(taken, 10);
        })
        .await;
    }

    #[test]
    fn an_ipv6_network_is_one_address() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::4"), of("2001:db8:1:3::4"));
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
    }
}
