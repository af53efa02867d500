//! The register of stations: this station presents itself, and a desk decides who else is let in.

use jiff::Timestamp;
use wicket_domain::cloud::{Approval, StationKind, StationRecord, fingerprint};
use wicket_domain::door::{
    Approve, Door, Hello, Refusal, Revoke, Standing, StationsAnswer, StationsAsk, Welcome,
};
use wicket_domain::id::StationId;
use wicket_domain::pipeline::wire;
use wicket_store::{RegisterState, Write};

use super::door::refused;
use super::link::{key_text, not_paired, told};
use super::{StepError, millis, moment};
use crate::Station;
use crate::actor::Actor;
use crate::fault::{Code, Fault};
use crate::keys::Own;
use crate::lookup::name_of;
use crate::view::{Fenced, Register, StationLine, Trouble};

/// Milliseconds between two hellos.
const HELLO_EVERY_MS: i64 = 60_000;
/// The same while the station waits to be let in.
const WAITING_EVERY_MS: i64 = 5_000;
/// The notice of a file that is not the station's one and newest.
pub(crate) const COPIED: &str = "copied";
/// The notice of a station that was shut out.
pub(crate) const SHUT_OUT: &str = "shut_out";

impl Station {
    /// Presents this station where nobody has heard of it for a while.
    pub(crate) fn present_now_and_then(&self, own: &Own) -> Result<(), StepError> {
        let now = millis(self.clock.now());
        let said = self.link.hello_at();
        let every = if self.barred().is_some() { WAITING_EVERY_MS } else { HELLO_EVERY_MS };
        // A clock that was set makes it due, too.
        let due = said.is_none_or(|said| now.abs_diff(said) >= every.unsigned_abs());
        if due { self.present(own) } else { Ok(()) }
    }

    /// Presents this station: whether it is online, let in, fenced, and the only one of its name.
    pub(crate) fn present(&self, own: &Own) -> Result<(), StepError> {
        self.say_hello(own, false)
    }

    fn say_hello(&self, own: &Own, resume: bool) -> Result<(), StepError> {
        // A file behind its mark asks for nothing: it would count on in another's name.
        if self.link.cloud().is_none() || (!resume && self.is_behind_mark()) {
            return Ok(());
        }
        let hello = Hello {
            name: wire::name(&own.name),
            kind: own.kind,
            public_key: key_text(own),
            epoch: own.epoch,
            sequence: self.store.read::<_, Fault>(|read| Ok(read.last_message()?))?,
            software: env!("CARGO_PKG_VERSION").to_owned(),
            resume,
        };
        let welcome: Welcome = match self.ask_at(Door::Hello, &hello)? {
            Ok(welcome) => welcome,
            Err(refusal) => {
                let fault = refused(refusal);
                self.link.note_fault(&fault)?;
                return Err(fault.into());
            }
        };
        self.link.set_hello_at(millis(self.clock.now()));
        Ok(self.take_welcome(own, &welcome, resume)?)
    }

    fn take_welcome(&self, own: &Own, welcome: &Welcome, resume: bool) -> Result<(), Fault> {
        // Who was shut out is told that, and nothing of a fence.
        if welcome.epoch > own.epoch && welcome.approval != Approval::Revoked {
            self.accept_fence(welcome.epoch)?;
        }
        let now = RegisterState {
            approval: Some(welcome.approval),
            founded: welcome.founded,
            standing: welcome.standing,
        };
        // A desk has decided what it is for.
        let kind =
            Some(welcome.kind).filter(|kind| *kind != own.kind && now.approval == Some(Approval::Approved));
        if now == self.link.register() && kind.is_none() && !resume {
            return Ok(());
        }
        let at = self.clock.now();
        self.write(|tx| {
            // Another window or command may have been told already.
            let before = tx.cloud()?.map(|row| row.register).unwrap_or_default();
            tx.put_register(&now)?;
            if let Some(kind) = kind {
                tx.set_kind(kind)?;
            }
            if resume {
                tx.count_from(welcome.counter)?;
                tx.number_messages_after(welcome.last_sequence)?;
            }
            let copied = |state: RegisterState| state.standing != Standing::Known;
            let out = |state: RegisterState| state.approval == Some(Approval::Revoked);
            let (is_copied, is_out) = (copied(now) && !copied(before), out(now) && !out(before));
            if is_copied || is_out || resume {
                // What another copy has sold meanwhile, nobody knows here.
                tx.give_up_claims()?;
            }
            if is_copied {
                self.tell_of_copy(tx, "cloud", now.standing, at)?;
            }
            if is_out {
                tx.insert_notice(SHUT_OUT, "", at)?;
                self.books(tx).enter(at, "cloud", SHUT_OUT, "{}")?;
            }
            Ok(())
        })?;
        self.link.set_register(now);
        self.keys().forget_own();
        Ok(())
    }

    /// Why this station may not work with the cloud, if it may not: its file is behind its mark, or the register says so.
    pub(crate) fn barred(&self) -> Option<Refusal> {
        if self.is_behind_mark() { Some(Refusal::Copy) } else { bar(self.link.register()) }
    }

    /// A copy of the station's file sells nothing and admits nobody: the other one does, and neither knows what the other
    /// has done. Tells the people here where the mark has just found it out.
    pub(crate) fn check_only_copy(&self) -> Result<(), Fault> {
        let behind = self.look_at_mark()?;
        if behind || bar(self.link.register()) == Some(Refusal::Copy) {
            return Err(said(Refusal::Copy));
        }
        Ok(())
    }

    /// The same within a transaction, which cannot tell anybody.
    pub(crate) fn check_still_only_copy(&self) -> Result<(), Fault> {
        match self.barred() {
            Some(Refusal::Copy) => Err(said(Refusal::Copy)),
            _ => Ok(()),
        }
    }

    /// Tells the people here that their file is not the station's one and newest, and writes down who has found it out.
    pub(crate) fn tell_of_copy(
        &self,
        tx: &Write<'_>,
        by: &str,
        standing: Standing,
        at: Timestamp,
    ) -> Result<(), Fault> {
        let body = serde_json::json!({ "standing": standing }).to_string();
        tx.insert_notice(COPIED, "", at)?;
        self.books(tx).enter(at, by, COPIED, &body)
    }

    /// How this station stands in the register of its house.
    pub fn register(&self) -> Result<Register, Fault> {
        let own = self.own()?;
        let pairing = self.pairing()?;
        let row = self.store.read::<_, Fault>(|read| Ok(read.cloud()?))?;
        let state = row.map(|row| row.register).unwrap_or_default();
        Ok(Register {
            station_id: own.station_id,
            venue: pairing.map(|pairing| pairing.venue),
            kind: own.kind,
            approval: state.approval,
            founded: state.founded,
            copied: self.is_behind_mark() || state.standing != Standing::Known,
            fingerprint: fingerprint(&key_text(&own)),
        })
    }

    /// Every station of the house; only a desk is told.
    pub fn stations(&self) -> Result<Vec<StationLine>, Fault> {
        self.has_cloud_or_fault()?;
        let own = self.own()?.station_id;
        let stations = self.stations_of_house()?;
        Ok(stations.into_iter().filter_map(|record| line(record, own)).collect())
    }

    pub(super) fn stations_of_house(&self) -> Result<Vec<StationRecord>, Fault> {
        let answer = self.ask_at::<StationsAnswer>(Door::Stations, &StationsAsk {});
        Ok(at_desk(answer)?.stations)
    }

    /// The stations of the house; none while they were asked for less than `every` milliseconds ago.
    pub(crate) fn stations_now_and_then(&self, every: i64) -> Result<Option<Vec<StationRecord>>, StepError> {
        let now = millis(self.clock.now());
        let asked = self.link.set_stations_at(Some(now));
        if asked.is_some_and(|asked| now.abs_diff(asked) < every.unsigned_abs()) {
            self.link.set_stations_at(asked);
            return Ok(None);
        }
        let answer = self.ask_at::<StationsAnswer>(Door::Stations, &StationsAsk {})?;
        Ok(Some(answer.map_err(refused)?.stations))
    }

    /// Lets a station in, as what `kind` says; without it, as what it says itself.
    pub fn approve_station(
        &self,
        by: &Actor,
        station_id: StationId,
        kind: Option<StationKind>,
    ) -> Result<StationLine, Fault> {
        self.has_cloud_or_fault()?;
        let stations = self.stations_of_house()?;
        let station = stations.into_iter().find(|record| record.station_id == station_id);
        let station = station.ok_or_else(no_station)?;
        let ask = Approve {
            station_id,
            public_key: station.public_key,
            kind: kind.unwrap_or(station.kind),
            by: self.name_on_the_wire(by)?,
        };
        let record = at_desk(self.ask_at::<StationRecord>(Door::Approve, &ask))?;
        self.decided(by, "station_approved", record)
    }

    /// Shuts a station out for good: its tickets are good only where the cloud has their sale by now, and its unsold
    /// places are given back.
    pub fn revoke_station(&self, by: &Actor, station_id: StationId) -> Result<Fenced, Fault> {
        self.has_cloud_or_fault()?;
        let ask = Revoke { station_id, by: self.name_on_the_wire(by)? };
        let record = at_desk(self.ask_at::<StationRecord>(Door::Revoke, &ask))?;
        let station = self.decided(by, "station_revoked", record)?;
        let places = self.reclaim(by, station_id)?;
        Ok(Fenced { station, places })
    }

    /// Goes on with this file as the station, after somebody has made sure that no other copy of it is in use. What was
    /// only believed to be this station's is asked for again.
    ///
    /// Where this computer's mark alone bars the file, this needs no network. The cloud still judges later.
    pub fn resume(&self, by: &Actor) -> Result<(), Fault> {
        let own = self.own()?;
        let behind = self.is_behind_mark();
        if !behind {
            self.has_cloud_or_fault()?;
        }
        let heard = match self.say_hello(&own, true) {
            Ok(()) => self.has_cloud(),
            Err(StepError::Cloud(_)) if behind && bar(self.link.register()) != Some(Refusal::Copy) => false,
            Err(StepError::Cloud(fault)) => return Err(told(&fault)),
            Err(StepError::Here(fault)) => return Err(fault),
        };
        let now = self.clock.now();
        self.write(|tx| {
            // What the other file has sold meanwhile, nobody knows here.
            if !heard {
                tx.give_up_claims()?;
            }
            self.books(tx).enter(now, &by.text(), "resumed", "{}")
        })?;
        self.take_as_newest()?;
        self.tell_hurry();
        Ok(())
    }

    pub(super) fn decided(
        &self,
        by: &Actor,
        what: &str,
        record: StationRecord,
    ) -> Result<StationLine, Fault> {
        let own = self.own()?;
        let station_id = record.station_id;
        // The manifests list whoever was let in or shut out from the next round on.
        self.link.set_stations_at(None);
        let now = self.clock.now();
        let body = serde_json::json!({ "stationId": station_id, "kind": record.kind });
        self.write(|tx| self.books(tx).enter(now, &by.text(), what, &body.to_string()))?;
        if station_id == own.station_id {
            self.probe()?;
        }
        self.tell_hurry();
        line(record, own.station_id).ok_or_else(no_station)
    }

    pub(super) fn name_on_the_wire(&self, by: &Actor) -> Result<String, Fault> {
        let name = self.store.read::<_, Fault>(|read| name_of(read, by))?;
        Ok(wire::name(&name))
    }

    pub(super) fn has_cloud_or_fault(&self) -> Result<(), Fault> {
        if self.has_cloud() { Ok(()) } else { Err(not_paired()) }
    }
}

/// What a person is told of a request that was made for them.
pub(crate) fn at_desk<T>(answer: Result<Result<T, Refusal>, StepError>) -> Result<T, Fault> {
    match answer {
        Ok(answer) => answer.map_err(said),
        Err(StepError::Cloud(fault)) => Err(told(&fault)),
        Err(StepError::Here(fault)) => Err(fault),
    }
}

/// Why the register bars a station, if it does.
const fn bar(state: RegisterState) -> Option<Refusal> {
    match (state.standing, state.approval) {
        (Standing::Copy | Standing::Old, _) => Some(Refusal::Copy),
        (Standing::Known, Some(Approval::Pending)) => Some(Refusal::Pending),
        (Standing::Known, Some(Approval::Revoked)) => Some(Refusal::Revoked),
        (Standing::Known, Some(Approval::Approved) | None) => None,
    }
}

/// What the chip says of a station that the register bars.
pub(crate) const fn shown(state: RegisterState) -> Option<Trouble> {
    match bar(state) {
        Some(Refusal::Copy) => Some(Trouble::Copied),
        Some(Refusal::Pending) => Some(Trouble::Pending),
        Some(Refusal::Revoked) => Some(Trouble::ShutOut),
        _ => None,
    }
}

/// A refusal in words for a person, with the next step.
pub(crate) fn said(refusal: Refusal) -> Fault {
    let message = match refusal {
        Refusal::Kind => {
            "Only an office (kind desk) may do this. Do it at one, or let this station in as one."
        }
        Refusal::Pending => {
            "No office has let this station in yet. Let it in at one: Cloud, Stations (`wicket stations approve`)."
        }
        Refusal::Copy => {
            "This station's data was copied or put back: it is not the newest, or not the only one in use. Make sure that \
             only one is in use. Then go on here: Cloud, Stations (`wicket stations resume`)."
        }
        Refusal::Itself => "An office cannot shut itself out. Do it at another one.",
        Refusal::Collision => {
            "Its tickets could not be told from another station's. Set that station up anew."
        }
        Refusal::Revoked => "An office has shut this station out. Set it up anew, and have it let in.",
        Refusal::Unknown => return no_station(),
        Refusal::Event | Refusal::Form | Refusal::Signature | Refusal::Time | Refusal::Key => {
            return told(&refused(refusal));
        }
    };
    Fault::new(Code::NotAllowed, message)
}

pub(super) fn no_station() -> Fault {
    Fault::new(Code::NotFound, "The cloud knows no such station. `wicket stations` lists them.")
}

fn line(record: StationRecord, own: StationId) -> Option<StationLine> {
    Some(StationLine {
        station_id: record.station_id,
        fingerprint: fingerprint(&record.public_key),
        name: record.name,
        kind: record.kind,
        approval: record.approval,
        decided_by: record.decided_by,
        epoch: record.epoch,
        last_seen: moment(record.last_seen)?,
        software: record.software,
        this_one: record.station_id == own,
    })
}
