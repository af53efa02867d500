//! The first start and signing in.

use ed25519_dalek::SigningKey;
use jiff::Timestamp;
use wicket_domain::cloud::StationKind;
use wicket_domain::id::{StaffId, StationId};
use wicket_domain::staff::{FREE_ATTEMPTS, PIN_MAX, Role, check_new_pin, next_attempt_at};
use wicket_store::{Read, StaffRow, StationRow};

use crate::Station;
use crate::fault::{Code, Fault};
use crate::keys::trusted;
use crate::pin;
use crate::ports::draw;
use crate::view::{Notice, SignIn, StaffMember, Start, StationView};

/// A name of a station, gate or person is this long at most.
const NAME_MAX: usize = 60;
/// A name of an event or a venue is this long at most.
const LONG_NAME_MAX: usize = 500;

/// Checks and trims a name that somebody typed.
pub(crate) fn checked_name(what: &str, name: &str) -> Result<String, Fault> {
    checked(what, name, NAME_MAX)
}

/// The same for an event or a venue. What is longer than the wire is warned of when it is entered.
pub(crate) fn checked_long_name(what: &str, name: &str) -> Result<String, Fault> {
    checked(what, name, LONG_NAME_MAX)
}

fn checked(what: &str, name: &str, most: usize) -> Result<String, Fault> {
    let name = name.trim();
    let sound = !name.is_empty() && name.chars().count() <= most && !name.chars().any(char::is_control);
    if sound {
        return Ok(name.to_owned());
    }
    let message = format!("{what} needs a name of 1 to {most} characters on one line.");
    Err(Fault::new(Code::BadInput, message))
}

pub(crate) fn member(staff: &StaffRow) -> StaffMember {
    StaffMember { staff_id: staff.staff_id, name: staff.name.clone(), role: staff.role }
}

impl Station {
    /// What the window needs before it shows anything. Who is signed in, the caller knows.
    pub fn start(&self, signed_in: Option<StaffId>) -> Result<Start, Fault> {
        self.store.read(|read| {
            let station = read.station()?;
            // Somebody without a PIN signs in with their account, and is not offered a PIN to type.
            let offered = |row: &&StaffRow| !row.pin_hash.is_empty() || Some(row.staff_id) == signed_in;
            let staff: Vec<_> = read.staff()?.iter().filter(offered).map(member).collect();
            let notices = read.notices()?.into_iter().map(|row| Notice {
                notice_no: row.notice_no,
                code: row.code,
                detail: row.detail,
                at: row.at,
            });
            Ok(Start {
                station: station.map(|row| StationView {
                    station_id: row.station_id,
                    name: row.name,
                    kind: row.kind,
                }),
                signed_in: staff.iter().find(|member| Some(member.staff_id) == signed_in).cloned(),
                staff,
                notices: notices.collect(),
            })
        })
    }

    /// Marks a notice as read.
    pub fn read_notice(&self, notice_no: i64) -> Result<(), Fault> {
        let now = self.clock.now();
        self.write(|tx| Ok(tx.read_notice(notice_no, now)?))
    }

    /// Names the station, says what it is for, makes its key, sets the supervisor's PIN and, if wanted, brings the sample events.
    pub fn set_up(
        &self,
        name: &str,
        kind: StationKind,
        supervisor: &str,
        pin: &str,
        sample: bool,
    ) -> Result<StaffMember, Fault> {
        let name = checked_name("The station", name)?;
        let supervisor = checked_name("The supervisor", supervisor)?;
        check_new_pin(pin)?;
        let now = self.clock.now();
        let random = self.random.as_ref();
        let key = SigningKey::from_bytes(&draw(random)?);
        let station = StationRow {
            station_id: StationId::new(now, draw(random)?),
            name,
            kind,
            public_key: key.verifying_key().to_bytes(),
            secret_key: key.to_bytes(),
            epoch: 1,
            created_at: now,
        };
        let staff = StaffRow {
            staff_id: StaffId::new(now, draw(random)?),
            name: supervisor,
            role: Role::Supervisor,
            pin_hash: pin::hash(pin, self.pins, random)?,
            failures: 0,
            last_failure_at: None,
        };
        let samples = if sample { self.sample_events(now)? } else { Vec::new() };
        self.write(|tx| {
            if tx.station()?.is_some() {
                return Err(Fault::new(Code::AlreadySetUp, "This station is set up already."));
            }
            tx.insert_station(&station)?;
            tx.insert_staff(&staff)?;
            let body =
                serde_json::json!({ "stationId": station.station_id, "name": station.name, "kind": kind });
            self.books(tx).enter(now, &staff.staff_id.to_string(), "set_up", &body.to_string())?;
            for event in &samples {
                event.insert(tx, &trusted(station.station_id, station.public_key), random)?;
            }
            Ok(())
        })?;
        Ok(member(&staff))
    }

    /// Signs somebody in by their PIN. Wrong PINs are counted in the file, so that a restart forgives nothing.
    pub fn sign_in(&self, staff_id: StaffId, pin: &str) -> Result<SignIn, Fault> {
        let now = self.clock.now();
        let guess = self.write(|tx| {
            let staff = staff_row(tx, staff_id)?;
            // A clock that was set back would otherwise lock everybody out until it has caught up.
            let last = staff.last_failure_at.map(|at| at.min(now));
            let until = last.and_then(|at| next_attempt_at(staff.failures, at)).filter(|until| *until > now);
            // The guess is counted before it is checked, in the transaction that allows it: a power cut between the
            // two gives no free try, and two windows at once give none either.
            let failures = staff.failures.saturating_add(u32::from(until.is_none()));
            if until.is_none() {
                tx.set_failures(staff_id, failures, Some(now))?;
            } else if last != staff.last_failure_at {
                tx.set_failures(staff_id, failures, last)?;
            }
            Ok(Guess { staff, failures, until })
        })?;
        if let Some(until) = guess.until {
            return Ok(SignIn::Wait { until });
        }
        if pin.len() <= PIN_MAX && pin::verify(pin, &guess.staff.pin_hash) {
            let actor = staff_id.to_string();
            self.write(|tx| {
                tx.set_failures(staff_id, 0, None)?;
                self.books(tx).enter(now, &actor, "sign_in", "{}")
            })?;
            return Ok(SignIn::SignedIn { staff: member(&guess.staff) });
        }
        Ok(match next_attempt_at(guess.failures, now) {
            Some(until) => SignIn::Wait { until },
            None => SignIn::WrongPin { left: FREE_ATTEMPTS.saturating_sub(guess.failures) },
        })
    }
}

/// One try at a PIN, already counted unless it has to wait.
struct Guess {
    staff: StaffRow,
    failures: u32,
    until: Option<Timestamp>,
}

fn staff_row(read: &Read<'_>, staff_id: StaffId) -> Result<StaffRow, Fault> {
    let found = read.staff()?.into_iter().find(|row| row.staff_id == staff_id);
    found.ok_or_else(|| Fault::new(Code::NotFound, "Nobody of that name works here. Choose another name."))
}
