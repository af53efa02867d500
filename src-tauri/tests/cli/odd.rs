//! Odd texts, names and disks: what cannot be used is refused in words, and nothing panics.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::desk::{Desk, command, list};

const EVENT: &str = "Tech Summit";

/// A small hall with whatever a test changes in it.
fn hall(change: impl FnOnce(&mut Value)) -> Value {
    let seat = |number: u32| {
        json!({
            "seat_guid": format!("-{number}"), "seat_number": number.to_string(), "category": "Stalls",
            "position": { "x": number * 30, "y": 0 },
        })
    };
    let mut hall = json!({
        "name": "Große Halle", "size": { "width": 200, "height": 100 },
        "categories": [{ "name": "Stalls", "color": "#33ff66" }],
        "zones": [{
            "name": "Main", "position": { "x": 10, "y": 50 },
            "rows": [{ "row_number": "1", "position": { "x": 0, "y": 0 }, "seats": [seat(1), seat(2), seat(3)] }],
        }],
    });
    change(&mut hall);
    hall
}

const ADD: [&str; 6] = ["--event", "Gala", "--starts", "2027-12-04T19:30:00Z", "--currency", "USD"];

fn import(desk: &Desk, file: &str) -> Value {
    desk.ask(&[&["plan", "import", file][..], &ADD, &["--price", "Stalls=45"]].concat())
}

#[test]
fn what_the_cloud_would_refuse_of_a_buyer_is_refused_with_the_field_and_what_to_do() {
    let desk = Desk::with_samples();
    let seats = desk.ask(&["seats", EVENT, "--free"]);
    let seat = list(&seats)[0]["seatId"].as_str().unwrap().to_owned();
    let sell = ["sell", EVENT, "--seat", &seat, "--cash", "1000"];
    let before = desk.ask(&["outbox"]);
    let long = "x".repeat(121);
    for (words, field) in [
        (["--email", "ada@x.org;"], "e-mail address"),
        (["--email", "\"ada\"@x.org"], "e-mail address"),
        (["--email", "a,b@x.org"], "e-mail address"),
        (["--email", "ada@gmail"], "e-mail address"),
        (["--email", "-ada"], "e-mail address"),
        (["--phone", "+123456"], "telephone number"),
        (["--phone", "0170 1234567"], "telephone number"),
        (["--fan-club", "#123"], "fan-club number"),
        (["--fan-club", "FC/12"], "fan-club number"),
        (["--holder", "two\nlines"], "holder's name"),
        (["--holder", &long], "holder's name"),
        (["--cash", "99999999999999"], "cash"),
    ] {
        let sell = if field == "cash" { &sell[..4] } else { &sell[..] };
        let (code, message) = desk.refuses(&[sell, &words].concat());
        assert_eq!(code, "bad_input", "{words:?}: {message}");
        assert!(message.contains(field), "{words:?}: {message}");
    }
    assert_eq!(desk.ask(&["outbox"]), before, "nothing was sold");
    let words = ["--email", "josé@bücher.example", "--phone", "+49 170 1234567", "--fan-club", "FC-12"];
    desk.ask(&[&sell[..], &words].concat());
}

#[test]
fn a_seat_that_begins_with_a_dash_is_sold_and_the_tip_is_true() {
    let desk = Desk::with_samples();
    let file = desk.write("hall.json", &hall(|_| {}).to_string());
    import(&desk, &file);
    let sale = desk.ask(&["sell", "Gala", "--seat", "-1", "-2", "--cash", "90"]);
    assert_eq!(list(&sale["tickets"]).len(), 2, "{sale}");
    desk.ask(&["sell", "Gala", "--seat=-3", "--cash", "45"]);
    let (code, message) = desk.refuses(&["sell", "Gala", "--seat", "--1", "--cash", "45"]);
    assert_eq!(code, "bad_input");
    assert!(!message.contains("'-- --1'"), "for an option that tip is untrue: {message}");
    assert!(message.contains("'--OPTION=--1'"), "{message}");
    let (_, message) = desk.refuses(&["sell", "Gala", "--cash", "45", "--seat", "A-1", "--2"]);
    assert!(message.contains("'--OPTION=--2'"), "{message}");
    for word in ["-K7", "--K7"] {
        let (code, message) = desk.refuses(&["orders", word]);
        assert_eq!(code, "bad_input");
        assert!(message.contains(&format!("'-- {word}'")), "an argument is no option's value: {message}");
        assert_eq!(desk.run_plainly(&["orders", "--", word]).exit(), 0);
    }
}

#[test]
fn names_that_tell_no_seats_apart_and_unfilled_templates_are_warned_of() {
    let desk = Desk::with_samples();
    let doubled = hall(|hall| {
        for seat in 0..3 {
            hall["zones"][0]["rows"][0]["seats"][seat]["seat_number"] = json!("1");
        }
    });
    let file = desk.write("doubled.json", &doubled.to_string());
    let checked = desk.ask(&["plan", "check", &file]);
    let warning = &list(&checked["warnings"])[0];
    assert_eq!(warning["path"], "$.zones[0].rows[0].seats[0]");
    assert_eq!(warning["message"], "3 seats are all called \"Main 1-1\": people cannot tell them apart.");
    assert_eq!(checked["warningsTotal"], 1, "{checked}");

    let unfilled = hall(|hall| {
        hall["zones"][0]["rows"][0]["row_label"] = json!("Fila %%s");
        hall["zones"][0]["rows"][0]["seat_label"] = json!("Butaca %%s");
    });
    let file = desk.write("unfilled.json", &unfilled.to_string());
    let event = import(&desk, &file);
    let paths: Vec<_> = list(&event["warnings"]).iter().map(|note| note["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["$.zones[0].rows[0].row_label", "$.zones[0].rows[0].seat_label"], "{event}");
}

#[test]
fn letters_that_tickets_cannot_show_are_warned_of_and_refused_nowhere() {
    let desk = Desk::empty();
    let station = desk.ask(&["init", "--station", "窓口 1", "--pin", "2580"]);
    let said = "tickets cannot show 窓 口 of the station's name; they print [?] instead.";
    assert_eq!(station["warnings"], json!([said]));
    let named = hall(|hall| hall["zones"][0]["name"] = json!("桟敷"));
    let file = desk.write("named.json", &named.to_string());
    for told in [desk.ask(&["plan", "check", &file]), import(&desk, &file)] {
        let note = &list(&told["warnings"])[0];
        assert_eq!((&note["path"], &told["warningsTotal"]), (&json!("seat"), &json!(1)), "{told}");
        assert_eq!(note["message"], "Tickets cannot show 桟 敷 of \"桟敷\". They print [?] instead.");
    }
    let sale = desk.ask(&["sell", "Gala", "--seat=-1", "--cash", "45", "--holder", "山田 Taro"]);
    let warnings: Vec<_> = list(&sale["warnings"]).iter().map(|text| text.as_str().unwrap()).collect();
    assert_eq!(warnings.len(), 3, "{sale}");
    assert!(warnings[0].contains("山 田 of the name"), "{sale}");
}

#[test]
fn a_plan_is_read_in_utf_16_too_and_in_latin_1_it_says_what_it_is() {
    let desk = Desk::with_samples();
    let text = hall(|_| {}).to_string();
    let wide = |write: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(write).collect::<Vec<u8>>();
    for (name, mark, bytes) in [
        ("le.json", &[0xFF, 0xFE][..], wide(u16::to_le_bytes)),
        ("be.json", &[0xFE, 0xFF], wide(u16::to_be_bytes)),
        ("le-bare.json", &[], wide(u16::to_le_bytes)),
        ("be-bare.json", &[], wide(u16::to_be_bytes)),
        ("utf8-mark.json", &[0xEF, 0xBB, 0xBF], text.clone().into_bytes()),
    ] {
        let file = desk.file(name);
        std::fs::write(&file, [mark, &bytes].concat()).unwrap();
        assert_eq!(desk.ask(&["plan", "check", &file])["name"], "Große Halle", "{name}");
    }
    let latin: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let file = desk.file("latin.json");
    std::fs::write(&file, latin).unwrap();
    let (code, message) = desk.refuses(&["plan", "check", &file]);
    assert_eq!(code, "plan_refused");
    assert!(message.contains("Latin-1") && message.contains("Save it as UTF-8"), "{message}");
}

/// Runs a command with arguments that need not be UTF-8.
#[cfg(unix)]
fn raw(data: &Path, words: &[&OsStr]) -> (i32, String, String) {
    let output = command(data).args(words).arg("--json").stdin(Stdio::null()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}

#[test]
#[cfg(unix)]
fn names_of_files_need_not_be_utf_8_and_texts_must_be() {
    use std::os::unix::ffi::OsStrExt;

    let desk = Desk::with_samples();
    let odd = |name: &[u8]| Path::new(&desk.file("")).join(OsStr::from_bytes(name));
    let os = OsStr::new;
    // A station in a folder of such a name.
    let data = odd(b"st\xe4tion");
    let words = ["init", "--station", "Window 1", "--pin", "2580", "--sample"];
    let (exit, ..) = raw(&data, &words.map(os));
    assert_eq!(exit, 0);
    let (_, seats, _) = raw(&data, &["seats", EVENT, "--free"].map(os));
    let seats: Value = serde_json::from_str(&seats).unwrap();
    let seat = list(&seats)[0]["seatId"].as_str().unwrap().to_owned();
    let (exit, sale, _) = raw(&data, &["sell", EVENT, "--seat", &seat, "--cash", "1000"].map(os));
    assert_eq!(exit, 0);
    let sale: Value = serde_json::from_str(&sale).unwrap();
    let code = sale["code"].as_str().unwrap();

    let pdf = odd(b"tick\xe9t.pdf");
    let (exit, said, _) = raw(&data, &[os("print"), os(code), os("--out"), pdf.as_os_str()]);
    assert_eq!(exit, 0);
    assert!(said.contains("tick\u{FFFD}t.pdf") && pdf.is_file(), "{said}");

    let missing = odd(b"\xff.png");
    for words in [
        &[os("decode"), missing.as_os_str()][..],
        &[os("admit"), os("--image"), missing.as_os_str()],
        &[os("plan"), os("check"), missing.as_os_str()],
    ] {
        let (exit, _, said) = raw(&data, words);
        assert_eq!(exit, 2, "{words:?}: {said}");
        assert!(said.contains("no such file") && !said.contains("os error"), "{said}");
    }
    let hall_file = odd(b"h\xe4ll.json");
    std::fs::write(&hall_file, hall(|_| {}).to_string()).unwrap();
    assert_eq!(raw(&data, &[os("plan"), os("check"), hall_file.as_os_str()]).0, 0);
    assert_eq!(raw(&data, &[os("pair"), missing.as_os_str()]).0, 2);

    for words in [
        &[os("orders"), OsStr::from_bytes(b"Zo\xeb")][..],
        &[os("sell"), os(EVENT), os("--seat"), OsStr::from_bytes(b"\xff"), os("--cash"), os("1")],
        &[OsStr::from_bytes(b"\xff")],
    ] {
        let (exit, _, said) = raw(&data, words);
        assert_eq!(exit, 2, "{words:?}: {said}");
        let said: Value = serde_json::from_str(&said).unwrap();
        assert_eq!(said["error"]["code"], "bad_input");
    }
}

/// Folders that take no file, and a device that is always full.
#[test]
#[cfg(unix)]
fn what_the_system_says_reaches_nobody_with_its_number() {
    let desk = Desk::with_samples();
    let seats = desk.ask(&["seats", EVENT, "--free"]);
    let seat = list(&seats)[0]["seatId"].as_str().unwrap().to_owned();
    let code =
        desk.ask(&["sell", EVENT, "--seat", &seat, "--cash", "1000"])["code"].as_str().unwrap().to_owned();
    for (out, words) in [
        (desk.file(""), "folder"),
        ("/proc/nowhere/x.pdf".to_owned(), "could not be written"),
        (desk.file(&"x".repeat(300)), "name is too long"),
    ] {
        let (code, message) = desk.refuses(&["print", &code, "--out", &out]);
        assert_eq!(code, "storage", "{out}");
        assert!(message.contains(words) && !message.contains("os error"), "{message}");
    }
    if Path::new("/dev/full").exists() {
        // A link to a device that is always full: the file beside it is written, so the folder is its own.
        let link = desk.file("full.pdf.part");
        std::os::unix::fs::symlink("/dev/full", &link).unwrap();
        let (code, message) = desk.refuses(&["print", &code, "--out", &desk.file("full.pdf")]);
        assert_eq!(code, "storage");
        assert!(message.contains("The disk is full") && message.contains("Free some space"), "{message}");
    }
}
