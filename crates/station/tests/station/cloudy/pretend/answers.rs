//! What the pretended cloud answers, request by request.

use wicket_domain::door::Door;

use super::*;

impl Cloud for Line {
    fn clock_offset_ms(&self) -> Option<i64> {
        Some(self.offset_ms.load(Ordering::SeqCst)).filter(|offset| *offset != 0)
    }

    fn ask(&self, ask: &Ask) -> Answered<Reply> {
        if ask.door == Door::Stations {
            self.listed.fetch_add(1, Ordering::Relaxed);
            self.may(Barred::Stations)?;
        }
        self.answer(|world| world.ask(ask))
    }

    fn send(&self, queue: Queue, parcels: &[Parcel]) -> Answered<Vec<Delivery>> {
        if queue == Queue::Station {
            self.may(Barred::Sales)?;
        }
        self.answer(|world| {
            let one = |parcel: &Parcel| {
                world.messages.push(serde_json::from_str(&parcel.body).unwrap());
                Delivery::Taken
            };
            parcels.iter().map(one).collect()
        })
    }

    fn claim(&self, claim: &Claim) -> Answered<ClaimAnswer> {
        self.may(Barred::Claims)?;
        self.answer(|world| {
            let concert = claim.event_id.to_string();
            let row = world.station(claim.station_id);
            if row.text("approval") != Some("approved") || row.number("epoch") != Some(claim.epoch.into()) {
                return ClaimAnswer::Fenced;
            }
            let mine = |seat: &SeatRecord| seat.station == Some(claim.station_id);
            let may = |seat: &SeatRecord| match (claim.goal, seat.state) {
                (Goal::Release, CloudSeatState::Held | CloudSeatState::Owned) => mine(seat),
                (Goal::Release, _) | (_, CloudSeatState::Sold | CloudSeatState::Blocked) => false,
                (_, CloudSeatState::Available) => true,
                (_, CloudSeatState::Held) => mine(seat) || seat.hold_until.unwrap() < claim.now,
                (_, CloudSeatState::Owned) => mine(seat),
            };
            let key = |seat: &SeatId| (concert.clone(), seat.clone());
            let all = claim.seats.iter().all(|(seat, version)| {
                world.seats.get(&key(seat)).is_some_and(|seat| seat.version == *version && may(seat))
            });
            if !all {
                let stand = claim.seats.iter().filter_map(|(seat, _)| world.seats.get(&key(seat)).cloned());
                return ClaimAnswer::Refused(stand.collect());
            }
            for (seat, _) in &claim.seats {
                let now = world.tick();
                let key = key(seat);
                let seat = world.seats.get_mut(&key).unwrap();
                world.before.insert(key, seat.clone());
                seat.version += 1;
                seat.updated_at = now;
                let (state, station, until) = match claim.goal {
                    Goal::Hold { until } => (CloudSeatState::Held, Some(claim.station_id), Some(until)),
                    Goal::Own => (CloudSeatState::Owned, Some(claim.station_id), None),
                    Goal::Release => (CloudSeatState::Available, None, None),
                };
                (seat.state, seat.station, seat.hold_until) = (state, station, until);
            }
            ClaimAnswer::Done
        })
    }

    fn grant(&self, claim: &GrantClaim) -> Answered<GrantAnswer> {
        let happens = self.before_grant.lock().unwrap().take();
        if let Some(happens) = happens {
            happens();
        }
        self.answer(|world| {
            let concert = claim.event_id.to_string();
            let counter_key = (concert.clone(), SeatId::standing(&claim.area_id));
            let grant_key = (concert.clone(), grant_id(claim.station_id, &claim.area_id));
            let grant = world.grants.get(&grant_key).cloned();
            let counter = world.counters.get(&counter_key).cloned();
            let version = grant.as_ref().map_or(0, |grant| grant.version);
            let left = counter.as_ref().map_or(0, |counter| i64::from(counter.remaining)) - claim.change;
            let granted = i64::from(claim.granted) + claim.change;
            if version != claim.version || left < 0 || granted < 0 {
                return GrantAnswer::Refused { grant, counter };
            }
            let now = world.tick();
            let counter = world.counters.get_mut(&counter_key).unwrap();
            counter.remaining = u32::try_from(left).unwrap();
            counter.version += 1;
            counter.updated_at = now;
            let fresh = GrantRecord {
                concert_id: concert,
                seat_id: grant_key.1.clone(),
                station: claim.station_id,
                granted: u32::try_from(granted).unwrap(),
                sold: 0,
                version: version + 1,
                updated_at: now,
            };
            world.grants.insert(grant_key, fresh);
            GrantAnswer::Done
        })
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

    fn settle(&self, _: EventId, conflict_id: &str, by: &str, now: i64) -> Answered<()> {
        self.answer(|world| {
            for row in world.conflicts.iter_mut().filter(|row| row.conflict_id == conflict_id) {
                (row.resolved_at, row.resolved_by) = (Some(now), Some(by.to_owned()));
            }
        })
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

    fn put_event(&self, event: &EventRecord, expected: Option<u64>) -> Answered<bool> {
        self.answer(|world| {
            if world.events.get(&event.event_id).map(|row| row.version) != expected {
                return false;
            }
            world.events.insert(event.event_id.clone(), event.clone());
            true
        })
    }

    fn put_plan(&self, key: &str, document: &str) -> Answered<()> {
        self.answer(|world| {
            world.plans.insert(key.to_owned(), document.to_owned());
        })
    }

    fn plan(&self, key: &str, _: usize) -> Answered<String> {
        let words = "NoSuchKey".to_owned();
        self.answer(|world| world.plans.get(key).cloned())?
            .ok_or(CloudFault { trouble: CloudTrouble::NotThere, words })
    }

    fn put_seats(&self, seats: &[SeatRecord]) -> Answered<Vec<SeatRecord>> {
        let answer = self.answer(|world| {
            let mut there = Vec::new();
            for seat in seats {
                let updated_at = world.tick();
                let key = (seat.concert_id.clone(), seat.seat_id.clone());
                match world.seats.get(&key) {
                    Some(known) => there.push(known.clone()),
                    None => drop(world.seats.insert(key, SeatRecord { updated_at, ..seat.clone() })),
                }
            }
            there
        })?;
        if self.lose_seats.swap(false, Ordering::SeqCst) {
            return Err(CloudFault { trouble: CloudTrouble::Unreachable, words: "lost".to_owned() });
        }
        Ok(answer)
    }

    fn put_standing(&self, counter: &CounterRecord, grant: Option<&GrantRecord>) -> Answered<()> {
        self.answer(|world| {
            let now = world.tick();
            let key = |seat: &SeatId| (counter.concert_id.clone(), seat.clone());
            let fresh = CounterRecord { updated_at: now, ..counter.clone() };
            world.counters.entry(key(&counter.seat_id)).or_insert(fresh);
            if let Some(grant) = grant {
                let fresh = GrantRecord { updated_at: now, ..grant.clone() };
                world.grants.entry(key(&grant.seat_id)).or_insert(fresh);
            }
        })
    }

    fn admit(&self, claim: &AdmissionClaim, _: Duration) -> Answered<GateAnswer> {
        self.answer(|world| {
            let now = world.tick();
            let id = claim.ticket_id.to_string();
            let fresh = blank(&id, &claim.event_id.to_string());
            let ticket = world.tickets.entry(id).or_insert(fresh);
            let undone: Vec<_> = claim.annulled.iter().map(ToString::to_string).collect();
            let first = takes(ticket, &claim.admission_id.to_string(), &undone);
            match &ticket.admission_id {
                Some(admission) if *admission == claim.admission_id.to_string() => GateAnswer::First,
                Some(_) if !first => GateAnswer::Already {
                    at: ticket.validated_at,
                    gate: ticket.gate.clone(),
                    station: ticket.station.clone(),
                },
                None if ticket.status != CloudTicketStatus::Valid => GateAnswer::Fallen(ticket.status),
                _ => {
                    remember(ticket, undone);
                    ticket.status = CloudTicketStatus::Used;
                    ticket.admission_id = Some(claim.admission_id.to_string());
                    ticket.validated_at = Some(claim.at);
                    ticket.gate.clone_from(&claim.gate);
                    ticket.station = Some(claim.station_name.clone());
                    ticket.updated_at = now;
                    GateAnswer::First
                }
            }
        })
    }
}
