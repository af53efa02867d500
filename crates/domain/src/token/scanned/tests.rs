use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::id::{EventId, TicketId};
use crate::token::{SigningKey, TokenPayload};

const TICKET: &str = concat!(
    "WK1:V50300HD4WD63909HO000ANF3909HOPD277E88G000000.00PGSZOVDM45E6XXU7CK0ST4",
    "J8.4RF1L3CBG:UZQMKQO:TSSXB2ZMA*5:BH%Y1PLOXQE$P45T6R/VQ+B/A6QCQI-206IU33:ND",
);

/// [`TICKET`] as computers write it for a US scanner. Computed with libxkbcommon 1.5 from xkeyboard-config 2.35.
const WRITTEN: &[(&str, &str)] = &[
    (
        "German",
        "WK1ÖV50300HD4WD63909HO000ANF3909HOPD277E88G000000.00PGSYOVDM45E6XXU7CK0ST4J8.4RF1L3CBGÖUYQMKQOÖTSSXB2YMA(5ÖBH%Z1PLOXQE$P45T6R-VQ`B-A6QCQIß206IU33ÖND",
    ),
    (
        "German with Caps Lock",
        "wk1öv50300hd4wd63909ho000anf3909hopd277e88g000000.00pgsyovdm45e6xxu7ck0st4j8.4rf1l3cbgöuyqmkqoötssxb2yma(5öbh%z1ploxqe$p45t6r-vq`b-a6qcqiẞ206iu33önd",
    ),
    (
        "French",
        "ZK&MV(à\"ààHD'ZD-\"çàçHOàààQNF\"çàçHOPDéèèE__Gàààààà:ààPGSWOVD?'(E-XXUèCKàST'J_:'RF&L\"CBGMUWA?KAOMTSSXBéW?Q8(MBH5Y&PLOXAE4P'(T-R!VA+B!Q-ACAI)éà-IU\"\"MND",
    ),
    (
        "French with Caps Lock",
        "zk&mv(À\"ÀÀhd'zd-\"ÇÀÇhoÀÀÀqnf\"ÇÀÇhopdÉÈÈe__gÀÀÀÀÀÀ:ÀÀpgswovd?'(e-xxuÈckÀst'j_:'rf&l\"cbgmuwa?kaomtssxbÉw?q8(mbh5y&ploxae4p'(t-r!va+b!q-acai)ÉÀ-iu\"\"mnd",
    ),
    (
        "Swiss",
        "WK1éV50300HD4WD63909HO000ANF3909HOPD277E88G000000.00PGSYOVDM45E6XXU7CK0ST4J8.4RF1L3CBGéUYQMKQOéTSSXB2YMA(5éBH%Z1PLOXQEçP45T6R-VQ`B-A6QCQI'206IU33éND",
    ),
    (
        "Spanish",
        "WK1ÑV50300HD4WD63909HO000ANF3909HOPD277E88G000000.00PGSZOVDM45E6XXU7CK0ST4J8.4RF1L3CBGÑUZQMKQOÑTSSXB2ZMA(5ÑBH%Y1PLOXQE$P45T6R-VQ¿B-A6QCQI'206IU33ÑND",
    ),
    (
        "Italian",
        "WK1çV50300HD4WD63909HO000ANF3909HOPD277E88G000000.00PGSZOVDM45E6XXU7CK0ST4J8.4RF1L3CBGçUZQMKQOçTSSXB2ZMA(5çBH%Y1PLOXQE$P45T6R-VQ^B-A6QCQI'206IU33çND",
    ),
    (
        "Swedish",
        "WK1ÖV50300HD4WD63909HO000ANF3909HOPD277E88G000000.00PGSZOVDM45E6XXU7CK0ST4J8.4RF1L3CBGÖUZQMKQOÖTSSXB2ZMA(5ÖBH%Y1PLOXQE¤P45T6R-VQ`B-A6QCQI+206IU33ÖND",
    ),
    (
        "Czech",
        "WK+\"VřéšééHDčWDžšíéíHOéééANFšíéíHOPDěýýEááGéééééé.ééPGSYOVDMčřEžXXUýCKéSTčJá.čRF+LšCBG\"UYQMKQO\"TSSXBěYMA8ř\"BH5Z+PLOXQE4PčřTžR-VQˇB-AžQCQI=ěéžIUšš\"ND",
    ),
];

fn mended(sent: &str) -> Option<String> {
    let scanned = scanned(sent);
    assert!(
        !scanned.other_keyboard || Token::decode(&scanned.text).is_err(),
        "what was mended is no trouble"
    );
    Token::decode(&scanned.text).is_ok().then_some(scanned.text)
}

/// What the computer of `row` writes for a text.
fn written(text: &str, row: &str) -> String {
    let place = |sign: char| TYPED.chars().position(|typed| typed == sign).unwrap();
    text.chars().map(|sign| row.chars().nth(place(sign)).unwrap()).collect()
}

/// A ticket whose code has `part` in it.
fn ticket_with(part: &str) -> String {
    let key = SigningKey::from_bytes(&[7; 32]);
    let event = EventId::from_uuid(Uuid::from_u128(0x0198_c0de_0000_7abc_8def_0123_4567_89ab));
    let id = |number: u128| {
        TicketId::from_uuid(Uuid::from_u128(0x0198_c0de_1234_7000_8000_0000_0000_0000 + number))
    };
    let sign = |number: u128| TokenPayload::new(&key.verifying_key(), 3, event, id(number)).sign(&key);
    (0..20_000_u128).map(sign).find(|text| text.contains(part)).expect("one of so many")
}

#[test]
fn a_scanners_marks_come_off() {
    for before in [
        "]Q0",
        "]Q1",
        "]Q6",
        "]d2",
        "]C1",
        "]z3",
        "\\000026",
        "]Q1\\000026",
        "\u{2}",
        "\u{2}]Q1",
        "]Q1\u{1d}",
        "\0",
        "\u{feff}",
        "\u{1e}\u{1c}",
        " ",
        "]Q1\\000026\\000003",
    ] {
        for after in ["", "\u{3}", "\r\n", "\t", "\u{3}\r", "\u{1d}", "\u{1e}\u{4}", "\0", " "] {
            assert_eq!(
                mended(&format!("{before}{TICKET}{after}")).as_deref(),
                Some(TICKET),
                "{before:?} {after:?}"
            );
        }
    }
}

#[test]
fn caps_lock_is_undone() {
    assert_eq!(mended(&TICKET.to_lowercase()).as_deref(), Some(TICKET));
    assert_eq!(mended(&format!("]q1{}", TICKET.to_lowercase())).as_deref(), Some(TICKET));
}

#[test]
fn another_computers_layout_is_undone() {
    for (layout, written) in WRITTEN {
        assert_eq!(mended(written).as_deref(), Some(TICKET), "{layout}");
    }
    // `]Q1\000026` before it, as German and French computers write that.
    for (marks, (layout, written)) in [("+Q1#000026", WRITTEN[0]), ("$A&*ààààé-", WRITTEN[2])] {
        assert_eq!(mended(&format!("{marks}{written}\u{3}\r")).as_deref(), Some(TICKET), "{layout}");
    }
}

#[test]
fn each_row_writes_each_character_otherwise() {
    for row in ROWS {
        assert_eq!(row.chars().count(), TYPED.chars().count(), "{row}");
        assert_eq!(mended(&written(TICKET, row)).as_deref(), Some(TICKET), "{row}");
    }
}

#[test]
fn a_dead_key_is_undone_however_it_came_out() {
    let [german, ..] = ROWS;
    for (part, alone, composed) in [("+A", "`A", "À"), ("+U", "`U", "Ù"), ("+ ", "` ", "`")] {
        let ticket = ticket_with(part);
        let computer = written(&ticket, german);
        assert_eq!(
            mended(&computer.replace(alone, composed)).as_deref(),
            Some(ticket.as_str()),
            "{composed}"
        );
        assert_eq!(
            mended(&computer.replace('`', "\u{25cc}")).as_deref(),
            Some(ticket.as_str()),
            "no accent known"
        );
    }
    let decomposed = written(&ticket_with("+A"), german).replace("`A", "A\u{300}").replace('Ö', "O\u{308}");
    assert!(mended(&decomposed).is_some(), "decomposed signs are the same signs");
}

#[test]
fn a_mark_whose_first_key_is_dead_is_taken_off_however_it_came_out() {
    let (swiss, czech) = (WRITTEN[4].1, WRITTEN[8].1);
    for before in [
        "¨Q1",
        "¨ Q1",
        "◌Q1",
        "Q1",
        "¨Q1$000026",
        "◌Q1$000026",
        "¨d2",
        "ë0",
        "Ë0",
        "e\u{308}0",
        "\u{2}Q1",
        "1",
        "100026",
    ] {
        assert_eq!(mended(&format!("{before}{swiss}\r")).as_deref(), Some(TICKET), "{before:?}");
    }
    for before in [")Q+", ")Q+¨éééééž", ")Q+éééééž", ")Q+◌éééééž"] {
        assert_eq!(mended(&format!("{before}{czech}")).as_deref(), Some(TICKET), "{before:?}");
    }
    assert!(scanned("◌Q1WK1éV50300HD4WD").other_keyboard, "what cannot be restored is named");
    for other in ["XYZWK1é", "a,Q1WK1é", "1,2WK1é", "◌"] {
        let said = scanned(other);
        assert_eq!((said.text.as_str(), said.other_keyboard), (other, false));
    }
}

#[test]
fn what_cannot_be_undone_names_the_keyboard() {
    let lost: String = WRITTEN[0].1.replace('`', "");
    let no_shift = TICKET.to_lowercase().replace(':', ";");
    for sent in [
        lost.as_str(),
        &no_shift,
        "WK1ÖV50300HD4WD",
        "]Q1ZK&MV(à\"ààHD",
        "+Q1WK1ÖV50300HD4WD",
        "WK1:V50300HÉD4WD",
    ] {
        assert!(scanned(sent).other_keyboard, "{sent}");
        assert_eq!(mended(sent), None);
    }
}

#[test]
fn other_codes_are_left_as_they_are() {
    for text in [
        "4006381333931",
        "https://example.org/T",
        "F7KQ2MX",
        "WK1:SHORT",
        "WK2:V503",
        "Müller",
        "ZK&N",
        "WICKET",
        "",
        "]",
        "]Q",
        "\\00002",
        "\\00002é",
        "wk1",
        "Éa",
    ] {
        assert!(!scanned(text).other_keyboard, "{text}");
        assert_eq!(scanned(text).text, text);
    }
    assert_eq!(scanned("]C1F7KQ2MX\r\n").text, "F7KQ2MX", "but for the marks");
    assert_eq!(scanned("]E04006381333931").text, "4006381333931");
}

proptest! {
    #[test]
    fn any_text_is_taken(text in ".*") {
        let found = scanned(&text);
        prop_assert!(!(found.other_keyboard && Token::decode(&found.text).is_ok()), "what can be read is read");
    }
}
