//! People who sign in with the organizer's account. Who they are is proved elsewhere; here they become staff of this
//! station, with a PIN of their own for the next times and for the time without a network.

use wicket_domain::id::StaffId;
use wicket_domain::staff::{Role, check_new_pin};
use wicket_store::StaffRow;

use crate::Station;
use crate::fault::{Code, Fault};
use crate::pin;
use crate::ports::draw;
use crate::setup::{checked_name, member};
use crate::view::StaffMember;

impl Station {
    /// Notes that somebody has signed in with the account `subject` (the user pool's own id, which never changes). They
    /// have the account's name and role from now on. Gives who it is, and whether they have a PIN here.
    pub fn account_signed_in(
        &self,
        subject: &str,
        name: &str,
        role: Role,
    ) -> Result<(StaffMember, bool), Fault> {
        let name = checked_name("Your account", name)?;
        let now = self.clock.now();
        let fresh = StaffId::new(now, draw(self.random.as_ref())?);
        self.write(|tx| {
            if tx.station()?.is_none() {
                return Err(Fault::new(Code::NotSetUp, "This station is not set up yet. Set it up first."));
            }
            let known = tx.staff_of(subject)?;
            let (staff_id, pin_hash) =
                known.map_or((fresh, String::new()), |row| (row.staff_id, row.pin_hash));
            let staff = StaffRow { staff_id, name, role, pin_hash, failures: 0, last_failure_at: None };
            if staff_id == fresh {
                tx.insert_staff(&staff)?;
                tx.set_subject(staff_id, subject)?;
            } else {
                tx.set_person(staff_id, &staff.name, role)?;
            }
            self.books(tx).enter(now, &staff_id.to_string(), "account_sign_in", "{}")?;
            Ok((member(&staff), !staff.pin_hash.is_empty()))
        })
    }

    /// Sets the PIN of somebody who is signed in.
    pub fn set_pin(&self, staff_id: StaffId, pin: &str) -> Result<(), Fault> {
        check_new_pin(pin)?;
        let now = self.clock.now();
        let hash = pin::hash(pin, self.pins, self.random.as_ref())?;
        self.write(|tx| {
            tx.set_pin_hash(staff_id, &hash)?;
            self.books(tx).enter(now, &staff_id.to_string(), "pin_set", "{}")
        })
    }
}
