//! Rows, and the structs they become.

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, ValueRef as _};

use super::{Column, Error};

/// One row of an answer.
#[derive(Debug)]
pub enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(PgRow),
}

macro_rules! get {
    ($self:ident, $column:ident, $sqlite:ty, $postgres:ty) => {
        match $self {
            Self::Sqlite(row) => row.try_get::<$sqlite, _>($column)?.into(),
            Self::Postgres(row) => row.try_get::<$postgres, _>($column)?.into(),
        }
    };
}

impl Row {
    pub(super) fn is_null(&self, column: usize) -> Result<bool, Error> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get_raw(column)?.is_null(),
            Self::Postgres(row) => row.try_get_raw(column)?.is_null(),
        })
    }

    pub(super) fn int(&self, column: usize) -> Result<i64, Error> {
        Ok(get!(self, column, i64, i64))
    }

    pub(super) fn text(&self, column: usize) -> Result<String, Error> {
        Ok(get!(self, column, String, String))
    }

    pub(super) fn bytes(&self, column: usize) -> Result<Vec<u8>, Error> {
        Ok(get!(self, column, Vec<u8>, Vec<u8>))
    }

    pub(super) fn flag(&self, column: usize) -> Result<bool, Error> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get::<i64, _>(column)? != 0,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }
}

/// What a row becomes.
pub trait FromRow: Sized {
    /// Columns of the row.
    const WIDTH: usize;
    /// Their names, in order; empty where any name will do.
    const NAMES: &'static [&'static str];

    /// Reads the row.
    ///
    /// # Errors
    /// When a column does not fit.
    fn from_row(row: &Row) -> Result<Self, Error>;
}

/// A statement that answers nothing.
impl FromRow for () {
    const WIDTH: usize = 0;
    const NAMES: &'static [&'static str] = &[];

    fn from_row(_: &Row) -> Result<Self, Error> {
        Ok(())
    }
}

/// A statement that answers one column.
impl<T: Column> FromRow for (T,) {
    const WIDTH: usize = 1;
    const NAMES: &'static [&'static str] = &[];

    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok((T::read(row, 0)?,))
    }
}

macro_rules! tuples {
    ($(($($name:ident $at:tt),*))*) => {$(
        impl<$($name: Column),*> FromRow for ($($name,)*) {
            const WIDTH: usize = [$($at),*].len();
            const NAMES: &'static [&'static str] = &[];

            fn from_row(row: &Row) -> Result<Self, Error> {
                Ok(($($name::read(row, $at)?,)*))
            }
        }
    )*};
}
tuples! {
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
}

/// Declares a struct whose fields are the columns of a row, in their order.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$doc:meta])* $fvis:vis $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$doc])* $fvis $field: $type,)* }

        impl $crate::db::FromRow for $name {
            const WIDTH: usize = Self::NAMES.len();
            const NAMES: &'static [&'static str] = &[$(stringify!($field)),*];

            fn from_row(row: &$crate::db::Row) -> Result<Self, $crate::db::Error> {
                let mut column = 0..;
                Ok(Self {
                    $($field: <$type as $crate::db::Column>::read(row, column.next().unwrap_or(0))?,)*
                })
            }
        }
    };
}
