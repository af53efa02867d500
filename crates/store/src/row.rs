//! How values stand in columns: ids as 16 bytes, times as milliseconds, words as text.

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::error::StoreError;

/// A time in a column: milliseconds since 1970 UTC.
pub(crate) struct Time(pub(crate) Timestamp);

impl FromSql for Time {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let millis = value.as_i64()?;
        Timestamp::from_millisecond(millis).map(Self).map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

/// The last millisecond that can be read back as a time: less than a second before [`Timestamp::MAX`].
const LAST: i64 = 253_402_207_200_000;

impl ToSql for Time {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millisecond().min(LAST).into())
    }
}

/// A domain id in a column: its 16 bytes.
pub(crate) struct Id<T>(pub(crate) T);

macro_rules! id_columns {
    ($($name:ident),+) => {$(
        impl FromSql for Id<wicket_domain::id::$name> {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                let bytes = value.as_blob()?;
                let bytes: [u8; 16] = bytes.try_into()
                    .map_err(|_| FromSqlError::InvalidBlobSize { expected_size: 16, blob_size: bytes.len() })?;
                Ok(Self(wicket_domain::id::$name::from_bytes(bytes)))
            }
        }

        impl ToSql for Id<wicket_domain::id::$name> {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::Borrowed(ValueRef::Blob(self.0.as_bytes())))
            }
        }
    )+};
}

id_columns!(StationId, StaffId, EventId, OrderId, TicketId, PaymentId, ScanId, CartId, MessageId);

/// Turns "no such value" into the error that names what could not be read.
pub(crate) fn known<T>(value: Option<T>, what: &'static str) -> Result<T, StoreError> {
    value.ok_or(StoreError::Unreadable { what })
}

/// A count as SQLite gives it; counts are never negative.
pub(crate) fn count(value: i64) -> u32 {
    u32::try_from(value).unwrap_or(0)
}
