//! The first start, and signing in.

use jiff::SignedDuration;
use wicket_domain::cloud::StationKind;
use wicket_domain::id::StaffId;
use wicket_domain::staff::Role;
use wicket_station::fault::Code;
use wicket_station::view::SignIn;

use crate::support::{House, PIN, ada, sold, wants};

const WRONG: &str = "0000";

fn seconds(house: &House, seconds: i64) {
    house.clock.pass(SignedDuration::from_secs(seconds));
}

#[test]
fn a_station_is_set_up_once() {
    let house = House::empty();
    let window_a = house.window();
    assert!(window_a.start(None).unwrap().station.is_none());
    assert_eq!(window_a.verify_audit().unwrap_err().code, Code::NotSetUp);
    for (name, person, pin) in [
        ("", "Ada", PIN),
        ("Window A", " ", PIN),
        ("a\nb", "Ada", PIN),
        ("Window A", "Ada", "12"),
        ("Window A", "Ada", "1111"),
    ] {
        assert_eq!(
            window_a.set_up(name, StationKind::Desk, person, pin, false).unwrap_err().code,
            Code::BadInput
        );
    }
    let before = house.dump();
    let window_b = house.window();
    window_a.set_up(" Window A ", StationKind::Desk, "Ada", PIN, false).unwrap();
    assert_ne!(house.dump(), before);
    let after = house.dump();
    assert_eq!(
        window_b.set_up("Window B", StationKind::Desk, "Bob", "1470", true).unwrap_err().code,
        Code::AlreadySetUp
    );
    assert_eq!(house.dump(), after, "the second set-up changed nothing");
    assert_eq!(window_b.start(None).unwrap().station.unwrap().name, "Window A");
    let id = ada(&window_a);
    assert_eq!(window_a.start(Some(id)).unwrap().signed_in.unwrap().name, "Ada");
    assert!(window_a.start(Some(StaffId::from_bytes([1; 16]))).unwrap().signed_in.is_none());
}

#[test]
fn a_pin_is_not_in_the_file() {
    let (house, ..) = House::open();
    let hash: String = house.sql().query_row("SELECT pin_hash FROM staff", [], |row| row.get(0)).unwrap();
    assert!(hash.starts_with("$argon2id$v=19$"), "{hash}");
}

#[test]
fn five_wrong_pins_are_free_and_then_each_costs_time() {
    let (house, window_a, _) = House::open();
    let staff = ada(&window_a);
    for left in [4, 3, 2, 1] {
        assert_eq!(window_a.sign_in(staff, WRONG).unwrap(), SignIn::WrongPin { left });
    }
    let fifth = window_a.sign_in(staff, WRONG).unwrap();
    let SignIn::Wait { until } = fifth else { panic!("{fifth:?}") };
    assert_eq!(until.as_second() - house.now().as_second(), 2);
    drop(window_a);

    let window_a = house.window();
    let early = window_a.sign_in(staff, PIN).unwrap();
    assert_eq!(
        early,
        SignIn::Wait { until },
        "a restart forgives nothing, and the right PIN has to wait too"
    );
    assert_eq!(window_a.sign_in(staff, PIN).unwrap(), early, "asking meanwhile costs nothing more");
    seconds(&house, 2);
    let sixth = window_a.sign_in(staff, WRONG).unwrap();
    let SignIn::Wait { until } = sixth else { panic!("{sixth:?}") };
    assert_eq!(until.as_second() - house.now().as_second(), 4, "each costs twice as much");
    seconds(&house, 4);
    assert!(matches!(window_a.sign_in(staff, PIN).unwrap(), SignIn::SignedIn { .. }));
    assert_eq!(
        window_a.sign_in(staff, WRONG).unwrap(),
        SignIn::WrongPin { left: 4 },
        "the count begins again"
    );
    assert_eq!(house.number("SELECT count(*) FROM audit WHERE kind = 'sign_in'"), 1);
}

#[test]
fn guesses_at_two_windows_are_counted_together() {
    let (house, window_a, _) = House::open();
    let (staff, windows) = (ada(&window_a), [house.window(), house.window(), house.window()]);
    std::thread::scope(|scope| {
        for window in &windows {
            scope.spawn(|| {
                window.sign_in(staff, WRONG).unwrap();
                window.sign_in(staff, WRONG).unwrap();
            });
        }
    });
    assert!(matches!(window_a.sign_in(staff, PIN).unwrap(), SignIn::Wait { .. }), "six guesses were made");
    assert!(house.number("SELECT failures FROM staff") >= 5, "none was lost");
}

#[test]
fn a_clock_that_is_set_back_locks_nobody_out() {
    let (house, window_a, _) = House::open();
    let staff = ada(&window_a);
    seconds(&house, 365 * 86_400);
    for _ in 0..5 {
        window_a.sign_in(staff, WRONG).unwrap();
    }
    seconds(&house, -365 * 86_400);
    let SignIn::Wait { until } = window_a.sign_in(staff, PIN).unwrap() else {
        panic!("it still has to wait")
    };
    assert_eq!(until.as_second() - house.now().as_second(), 2, "but not a year");
    seconds(&house, 2);
    assert!(matches!(window_a.sign_in(staff, PIN).unwrap(), SignIn::SignedIn { .. }));
}

#[test]
fn an_endless_pin_is_wrong_and_a_stranger_is_unknown() {
    let (_house, window_a, _) = House::open();
    let staff = ada(&window_a);
    assert_eq!(window_a.sign_in(staff, &"1".repeat(10_000_000)).unwrap(), SignIn::WrongPin { left: 4 });
    assert_eq!(window_a.sign_in(StaffId::from_bytes([2; 16]), PIN).unwrap_err().code, Code::NotFound);
}

#[test]
fn an_account_becomes_staff_with_a_pin_of_its_own() {
    let (_house, window_a, _) = House::open();
    let listed = || window_a.start(None).unwrap().staff.len();
    assert_eq!(listed(), 1);
    let (bo, has_pin) = window_a.account_signed_in("subject-1", " Bo ", Role::Seller).unwrap();
    assert_eq!((bo.name.as_str(), bo.role, has_pin), ("Bo", Role::Seller, false));
    assert_eq!(listed(), 1, "nobody is offered a PIN that is not there");
    assert_eq!(window_a.start(Some(bo.staff_id)).unwrap().signed_in.as_ref(), Some(&bo));
    assert!(matches!(window_a.sign_in(bo.staff_id, "").unwrap(), SignIn::WrongPin { .. }));
    assert_eq!(window_a.set_pin(bo.staff_id, "1111").unwrap_err().code, Code::BadInput);
    window_a.set_pin(bo.staff_id, "2580").unwrap();
    assert_eq!(listed(), 2);
    assert_eq!(window_a.sign_in(bo.staff_id, "2580").unwrap(), SignIn::SignedIn { staff: bo.clone() });
    let (again, has_pin) = window_a.account_signed_in("subject-1", "Bo Lind", Role::Supervisor).unwrap();
    assert_eq!((again.staff_id, again.role, has_pin), (bo.staff_id, Role::Supervisor, true));
    let (other, _) = window_a.account_signed_in("subject-2", "Bo Lind", Role::Steward).unwrap();
    assert_ne!(other.staff_id, bo.staff_id, "a name is no account");
    window_a.verify_audit().unwrap();
}

#[test]
fn nobody_signs_in_to_a_station_that_is_not_set_up() {
    let house = House::empty();
    let fault = house.window().account_signed_in("subject-1", "Bo", Role::Seller).unwrap_err();
    assert_eq!(fault.code, Code::NotSetUp);
}

#[test]
fn a_damaged_file_is_told_until_somebody_has_read_it() {
    let (house, window_a, _) = House::open();
    drop(window_a);
    std::fs::write(house.path(), "this is no database, and it is longer than one page".repeat(200)).unwrap();
    let window_a = house.window();
    let start = window_a.start(None).unwrap();
    assert!(start.station.is_none(), "a fresh file was begun");
    let notice = &start.notices[0];
    assert_eq!(notice.code, "damaged_file_set_aside");
    assert!(std::path::Path::new(&notice.detail).exists(), "the old file is where the notice says");
    window_a.read_notice(notice.notice_no).unwrap();
    assert!(house.window().start(None).unwrap().notices.is_empty());
}

#[test]
fn a_file_set_aside_by_somebody_who_was_killed_then_is_told_of() {
    let house = House::empty();
    for name in ["wicket.damaged-20270101T110000Z.sqlite", "wicket.damaged-20270101T113000Z.sqlite-wal"] {
        std::fs::write(house.dir.path().join(name), "what was left").unwrap();
    }
    std::fs::write(house.dir.path().join("other.damaged-20270101T110000Z.sqlite"), "of another station")
        .unwrap();
    let window_a = house.window();
    let notices = window_a.start(None).unwrap().notices;
    let files: Vec<_> =
        notices.iter().map(|notice| std::path::Path::new(&notice.detail).file_name().unwrap()).collect();
    assert_eq!(files, ["wicket.damaged-20270101T110000Z.sqlite", "wicket.damaged-20270101T113000Z.sqlite"]);
    assert_eq!(house.window().start(None).unwrap().notices.len(), 2, "each is told once");
    for notice in notices {
        window_a.read_notice(notice.notice_no).unwrap();
    }
    assert!(house.window().start(None).unwrap().notices.is_empty(), "what was read is not told again");
    std::fs::write(house.dir.path().join("wicket.damaged-20260101T110000Z.sqlite"), "older").unwrap();
    window_a.set_up("Window A", StationKind::Desk, "Ada", PIN, false).unwrap();
    assert!(house.window().start(None).unwrap().notices.is_empty(), "a station at work was told long ago");
}

#[test]
fn a_clock_that_cannot_be_right_is_told_until_somebody_has_read_it() {
    let (house, window_a, event) = House::open();
    let built = house.now();
    let told = || {
        let notices = window_a.start(None).unwrap().notices;
        notices.into_iter().map(|notice| (notice.code, notice.detail, notice.notice_no)).collect::<Vec<_>>()
    };
    window_a.check_clock(built).unwrap();
    assert!(told().is_empty());
    let last = house.now().to_string();

    house.pass(-40 * 366 * 24 * 60);
    for _ in 0..3 {
        window_a.check_clock(built).unwrap();
    }
    let notices = told();
    assert_eq!(notices.len(), 1, "it is told once: {notices:?}");
    assert_eq!((notices[0].0.as_str(), &notices[0].1), ("clock_behind", &last));
    sold(&window_a, &wants(event, &["A-1"]));
    window_a.read_notice(notices[0].2).unwrap();
    window_a.check_clock(built).unwrap();
    assert_eq!(
        told()[0].0,
        "clock_before_program",
        "the log begins to agree with the clock; the program does not"
    );
    window_a.read_notice(told()[0].2).unwrap();

    house.pass(40 * 366 * 24 * 60);
    window_a.check_clock(built).unwrap();
    assert_eq!(told()[0].0, "clock_ahead");
    assert!(window_a.verify_audit().unwrap().sound);
}
