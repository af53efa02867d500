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

    fn changes(&self, feed: &str, after: u64, _: bool) -> Pages<'_> {
        let stuck = *self.pages_stuck.lock().unwrap();
        if let Some(trouble) = stuck {
            let words = "the pages do not come".to_owned();
            return Box::new(std::iter::once(Err(CloudFault { trouble, words })));
        }
        let (feed, mut at) = (feed.to_owned(), Some(after));
        let late = self.late.load(Ordering::SeqCst);
        Box::new(std::iter::from_fn(move || {
            let from = at.take()?;
            let answer = self.answer(|world| {
                if !late {
                    world.write_pages();
                }
                let gone = world.gone.get(&feed).copied().unwrap_or(0);
                let pages = world.pages.get(&feed).into_iter().flatten();
                let there = |page: &&ChangePage| page.number > from.max(gone);
                let pages: Vec<_> = pages.filter(there).take(2).cloned().collect();
                world.shown += pages.iter().map(|page| page.changes.len()).sum::<usize>();
                pages
            });
            Some(answer.map(|mut pages| {
                // Two pages an answer, so that going on is met.
                at = if pages.len() < 2 { None } else { pages.last().map(|page| page.number) };
                for page in &mut pages {
                    page.unreadable = self.unreadable.load(Ordering::SeqCst);
                }
                pages
            }))
        }))
    }

    fn beginning(&self, feed: &str) -> Answered<Option<Beginning<'_>>> {
        let Some(text) = self.answer(|world| world.beginnings.get(feed).cloned())? else { return Ok(None) };
        let damaged = |_| CloudFault { trouble: CloudTrouble::Unreadable, words: "damaged".to_owned() };
        let snapshot = Snapshot::open(feed, std::io::Cursor::new(text)).map_err(damaged)?;
        let number = snapshot.number;
        Ok(Some(Beginning { number, parts: Box::new(snapshot.map(move |part| part.map_err(damaged))) }))
    }

    fn event(&self, event_id: EventId) -> Answered<Option<EventRecord>> {
        self.read_whole.fetch_add(1, Ordering::SeqCst);
        self.answer(|world| world.events.get(&event_id.to_string()).cloned())
    }

    fn plan(&self, key: &str, _: usize) -> Answered<String> {
        if let Some(trouble) = *self.plans_stuck.lock().unwrap() {
            return Err(CloudFault { trouble, words: "the plan does not come".to_owned() });
        }
        let words = "NoSuchKey".to_owned();
        self.answer(|world| world.plans.get(key).cloned())?
            .ok_or(CloudFault { trouble: CloudTrouble::NotThere, words })
    }
}
