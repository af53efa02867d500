//! The gate's question.

use std::time::Duration;

use wicket_domain::cloud::{CloudTicketStatus, admission_id};
use wicket_domain::id::{StationId, TicketId};
use wicket_station::cloud::{AdmissionClaim, Cloud, GateAnswer};

use crate::stage::{EVENT, OTHER_TILL, Stage, TILL, number, text};

const TICKET: TicketId = TicketId::from_bytes([3; 16]);
const BUDGET: Duration = Duration::from_secs(20);

fn claim(station: StationId, gate: Option<&str>) -> AdmissionClaim {
    AdmissionClaim {
        event_id: EVENT,
        ticket_id: TICKET,
        admission_id: admission_id(station, TICKET),
        annulled: Vec::new(),
        at: 4_000,
        gate: gate.map(str::to_owned),
        station_name: "North gate".into(),
        now: 5_000,
    }
}

fn ticket(stage: &Stage, status: &str) {
    let (ticket, event) = (TICKET.to_string(), EVENT.to_string());
    stage.put(
        "Tickets",
        &[
            ("ticketId", text(&ticket)),
            ("eventId", text(&event)),
            ("status", text(status)),
            ("holder", text("Ada")),
            ("updatedAt", number(1_000)),
        ],
    );
}

#[test]
fn the_first_is_first_again_and_the_second_is_told_when_and_where() {
    let stage = Stage::new();
    ticket(&stage, "valid");
    assert_eq!(stage.cloud.admit(&claim(TILL, Some("North")), BUDGET), Ok(GateAnswer::First));
    assert_eq!(
        stage.cloud.admit(&claim(TILL, Some("North")), BUDGET),
        Ok(GateAnswer::First),
        "the same again"
    );
    let second = stage.cloud.admit(&claim(OTHER_TILL, None), BUDGET);
    let told = GateAnswer::Already {
        at: Some(4_000),
        gate: Some("North".into()),
        station: Some("North gate".into()),
    };
    assert_eq!(second, Ok(told));
    let item = stage.item("Tickets", &[("ticketId", &TICKET.to_string())]).unwrap();
    assert_eq!(item.get("holder"), Some(&text("Ada")), "what the sale wrote stays");
    assert_eq!(item.get("status"), Some(&text("used")));
}

#[test]
fn a_ticket_whose_sale_has_not_arrived_is_admitted_once() {
    let stage = Stage::new();
    assert_eq!(stage.cloud.admit(&claim(TILL, None), BUDGET), Ok(GateAnswer::First));
    let item = stage.item("Tickets", &[("ticketId", &TICKET.to_string())]).unwrap();
    assert_eq!(item.get("eventId"), Some(&text(&EVENT.to_string())), "so that every gate hears of it");
    assert!(matches!(stage.cloud.admit(&claim(OTHER_TILL, None), BUDGET), Ok(GateAnswer::Already { .. })));
}

#[test]
fn a_ticket_that_does_not_stand_stays_as_it_is() {
    for status in [
        CloudTicketStatus::Void,
        CloudTicketStatus::Refunded,
        CloudTicketStatus::Replaced,
        CloudTicketStatus::Blocked,
    ] {
        let stage = Stage::new();
        ticket(&stage, status.as_str());
        assert_eq!(stage.cloud.admit(&claim(TILL, None), BUDGET), Ok(GateAnswer::Fallen(status)));
        let item = stage.item("Tickets", &[("ticketId", &TICKET.to_string())]).unwrap();
        assert_eq!(item.get("status"), Some(&text(status.as_str())));
    }
}
