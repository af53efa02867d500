//! The real program: two stations that are nothing but `wicket --data-dir`, as a technician or a script runs them.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use super::dev_cloud::{DevCloud, text, until};
use super::proxy::{Cut, EVERYTHING, Road};

const EVENT: &str = "Modern Art";

/// A station's folder, and what its computer remembers.
struct Program {
    folder: TempDir,
    computer: TempDir,
}

/// What came of a call.
struct Came {
    code: i32,
    out: Value,
    err: String,
}

impl Program {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), computer: tempfile::tempdir().unwrap() }
    }

    fn run(&self, words: &[&str]) -> Came {
        let output = self.output(&[&["--json"], words].concat());
        let out = String::from_utf8(output.stdout).unwrap();
        Came {
            code: output.status.code().unwrap(),
            out: serde_json::from_str(&out).unwrap_or_default(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn output(&self, words: &[&str]) -> Output {
        // Beside the tests, where `cargo build --workspace --bins` puts it.
        let tests = std::env::current_exe().unwrap();
        let program = format!("wicket{}", std::env::consts::EXE_SUFFIX);
        let program: PathBuf = tests.ancestors().nth(2).unwrap().join(program);
        let mut command = Command::new(&program);
        command.env("WICKET_STATE_DIR", self.computer.path());
        command.arg("--data-dir").arg(self.folder.path()).args(words);
        let output = command.output();
        output
            .unwrap_or_else(|error| panic!("{}: {error}; cargo build --workspace --bins", program.display()))
    }

    /// What is to succeed.
    fn told(&self, words: &[&str]) -> Value {
        let came = self.run(words);
        assert_eq!(came.code, 0, "{words:?}: {}{}", came.out, came.err);
        assert!(!came.out.is_null(), "{words:?} says something");
        came.out
    }

    /// What is not to be run: exit 2 and a sentence of this sort on standard error, with nothing on standard output.
    fn not_run(&self, words: &[&str], code: &str) {
        let came = self.run(words);
        assert_eq!((came.code, &came.out), (2, &Value::Null), "{words:?}: {}", came.err);
        let fault: Value = serde_json::from_str(came.err.trim()).unwrap();
        assert_eq!(fault["error"]["code"], code, "{words:?}: {fault}");
        let message = fault["error"]["message"].as_str().unwrap();
        assert!(message.len() > 20 && !message.contains("Error"), "a sentence for people: {message}");
    }

    /// The status, which has all of what scripts rely on.
    fn status(&self) -> Value {
        let status = self.told(&["status"]);
        for key in [
            "mode",
            "online",
            "since",
            "waiting",
            "oldestSeconds",
            "deadLetters",
            "conflicts",
            "clockOffsetMs",
        ] {
            assert!(status.get(key).is_some(), "{key}: {status}");
        }
        status
    }

    fn sync(&self) {
        assert_eq!(self.told(&["sync", "--until-idle"])["waiting"], 0);
    }

    /// Sells the first free seat; gives its ticket.
    fn sell(&self) -> Value {
        let seats = self.told(&["seats", EVENT, "--free"]);
        let seat = seats[0]["seatId"].as_str().unwrap();
        self.told(&["sell", EVENT, "--seat", seat, "--cash", "1000"])["tickets"][0].clone()
    }

    /// At any time: the samples start weeks ahead.
    fn admit(&self, ticket: &Value, gate: &str) -> Came {
        self.run(&["admit", "--token", ticket["token"].as_str().unwrap(), "--gate", gate, "--any-time"])
    }
}

pub(crate) fn two_stations_at_the_command_line(cloud: &DevCloud) {
    cloud.forget_desk();
    let (road, through) = Road::to(cloud);
    let (north, south) = (Program::new(), Program::new());
    let id = joins(cloud, &north, &south, &through.code().unwrap().text());
    let ticket = sells(&north, &south);
    gets_unstuck(&north);
    admits(cloud, &north, &south, &ticket);
    settles(cloud, &north, &south, &road);
    is_fenced(cloud, &north, &south, &id, &road);
    for station in [&north, &south] {
        assert_eq!(station.told(&["audit", "verify"])["sound"], true);
    }
}

/// Gives the south one's id.
fn joins(cloud: &DevCloud, north: &Program, south: &Program, through: &str) -> String {
    north.not_run(&["pair", "WKP2:nonsense"], "not_set_up");
    north.told(&["init", "--station", "North", "--kind", "desk", "--pin", "2580", "--sample"]);
    south.told(&["init", "--station", "South", "--pin", "2580"]);
    assert_eq!(north.status()["mode"], "standalone");
    north.not_run(&["sync"], "not_paired");
    north.not_run(&["publish", EVENT], "not_paired");
    north.not_run(&["pair", "WKP2:nonsense"], "bad_input");

    let code = cloud.facts["pairingCode"].as_str().unwrap();
    let paired = north.told(&["pair", code]);
    assert_eq!((&paired["environment"], &paired["online"]), (&"dev".into(), &true.into()));
    let file = south.folder.path().join("pairing.txt");
    std::fs::write(&file, format!("{through}\n")).unwrap();
    assert_eq!(south.told(&["pair", file.to_str().unwrap()])["online"], true);

    let id = are_let_in(north, south);

    north.not_run(&["publish", "An event that nobody has"], "not_found");
    assert!(north.told(&["publish", EVENT])["seats"].as_u64().unwrap() > 1_000);
    south.sync();
    south.not_run(&["publish", EVENT], "not_allowed");
    // Now the organizer's station has met the other one, whose tickets count from now on.
    north.sync();
    south.sync();
    let free = |station: &Program| station.told(&["seats", EVENT, "--free"]);
    assert_eq!(free(north), free(south), "both have the same hall");
    for station in [north, south] {
        let status = station.status();
        assert_eq!((&status["mode"], &status["online"]), (&"connected".into(), &true.into()), "{status}");
        assert!(status["since"].is_string() && status["clockOffsetMs"].is_i64(), "{status}");
        assert_eq!((&status["waiting"], &status["oldestSeconds"]), (&0.into(), &Value::Null), "{status}");
    }
    let words = String::from_utf8(north.output(&["status"]).stdout).unwrap();
    assert!(words.starts_with("Online since "), "{words}");
    id
}

/// The desk lets itself in, as the first of its venue, and then the other, whose id it gives.
fn are_let_in(north: &Program, south: &Program) -> String {
    assert_eq!(north.status()["trouble"], "pending");
    north.not_run(&["publish", EVENT], "not_allowed");
    south.not_run(&["stations", "approve", "this"], "not_allowed");
    let lines = north.told(&["stations"]);
    let named = |name: &str, approval: &str| {
        let is = |line: &&Value| line["name"] == name && line["approval"] == approval;
        lines.as_array().unwrap().iter().find(is).unwrap().clone()
    };
    for (name, kind) in [("North", "desk"), ("South", "till")] {
        let line = named(name, "pending");
        assert_eq!((&line["kind"], &line["epoch"]), (&kind.into(), &1.into()), "{line}");
        assert!(line["stationId"].is_string() && line["lastSeen"].is_string(), "{line}");
        assert_eq!(line["fingerprint"].as_str().unwrap().len(), 14, "{line}");
    }
    let id = named("South", "pending")["stationId"].as_str().unwrap().to_owned();
    north.not_run(&["stations", "approve", &id], "not_allowed");
    assert_eq!(north.told(&["stations", "approve", "this"])["approval"], "approved");
    south.not_run(&["stations"], "not_allowed");
    let done = north.told(&["stations", "approve", &id]);
    assert_eq!((&done["approval"], &done["decidedBy"]), (&"approved".into(), &"the command line".into()));
    assert_eq!(south.status()["trouble"], Value::Null, "it hears of it");
    north.not_run(&["stations", "revoke", "this"], "not_allowed");
    north.not_run(&["stations", "revoke", "Nobody"], "not_found");
    id
}

/// Sells at one what the other then cannot sell; gives the ticket.
fn sells(north: &Program, south: &Program) -> Value {
    let ticket = north.sell();
    let seat = ticket["seatId"].as_str().unwrap();
    south.not_run(&["sell", EVENT, "--seat", seat, "--cash", "1000"], "seat_taken");
    let status = north.status();
    assert_eq!(status["waiting"], 1);
    assert!(status["oldestSeconds"].is_u64(), "{status}");
    ticket
}

/// A message that got stuck is listed, written out for whoever looks into it, and sent after all.
fn gets_unstuck(north: &Program) {
    let outbox = north.told(&["outbox"]);
    assert_eq!((&outbox["waiting"], &outbox["dead"]), (&1.into(), &0.into()), "{outbox}");
    let id = outbox["lines"][0]["messageId"].as_str().unwrap();
    north.not_run(&["outbox", "retry", id], "bad_input");
    north.not_run(&["outbox", "retry", "4711"], "not_found");
    north.not_run(&["outbox", "export", "no-such-message"], "not_found");

    let conn = rusqlite::Connection::open(north.folder.path().join("wicket.sqlite")).unwrap();
    conn.execute("UPDATE outbox_state SET state = 2, words = 'refused' WHERE state = 0", []).unwrap();
    drop(conn);
    let status = north.status();
    assert_eq!((&status["waiting"], &status["deadLetters"]), (&0.into(), &1.into()), "{status}");
    let outbox = north.told(&["outbox"]);
    let line = &outbox["lines"][0];
    assert_eq!(
        (&line["state"], &line["words"], &outbox["dead"]),
        (&"dead".into(), &"refused".into(), &1.into())
    );
    let message = north.told(&["outbox", "export", id]);
    assert_eq!((&message["messageId"], &message["kind"]), (&id.into(), &"purchase".into()), "{message}");
    assert_eq!(north.told(&["outbox", "retry", id])["sequence"], line["sequence"]);
    assert_eq!(north.told(&["sync"])["sent"], 1);
    assert_eq!(north.status()["deadLetters"], 0);
}

/// Who holds the ticket is let in at the other station's gate, and nowhere again.
fn admits(cloud: &DevCloud, north: &Program, south: &Program, ticket: &Value) {
    south.not_run(&["admit", "--gate", "South gate"], "bad_input");
    let came = south.admit(&serde_json::json!({ "token": "WK1:NOTHING" }), "South gate");
    assert_eq!((came.code, &came.out["reason"]), (1, &"not_a_ticket".into()), "{}", came.out);
    let came = south.admit(ticket, "South gate");
    assert_eq!((came.code, &came.out["verdict"]), (0, &"admitted".into()), "{}", came.out);
    south.sync();
    until("the admission and its sale", || {
        let tickets = cloud.items("Tickets");
        let item = tickets.iter().find(|item| text(item, "ticketId") == ticket["ticketId"].as_str().unwrap());
        let whole =
            |item: &&super::dev_cloud::Item| text(item, "status") == "used" && item.contains_key("orderId");
        if item.as_ref().is_some_and(whole) { Ok(()) } else { Err(format!("{item:?}")) }
    });
    north.sync();
    let came = north.admit(ticket, "North gate");
    assert_eq!((came.code, &came.out["verdict"]), (1, &"refused".into()), "{}", came.out);
    assert_eq!(came.out["reason"], "already_admitted");
    let first = &came.out["firstAdmission"];
    assert!(first["at"].is_string(), "{first}");
    assert_eq!((&first["station"], &first["gate"]), (&"South".into(), &"South gate".into()));
}

/// Two gates that could not ask let one ticket in: both sides are told, until somebody settles it.
fn settles(cloud: &DevCloud, north: &Program, south: &Program, road: &Road) {
    let ticket = north.sell();
    north.sync();
    south.sync();
    assert_eq!(south.told(&["conflicts"]), serde_json::json!([]));
    assert_eq!(north.admit(&ticket, "North gate").code, 0);
    road.through(Cut::AtTheDoor, EVERYTHING, || {
        let came = south.admit(&ticket, "South gate");
        assert_eq!((came.code, &came.out["offline"]), (0, &true.into()), "{}", came.out);
        let came = south.run(&["sync"]);
        assert_eq!((came.code, came.out["words"].is_string()), (1, true), "why it did not: {}", came.out);
        let status = south.status();
        assert_eq!((&status["online"], &status["waiting"]), (&false.into(), &1.into()), "{status}");
        assert!(status["since"].is_string() && status["words"].is_string(), "{status}");
    });
    north.sync();
    south.sync();
    until("the conflict of two gates", || {
        let conflicts = cloud.items("Conflicts");
        let there =
            conflicts.iter().any(|item| text(item, "ticketId") == ticket["ticketId"].as_str().unwrap());
        if there { Ok(()) } else { Err(format!("{conflicts:?}")) }
    });
    south.sync();
    let conflicts = south.told(&["conflicts"]);
    let [one] = conflicts.as_array().unwrap().as_slice() else { panic!("one conflict: {conflicts}") };
    assert_eq!(one["ticketId"], ticket["ticketId"]);
    let mut gates = [&one["first"]["gate"], &one["second"]["gate"]].map(|gate| gate.as_str().unwrap());
    gates.sort_unstable();
    assert_eq!(gates, ["North gate", "South gate"], "both sides' facts");
    assert_eq!(south.status()["conflicts"], 1);
    south.not_run(&["conflicts", "settle", "no-such-conflict"], "not_found");
    south.told(&["conflicts", "settle", one["conflictId"].as_str().unwrap()]);
    assert_eq!(south.status()["conflicts"], 0);
}

/// A till that will not come back: its places go back on sale. What it sold meanwhile, without a line, becomes a conflict
/// where somebody else has the seat by now. It comes back all the same, and goes on with what it claims from then on.
fn is_fenced(cloud: &DevCloud, north: &Program, south: &Program, id: &str, road: &Road) {
    south.told(&["allot", EVENT, "3"]);
    let inventory = cloud.items("SeatInventory");
    let owned = inventory.iter().filter(|item| text(item, "station") == id && text(item, "state") == "owned");
    let owned: Vec<_> = owned.map(|item| text(item, "seatId").to_owned()).collect();
    let [first, second, ..] = owned.as_slice() else { panic!("it owns three: {owned:?}") };
    let sell =
        |station: &Program, seat: &str| station.told(&["sell", EVENT, "--seat", seat, "--cash", "1000"]);
    road.through(Cut::AtTheDoor, EVERYTHING, || sell(south, first));
    north.sync();
    north.not_run(&["sell", EVENT, "--seat", second, "--cash", "1000"], "seat_taken");

    south.not_run(&["stations", "fence", "this"], "not_allowed");
    north.not_run(&["stations", "fence", "this"], "not_allowed");
    let done = north.told(&["stations", "fence", id]);
    assert_eq!(done["station"]["epoch"], 2, "{done}");
    assert!(done["places"].as_u64().unwrap() >= 3, "{done}");
    north.sync();
    sell(north, first);
    sell(north, second);
    north.sync();

    assert_eq!(south.status()["trouble"], "fenced");
    south.not_run(&["sell", EVENT, "--seat", second, "--cash", "1000"], "seat_taken");
    south.sync();
    until("the conflict of a seat that was sold twice", || {
        let conflicts = cloud.items("Conflicts");
        let is = |item: &super::dev_cloud::Item| {
            text(item, "seatId") == first && text(item, "kind") == "seat_sold_twice"
        };
        if conflicts.iter().any(is) { Ok(()) } else { Err(format!("{conflicts:?}")) }
    });
    south.sync();
    let conflicts = south.told(&["conflicts"]);
    let open = conflicts.as_array().unwrap().iter().find(|line| line["settledAt"].is_null()).unwrap().clone();
    south.told(&["conflicts", "settle", open["conflictId"].as_str().unwrap()]);
    south.sell();
    south.sync();
}
