//! What goes into a statement and comes out of a column.
//!
//! Four shapes that mean the same on both databases: whole numbers, text,
//! bytes, flags. Ids are bytes, instants milliseconds, money minor units.

use shared_model::ids::{
    ActorId, DeviceId, DeviceNo, Epoch, EventId, EventNo, ForeignHash, GateNo, Generation, Hash,
    Incarnation, Kid, ListNo, OccurrenceNo, OperatorNo, OrderId, OrganizerId, PaymentId,
    PositionId, PublicKey, QuestionNo, RefundId, RequestId, Serial, TierNo, UserId, Zones,
};
use shared_model::time::Timestamp;
use uuid::Uuid;

use super::{Error, Row};

/// A value bound to a statement.
#[derive(Debug, Clone)]
pub enum Value {
    /// A whole number.
    Int(Option<i64>),
    /// Text.
    Text(Option<String>),
    /// Bytes.
    Bytes(Option<Vec<u8>>),
    /// A flag.
    Flag(Option<bool>),
}

impl Value {
    const fn null_like(shape: &Self) -> Self {
        match shape {
            Self::Int(_) => Self::Int(None),
            Self::Text(_) => Self::Text(None),
            Self::Bytes(_) => Self::Bytes(None),
            Self::Flag(_) => Self::Flag(None),
        }
    }
}

/// A type that a column can hold.
pub trait Column: Sized {
    /// A value of this type, to tell the shape of its NULL.
    const SHAPE: Value;

    /// As it is stored.
    fn to_value(&self) -> Value;

    /// Reads it from `column` of `row`.
    ///
    /// # Errors
    /// When the column holds NULL, another type or a value out of range.
    fn read(row: &Row, column: usize) -> Result<Self, Error>;
}

impl<T: Column> Column for Option<T> {
    const SHAPE: Value = T::SHAPE;

    fn to_value(&self) -> Value {
        self.as_ref()
            .map_or_else(|| Value::null_like(&T::SHAPE), Column::to_value)
    }

    fn read(row: &Row, column: usize) -> Result<Self, Error> {
        if row.is_null(column)? {
            return Ok(None);
        }
        T::read(row, column).map(Some)
    }
}

impl Column for bool {
    const SHAPE: Value = Value::Flag(None);

    fn to_value(&self) -> Value {
        Value::Flag(Some(*self))
    }

    fn read(row: &Row, column: usize) -> Result<Self, Error> {
        row.flag(column)
    }
}

impl Column for String {
    const SHAPE: Value = Value::Text(None);

    fn to_value(&self) -> Value {
        Value::Text(Some(self.clone()))
    }

    fn read(row: &Row, column: usize) -> Result<Self, Error> {
        row.text(column)
    }
}

impl Column for Vec<u8> {
    const SHAPE: Value = Value::Bytes(None);

    fn to_value(&self) -> Value {
        Value::Bytes(Some(self.clone()))
    }

    fn read(row: &Row, column: usize) -> Result<Self, Error> {
        row.bytes(column)
    }
}

impl<const N: usize> Column for [u8; N] {
    const SHAPE: Value = Value::Bytes(None);

    fn to_value(&self) -> Value {
        Value::Bytes(Some(self.to_vec()))
    }

    fn read(row: &Row, column: usize) -> Result<Self, Error> {
        let bytes = row.bytes(column)?;
        bytes.try_into().map_err(|_| Error::Value { column })
    }
}

macro_rules! whole_numbers {
    ($($int:ty)*) => {$(
        impl Column for $int {
            const SHAPE: Value = Value::Int(None);

            fn to_value(&self) -> Value {
                // Numbers past i64 only occur as u64 counters, which never get there.
                Value::Int(Some(i64::try_from(*self).unwrap_or(i64::MAX)))
            }

            fn read(row: &Row, column: usize) -> Result<Self, Error> {
                Self::try_from(row.int(column)?).map_err(|_| Error::Value { column })
            }
        }
    )*};
}
whole_numbers!(i64 u64 u32 u16 u8 i32);

macro_rules! wrapped {
    ($($name:ty: $inner:ty),* $(,)?) => {$(
        impl Column for $name {
            const SHAPE: Value = <$inner as Column>::SHAPE;

            fn to_value(&self) -> Value {
                self.0.to_value()
            }

            fn read(row: &Row, column: usize) -> Result<Self, Error> {
                <$inner as Column>::read(row, column).map(Self)
            }
        }
    )*};
}
wrapped! {
    EventNo: u32, Serial: u32, Generation: u8, TierNo: u16, OccurrenceNo: u16, Kid: u16, Zones: u32,
    ListNo: u16, GateNo: u16, OperatorNo: u16, QuestionNo: u16, DeviceNo: u16, Timestamp: i64,
    ActorId: [u8; 16], RequestId: [u8; 16], Epoch: [u8; 16], ForeignHash: [u8; 16],
    PublicKey: [u8; 32], Hash: [u8; 32],
    OrganizerId: Uuid, UserId: Uuid, EventId: Uuid, OrderId: Uuid, PositionId: Uuid,
    PaymentId: Uuid, RefundId: Uuid, DeviceId: Uuid, Incarnation: Uuid,
}

impl Column for Uuid {
    const SHAPE: Value = Value::Bytes(None);

    fn to_value(&self) -> Value {
        Value::Bytes(Some(self.as_bytes().to_vec()))
    }

    fn read(row: &Row, column: usize) -> Result<Self, Error> {
        <[u8; 16]>::read(row, column).map(Self::from_bytes)
    }
}

/// What can be bound: a column's type, or a borrowed form of one.
pub trait Bind {
    /// As it is stored.
    fn into_value(self) -> Value;
}

impl<T: Column> Bind for T {
    fn into_value(self) -> Value {
        self.to_value()
    }
}

impl Bind for &str {
    fn into_value(self) -> Value {
        Value::Text(Some(self.to_owned()))
    }
}

impl Bind for &[u8] {
    fn into_value(self) -> Value {
        Value::Bytes(Some(self.to_owned()))
    }
}

impl Bind for Option<&str> {
    fn into_value(self) -> Value {
        Value::Text(self.map(str::to_owned))
    }
}
