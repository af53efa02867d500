//! Who may sign in.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};
use wicket_domain::id::StaffId;
use wicket_domain::staff::Role;

use crate::error::StoreError;
use crate::row::{Id, Time, known};
use crate::write::{Read, Write};

/// Somebody who may sign in.
pub struct StaffRow {
    /// Who.
    pub staff_id: StaffId,
    /// As shown.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Argon2id, in the PHC string format; empty for somebody who has an account and no PIN here yet.
    pub pin_hash: String,
    /// Wrong PINs since the last right one.
    pub failures: u32,
    /// When the last wrong one was.
    pub last_failure_at: Option<Timestamp>,
}

const ROLES: [(Role, &str); 4] = [
    (Role::Steward, "steward"),
    (Role::Seller, "seller"),
    (Role::Supervisor, "supervisor"),
    (Role::Organizer, "organizer"),
];

fn read(row: &Row<'_>) -> rusqlite::Result<(StaffRow, String)> {
    let staff = StaffRow {
        staff_id: row.get::<_, Id<StaffId>>(0)?.0,
        name: row.get(1)?,
        role: Role::Steward,
        pin_hash: row.get(3)?,
        failures: row.get(4)?,
        last_failure_at: row.get::<_, Option<Time>>(5)?.map(|time| time.0),
    };
    Ok((staff, row.get(2)?))
}

impl Read<'_> {
    /// Everybody who may sign in, by name.
    pub fn staff(&self) -> Result<Vec<StaffRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT staff_id, name, role, pin_hash, failures, last_failure_at FROM staff ORDER BY name, staff_id",
        )?;
        let rows = statement.query_map([], read)?;
        rows.map(|row| {
            let (staff, word) = row?;
            let role = ROLES.iter().find(|(_, name)| *name == word).map(|(role, _)| *role);
            Ok(StaffRow { role: known(role, "role")?, ..staff })
        })
        .collect()
    }
}

impl Read<'_> {
    /// Who signs in with the account of that id.
    pub fn staff_of(&self, subject: &str) -> Result<Option<StaffRow>, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT staff_id FROM staff WHERE subject = :subject")?;
        let id =
            statement.query_row(named_params! { ":subject": subject }, |row| row.get::<_, Id<StaffId>>(0));
        let Some(Id(staff_id)) = id.optional()? else { return Ok(None) };
        Ok(self.staff()?.into_iter().find(|row| row.staff_id == staff_id))
    }
}

impl Write<'_> {
    /// Says that somebody signs in with the account of that id.
    pub fn set_subject(&self, staff_id: StaffId, subject: &str) -> Result<(), StoreError> {
        self.conn.execute(
            "UPDATE staff SET subject = :subject WHERE staff_id = :staff_id",
            named_params! { ":subject": subject, ":staff_id": Id(staff_id) },
        )?;
        Ok(())
    }

    /// Gives somebody the name and role that their account has now.
    pub fn set_person(&self, staff_id: StaffId, name: &str, role: Role) -> Result<(), StoreError> {
        let word = ROLES.iter().find(|(one, _)| *one == role).map(|(_, word)| *word);
        self.conn.execute(
            "UPDATE staff SET name = :name, role = :role WHERE staff_id = :staff_id",
            named_params! { ":name": name, ":role": known(word, "role")?, ":staff_id": Id(staff_id) },
        )?;
        Ok(())
    }

    /// Sets somebody's PIN, as a hash; wrong ones before it are forgotten.
    pub fn set_pin_hash(&self, staff_id: StaffId, pin_hash: &str) -> Result<(), StoreError> {
        self.conn.execute(
            "UPDATE staff SET pin_hash = :pin_hash, failures = 0, last_failure_at = NULL WHERE staff_id = :staff_id",
            named_params! { ":pin_hash": pin_hash, ":staff_id": Id(staff_id) },
        )?;
        Ok(())
    }

    /// Adds somebody.
    pub fn insert_staff(&self, staff: &StaffRow) -> Result<(), StoreError> {
        let word = ROLES.iter().find(|(role, _)| *role == staff.role).map(|(_, word)| *word);
        self.conn.execute(
            "INSERT INTO staff (staff_id, name, role, pin_hash, failures)
             VALUES (:staff_id, :name, :role, :pin_hash, 0)",
            named_params! {
                ":staff_id": Id(staff.staff_id),
                ":name": staff.name,
                ":role": known(word, "role")?,
                ":pin_hash": staff.pin_hash,
            },
        )?;
        Ok(())
    }

    /// Counts a wrong PIN; a right one sets the count back to 0.
    pub fn set_failures(
        &self,
        staff_id: StaffId,
        failures: u32,
        at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        self.conn.execute(
            "UPDATE staff SET failures = :failures, last_failure_at = :at WHERE staff_id = :staff_id",
            named_params! { ":failures": failures, ":at": at.map(Time), ":staff_id": Id(staff_id) },
        )?;
        Ok(())
    }
}
