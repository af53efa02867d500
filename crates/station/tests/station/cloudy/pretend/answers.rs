//! What the pretended cloud answers, request by request.

use super::*;

impl Cloud for Line {
    fn clock_offset_ms(&self) -> Option<i64> {
        Some(self.offset_ms.load(Ordering::SeqCst)).filter(|offset| *offset != 0)
    }

    fn ask(&self, ask: &Ask) -> Answered<Reply> {
        let request: Value = serde_json::from_str(&ask.body).unwrap();
        match ask.door {
            Door::Stations => {
                self.listed.fetch_add(1, Ordering::Relaxed);
                self.may(Barred::Stations)?;
            }
            Door::Claims => self.may(Barred::Claims)?,
            _ => {}
        }
        if request["ask"]["claim"]["of"] == "places" {
            let happens = self.before_grant.lock().unwrap().take();
            if let Some(happens) = happens {
                happens();
            }
        }
        if request["ask"]["put"] == "event" {
            let happens = self.before_event.lock().unwrap().take();
            if let Some(happens) = happens {
                happens();
            }
        }
        let answer = self.answer(|world| world.ask(ask))?;
        if ask.door == Door::Claims {
            let happens = self.after_claim.lock().unwrap().take();
            if let Some(happens) = happens {
                happens();
            }
        }
        if request["ask"]["put"] == "seats" && self.lose_seats.swap(false, Ordering::SeqCst) {
            return Err(CloudFault { trouble: CloudTrouble::Unreachable, words: "lost".to_owned() });
        }
        Ok(answer)
    }

    fn send(&self, queue: Queue, parcels: &[Parcel]) -> Sending<'_> {
        let barred = if queue == Queue::Station { self.may(Barred::Sales) } else { Ok(()) };
        let answer = barred.and_then(|()| {
            self.answer(|world| {
                let one = |parcel: &Parcel| {
                    world.put_message(&parcel.body);
                    Delivery::Taken
                };
                parcels.iter().map(one).collect()
            })
        });
        Box::new(|| answer)
    }

    fn inventory(&self, event_id: EventId, since: i64, resume: Option<String>) -> Pages<'_, InventoryRecord> {
        let concert = event_id.to_string();
        let lags = self.lag.load(Ordering::SeqCst);
        let of = move |world: &World| {
            let here = |id: &String| *id == concert;
            let shown = |(key, seat): (&(String, SeatId), &SeatRecord)| {
                let past = world.before.get(key).filter(|_| lags);
                past.map_or_else(
                    || seat.clone(),
                    |past| SeatRecord { updated_at: seat.updated_at, ..past.clone() },
                )
            };
            let seats = world.seats.iter().filter(|(_, seat)| here(&seat.concert_id)).map(shown);
            let counters = world.counters.values().filter(|row| here(&row.concert_id)).cloned();
            let grants = world.grants.values().filter(|row| here(&row.concert_id)).cloned();
            seats
                .map(InventoryRecord::Seat)
                .chain(counters.map(InventoryRecord::Counter))
                .chain(grants.map(InventoryRecord::Grant))
                .map(|item| (item.updated_at(), item))
                .collect()
        };
        self.pages(of, since, resume)
    }

    fn tickets(&self, event_id: EventId, since: i64, resume: Option<String>) -> Pages<'_, TicketRecord> {
        let concert = event_id.to_string();
        let of = move |world: &World| {
            let here = world.tickets.values().filter(|ticket| ticket.event_id == concert);
            here.map(|ticket| (ticket.updated_at, ticket.clone())).collect()
        };
        self.pages(of, since, resume)
    }

    fn conflicts(&self, event_id: EventId) -> Answered<Vec<ConflictRecord>> {
        self.may(Barred::Conflicts)?;
        let id = event_id.to_string();
        self.answer(|world| world.conflicts.iter().filter(|row| row.event_id == id).cloned().collect())
    }

    fn events(&self) -> Answered<Vec<EventMark>> {
        self.answer(|world| {
            let live = world.events.values().filter(|event| event.status == EventStatus::Live);
            let mark =
                |event: &EventRecord| EventMark { event_id: event.event_id.clone(), version: event.version };
            live.map(mark).collect()
        })
    }

    fn event(&self, event_id: EventId) -> Answered<Option<EventRecord>> {
        self.read_whole.fetch_add(1, Ordering::SeqCst);
        self.answer(|world| world.events.get(&event_id.to_string()).cloned())
    }

    fn plan(&self, key: &str, _: usize) -> Answered<String> {
        let words = "NoSuchKey".to_owned();
        self.answer(|world| world.plans.get(key).cloned())?
            .ok_or(CloudFault { trouble: CloudTrouble::NotThere, words })
    }
}
