//! A station on a real file with the real port to the cloud.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ed25519_dalek::SigningKey;
use tempfile::TempDir;
use wicket_cloud_aws::{AwsCloud, Sign};
use wicket_domain::cloud::StationKind;
use wicket_domain::id::{CartId, EventId};
use wicket_domain::money::{Currency, Money};
use wicket_domain::pairing::{Pairing, PairingCode};
use wicket_domain::seat::SeatId;
use wicket_station::Station;
use wicket_station::actor::Actor;
use wicket_station::cloud::{Guide, GuideFault};
use wicket_station::pin::Cost;
use wicket_station::ports::{MarkFolder, SystemClock, SystemRandom};
use wicket_station::sync::SyncRound;
use wicket_station::view::{Receipt, SaleOutcome, SaleRequest, ScanRequest, StandingLine, Verdict};

use super::dev_cloud::DevCloud;

pub(crate) const BY: Actor = Actor::CommandLine;

static FOUNDING: Mutex<()> = Mutex::new(());

pub(crate) struct Post {
    folder: TempDir,
    pub(crate) station: Station,
    /// Where the development cloud answers.
    cloud: String,
}

/// Tells what the test was told already, or leads to the cloud by another way.
struct Told(String);

impl Guide for Told {
    fn ask(&self, _: &PairingCode) -> Result<String, GuideFault> {
        Ok(self.0.clone())
    }
}

impl Post {
    /// A desk that is set up, with the sample events or none, and paired. Somebody has to let it in.
    pub(crate) fn new(name: &str, sample: bool, pairing: &Pairing) -> Self {
        Self::of_kind(name, StationKind::Desk, sample, pairing)
    }

    /// A station of another kind, set up and paired. A desk has to let it in.
    pub(crate) fn of_kind(name: &str, kind: StationKind, sample: bool, pairing: &Pairing) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let station = open(&folder.path().join("wicket.sqlite"));
        station.set_up(name, kind, "Ada", "2580", sample).unwrap();
        let code = pairing.code().unwrap().text();
        station.pair(&BY, &code, &Told(pairing.json())).unwrap();
        let cloud = pairing.endpoint.clone().unwrap();
        let post = Self { folder, station, cloud };
        post.connect(pairing);
        post
    }

    /// The station's own file.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("wicket.sqlite")
    }

    /// Lets another station in, or this one.
    pub(crate) fn lets_in(&self, other: &Self) {
        let id = other.station.register().unwrap().station_id;
        self.station.approve_station(&BY, id, None).unwrap();
        other.station.probe().unwrap();
    }

    /// Gives the station its cloud, or the same one by another way.
    pub(crate) fn connect(&self, pairing: &Pairing) {
        self.connect_unheard(pairing);
        self.station.probe().unwrap();
    }

    /// The same, with nothing asked yet.
    pub(crate) fn connect_unheard(&self, pairing: &Pairing) {
        let cloud = AwsCloud::new(pairing, Arc::new(SystemClock), Sign::Chain).unwrap();
        self.station.connect(Some(Arc::new(cloud))).unwrap();
    }

    /// Ends this process's part and begins anew on the same file.
    pub(crate) fn reopen(&mut self, pairing: &Pairing) {
        self.station = open(&self.file());
        self.connect(pairing);
    }

    pub(crate) fn event(&self, name: &str) -> EventId {
        self.station.find_event(name).unwrap()
    }

    /// Waits until pages say all that stands in the tables.
    pub(crate) fn wait_for_pages(&self) {
        let address = self.cloud.strip_prefix("http://").unwrap();
        for _ in 0..15_000 {
            let asked = TcpStream::connect(address).and_then(|mut line| {
                write!(line, "GET /_wicket/told HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
                let mut answer = String::new();
                line.read_to_string(&mut answer)?;
                Ok(answer)
            });
            match asked {
                Ok(answer) if answer.starts_with("HTTP/1.1 503") => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                // Told; or there is no line, and nothing will be heard of anyway.
                _ => return,
            }
        }
        panic!("the pages never came");
    }

    /// Rounds until one ends well, over pages that say all.
    pub(crate) fn sync(&self) -> SyncRound {
        self.wait_for_pages();
        for _ in 0..20 {
            let round = self.station.sync_round().unwrap();
            if round.fault.is_none() {
                return round;
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        panic!("the cloud never answered: {:?}", self.station.cloud_status().unwrap().words);
    }

    pub(crate) fn publish(&self, event: EventId) {
        self.station.publish_event(&BY, event, &mut |_| ()).unwrap();
    }

    pub(crate) fn sell(&self, request: &SaleRequest) -> SaleOutcome {
        self.station.sell(&BY, request).unwrap()
    }

    pub(crate) fn sold(&self, request: &SaleRequest) -> Receipt {
        match self.sell(request) {
            SaleOutcome::Sold { receipt } => receipt,
            other => panic!("not sold: {other:?}"),
        }
    }

    /// At any time: the samples start weeks ahead.
    pub(crate) fn admit(&self, token: &str, gate: &str) -> Verdict {
        let request = ScanRequest {
            text: token.to_owned(),
            gate: Some(gate.to_owned()),
            event_id: None,
            any_time: true,
        };
        self.station.admit(&BY, &request).unwrap()
    }

    /// Makes every other message one that was never answered.
    pub(crate) fn forget_deliveries(&self) {
        let conn = rusqlite::Connection::open(self.file()).unwrap();
        conn.execute(
            "UPDATE outbox_state SET state = 0, settled_at = NULL WHERE state = 1 AND sequence % 2 = 0",
            [],
        )
        .unwrap();
    }

    /// Makes every message one that was never answered.
    pub(crate) fn forget_all_deliveries(&self) {
        self.sql("UPDATE outbox_state SET state = 0, settled_at = NULL WHERE state = 1");
    }

    /// Makes every ticket of the cloud one that was never heard of. The station has to be connected anew.
    pub(crate) fn forget_tickets(&self) {
        self.sql("DELETE FROM cloud_ticket; DELETE FROM follow");
    }

    pub(crate) fn tickets_known(&self) -> i64 {
        let conn = rusqlite::Connection::open(self.file()).unwrap();
        conn.query_row("SELECT count(*) FROM cloud_ticket", [], |row| row.get(0)).unwrap()
    }

    /// The key that lies in the station's file, for whoever has the file.
    pub(crate) fn stolen_key(&self) -> SigningKey {
        let conn = rusqlite::Connection::open(self.file()).unwrap();
        let secret: [u8; 32] =
            conn.query_row("SELECT secret_key FROM station", [], |row| row.get(0)).unwrap();
        SigningKey::from_bytes(&secret)
    }

    fn sql(&self, sql: &str) {
        let conn = rusqlite::Connection::open(self.file()).unwrap();
        conn.execute_batch(sql).unwrap();
    }

    /// Whether a seat is this station's without asking anybody.
    pub(crate) fn owns(&self, event: EventId, seat: &SeatId) -> bool {
        let conn = rusqlite::Connection::open(self.file()).unwrap();
        let sql = "SELECT s.claim = 0 FROM seat s JOIN event e ON e.event_no = s.event_no
                   WHERE e.event_id = ?1 AND s.seat_id = ?2";
        conn.query_row(sql, (event.as_bytes(), seat.as_str()), |row| row.get(0)).unwrap()
    }

    /// The ids of free seats, in the plan's order.
    pub(crate) fn free(&self, event: EventId) -> Vec<SeatId> {
        self.station.seat_lines(event, true).unwrap().into_iter().map(|line| line.seat_id).collect()
    }
}

fn open(path: &Path) -> Station {
    let marks = Arc::new(MarkFolder::at(path.with_extension("state")));
    Station::open(path, Arc::new(SystemClock), Arc::new(SystemRandom), marks, Cost::Least).unwrap()
}

pub(crate) fn wants(event_id: EventId, seats: &[SeatId]) -> SaleRequest {
    SaleRequest {
        event_id,
        cart_id: None,
        seats: seats.to_vec(),
        standing: Vec::new(),
        cash: Money::new(10_000_000, Currency::USD),
        holder: None,
        contact: None,
        fan_club_id: None,
        any_time: false,
    }
}

pub(crate) fn standing(event_id: EventId, area: &str, count: u32) -> SaleRequest {
    SaleRequest { standing: vec![StandingLine { area_id: area.to_owned(), count }], ..wants(event_id, &[]) }
}

pub(crate) fn from_cart(cart: CartId, request: SaleRequest) -> SaleRequest {
    SaleRequest { cart_id: Some(cart), ..request }
}

/// Two stations of one cloud, of which the first has published an event and the second has taken it.
pub(crate) fn two(cloud: &DevCloud, event: &str) -> (Post, Post, EventId) {
    let north = Post::new("North", true, &cloud.pairing());
    {
        // Several nights go on in one cloud: each has a first desk, one after the other.
        let _one = FOUNDING.lock().unwrap_or_else(PoisonError::into_inner);
        cloud.forget_desk();
        north.lets_in(&north);
    }
    let south = Post::new("South", false, &cloud.pairing());
    north.lets_in(&south);
    let event = north.event(event);
    north.publish(event);
    south.sync();
    north.sync();
    south.sync();
    (north, south, event)
}
