//! The format of the store: numbered steps that only go forward.

use rusqlite::{Connection, TransactionBehavior};

use super::error::{Error, Result};

const STEPS: &[&str] = &[
    include_str!("migrations/0001.sql"),
    include_str!("migrations/0002.sql"),
    include_str!("migrations/0003.sql"),
    include_str!("migrations/0004.sql"),
    include_str!("migrations/0005.sql"),
    include_str!("migrations/0006.sql"),
];

/// Brings the store to this program's format; a newer one is refused untouched.
pub(super) fn migrate(connection: &mut Connection) -> Result<()> {
    let known = STEPS.len() as i64;
    let found = format(connection)?;
    if found > known {
        return Err(Error::Newer { found, known });
    }
    let steps = STEPS.iter().zip(1_i64..).skip_while(|(_, n)| *n <= found);
    for (step, number) in steps {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", number)?;
        transaction.commit()?;
    }
    Ok(())
}

/// The format number in the file; 0 for an empty one.
pub(super) fn format(connection: &Connection) -> Result<i64> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}
