//! A house to test in: one file, any number of windows on it, a clock that is set by hand and dice that always fall alike.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::json;
use tempfile::TempDir;
use wicket_domain::cloud::StationKind;
use wicket_domain::id::{CartId, EventId, StaffId, StationId};
use wicket_domain::mark::Mark;
use wicket_domain::money::{Currency, Money};
use wicket_domain::plan::StandingArea;
use wicket_domain::price::CategoryPrice;
use wicket_domain::seat::SeatId;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::events::{EventDraft, HoursDraft, VenueDraft};
use wicket_station::fault::Fault;
use wicket_station::pin::Cost;
use wicket_station::ports::{Clock, MarkError, Marks, Random};
use wicket_station::view::{Receipt, SaleOutcome, SaleRequest, ScanRequest, StandingLine, Verdict};

/// 1 January 2027, 12:00 UTC.
pub(crate) const NOON: i64 = 1_798_804_800_000;
pub(crate) const PIN: &str = "2580";
/// The standing area's places.
pub(crate) const FLOOR: u32 = 5;

pub(crate) struct SetClock(AtomicI64);

impl SetClock {
    pub(crate) fn pass(&self, duration: SignedDuration) {
        self.0.fetch_add(i64::try_from(duration.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

pub(crate) struct Dice(Mutex<u64>);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(seed))
    }

    pub(crate) fn roll(&self, below: u64) -> u64 {
        let mut state = self.0.lock().unwrap();
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }
}

impl Random for Dice {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault> {
        for byte in bytes {
            *byte = u8::try_from(self.roll(256)).unwrap();
        }
        Ok(())
    }
}

/// What a computer remembers of its stations, outside their folders.
#[derive(Default)]
pub(crate) struct Computer {
    marks: Mutex<HashMap<StationId, Mark>>,
    /// Whether it takes no mark: it is killed before each, or has no place.
    pub(crate) forgets: AtomicBool,
}

impl Marks for Computer {
    fn read(&self, station: StationId) -> Result<Option<Mark>, MarkError> {
        Ok(self.marks.lock().unwrap().get(&station).copied())
    }

    fn change(
        &self,
        station: StationId,
        decide: &mut dyn FnMut(Option<Mark>) -> Option<Mark>,
    ) -> Result<(), MarkError> {
        if self.forgets.load(Ordering::SeqCst) {
            return Err(MarkError::NoPlace { path: "state".into(), why: "the disk may only be read".into() });
        }
        let mut marks = self.marks.lock().unwrap();
        if let Some(next) = decide(marks.get(&station).copied()) {
            marks.insert(station, next);
        }
        Ok(())
    }
}

pub(crate) struct House {
    pub(crate) dir: TempDir,
    pub(crate) computer: Arc<Computer>,
    pub(crate) clock: Arc<SetClock>,
    pub(crate) dice: Arc<Dice>,
}

impl House {
    /// A file that nothing was done to yet.
    pub(crate) fn empty() -> Self {
        Self::seeded(1)
    }

    /// The same with dice of its own: two houses must not make the same ids.
    pub(crate) fn seeded(seed: u64) -> Self {
        let (dice, computer) = (Arc::new(Dice::new(seed)), Arc::default());
        let clock = Arc::new(SetClock(AtomicI64::new(NOON)));
        Self { dir: tempfile::tempdir().unwrap(), computer, clock, dice }
    }

    /// A station that is set up, its window, and an event on sale: rows A and B of five seats at 50 and 30 dollars, and
    /// a floor of [`FLOOR`] places at 20.
    pub(crate) fn open() -> (Self, Station, EventId) {
        let house = Self::empty();
        let window_a = house.window();
        window_a.set_up("Window A", StationKind::Desk, "Ada", PIN, false).unwrap();
        let event = add_event(&window_a, "Evening");
        (house, window_a, event)
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.dir.path().join("wicket.sqlite")
    }

    /// One more window (or command) on the same file.
    pub(crate) fn window(&self) -> Station {
        self.window_at(&self.path())
    }

    /// The same on another file.
    pub(crate) fn window_at(&self, path: &Path) -> Station {
        self.window_on(path, &self.computer)
    }

    /// The same on another computer.
    pub(crate) fn window_on(&self, path: &Path, computer: &Arc<Computer>) -> Station {
        let (clock, dice) = (Arc::clone(&self.clock) as _, Arc::clone(&self.dice) as _);
        Station::open(path, clock, dice, Arc::clone(computer) as _, Cost::Least).unwrap()
    }

    /// Copies the file as it is now.
    pub(crate) fn copy(&self, name: &str) -> PathBuf {
        let copy = self.dir.path().join(name);
        self.sql().execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
        copy
    }

    /// Puts a copy in the place of the file, which nobody has open.
    pub(crate) fn put_back(&self, copy: &Path) {
        let path = self.path();
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", path.display()));
        }
        std::fs::copy(copy, path).unwrap();
    }

    pub(crate) fn pass(&self, minutes: i64) {
        self.clock.pass(SignedDuration::from_mins(minutes));
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The file as SQL sees it, for looking and for doing harm.
    pub(crate) fn sql(&self) -> Connection {
        let conn = Connection::open(self.path()).unwrap();
        conn.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        conn
    }

    pub(crate) fn number(&self, sql: &str) -> i64 {
        self.sql().query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Every row of every table.
    pub(crate) fn dump(&self) -> String {
        let conn = self.sql();
        let mut tables = conn
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%' ORDER BY name")
            .unwrap();
        let names: Vec<String> =
            tables.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        let mut text = String::new();
        for name in names {
            let mut rows = conn.prepare(&format!("SELECT * FROM {name} ORDER BY 1")).unwrap();
            let columns = rows.column_count();
            let mut rows = rows.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                write!(text, "{name}").unwrap();
                for column in 0..columns {
                    match row.get_ref(column).unwrap() {
                        ValueRef::Null => text.push_str(" NULL"),
                        ValueRef::Integer(number) => write!(text, " {number}").unwrap(),
                        ValueRef::Real(number) => write!(text, " {number}").unwrap(),
                        ValueRef::Text(bytes) => write!(text, " {}", String::from_utf8_lossy(bytes)).unwrap(),
                        ValueRef::Blob(bytes) => write!(text, " {bytes:02x?}").unwrap(),
                    }
                }
                text.push('\n');
            }
        }
        text
    }
}

/// One more event in the same small hall.
pub(crate) fn add_event(station: &Station, name: &str) -> EventId {
    station.import_event(&Actor::CommandLine, hall_json().as_bytes(), &draft(name)).unwrap().0
}

pub(crate) fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

pub(crate) fn draft(name: &str) -> EventDraft {
    let price = |category: &str, minor| CategoryPrice { category: category.into(), price: usd(minor) };
    EventDraft {
        name: name.into(),
        kind: "Music".into(),
        venue: VenueDraft {
            name: Some("Harbor Arena".into()),
            address: Some("500 Harbor Way".into()),
            time_zone: "America/Los_Angeles".into(),
        },
        starts_at: Timestamp::from_millisecond(NOON + 7 * 3_600_000).unwrap(),
        currency: Currency::USD,
        prices: vec![price("Near", 5_000), price("Far", 3_000), price("Floor", 2_000)],
        standing: vec![StandingArea { id: "Floor".into(), capacity: FLOOR }],
        hours: HoursDraft::default(),
    }
}

pub(crate) fn hall_json() -> String {
    let row = |name: &str, category: &str, y: i32| {
        let seat = |n: i32| {
            json!({
                "seat_guid": format!("{name}-{n}"), "seat_number": n.to_string(),
                "position": { "x": n * 25, "y": 0 }, "category": category,
            })
        };
        json!({
            "row_number": name, "position": { "x": 0, "y": y }, "seats": (1..=5).map(seat).collect::<Vec<_>>(),
        })
    };
    let floor = json!({
        "shape": "rectangle", "position": { "x": 0, "y": 100 }, "rectangle": { "width": 200, "height": 80 },
        "color": "#ddd", "border_color": "#999", "rotation": 0,
        "text": { "text": "Floor", "position": { "x": 100, "y": 40 }, "color": "#000" },
    });
    let zone = json!({
        "name": "Stalls", "position": { "x": 50, "y": 50 },
        "rows": [row("A", "Near", 0), row("B", "Far", 30)], "areas": [floor],
    });
    json!({
        "name": "Hall", "size": { "width": 400, "height": 300 },
        "categories": [{ "name": "Near", "color": "#f00" }, { "name": "Far", "color": "#00f" }],
        "zones": [zone],
    })
    .to_string()
}

pub(crate) fn seat(id: &str) -> SeatId {
    SeatId::new(id)
}

/// A request for seats, with plenty of cash.
pub(crate) fn wants(event_id: EventId, seats: &[&str]) -> SaleRequest {
    SaleRequest {
        event_id,
        cart_id: None,
        seats: seats.iter().copied().map(seat).collect(),
        standing: Vec::new(),
        cash: usd(100_000),
        holder: None,
        contact: None,
        fan_club_id: None,
        any_time: false,
    }
}

pub(crate) fn from_cart(cart: CartId, request: SaleRequest) -> SaleRequest {
    SaleRequest { cart_id: Some(cart), ..request }
}

pub(crate) fn standing(event_id: EventId, count: u32) -> SaleRequest {
    let line = StandingLine { area_id: "Floor".into(), count };
    SaleRequest { standing: vec![line], ..wants(event_id, &[]) }
}

pub(crate) fn sold(station: &Station, request: &SaleRequest) -> Receipt {
    match station.sell(&Actor::CommandLine, request).unwrap() {
        SaleOutcome::Sold { receipt } => receipt,
        other => panic!("not sold: {other:?}"),
    }
}

pub(crate) fn scan(text: &str, gate: Option<&str>, event_id: Option<EventId>) -> ScanRequest {
    ScanRequest { text: text.into(), gate: gate.map(Into::into), event_id, any_time: false }
}

pub(crate) fn admit(station: &Station, token: &str) -> Verdict {
    station.admit(&Actor::CommandLine, &scan(token, Some("North"), None)).unwrap()
}

pub(crate) fn ada(station: &Station) -> StaffId {
    station.start(None).unwrap().staff[0].staff_id
}
