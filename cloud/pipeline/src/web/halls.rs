//! Which event a request means, and which seats that event has.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Read as _;
use std::rc::Rc;

use flate2::read::GzDecoder;
use serde::Deserialize;
use wicket_domain::cloud::{EventStatus, StandingRecord};
use wicket_domain::fold::fold;
use wicket_domain::pipeline::{OrderRequest, wire};
use wicket_domain::plan::{MAX_BYTES, SeatingPlan};
use wicket_domain::seat::{Place, SeatId};
use wicket_domain::table::{Item, Key, Table};

use crate::fault::Fault;
use crate::world::{Read, World};

/// Halls kept by one instance of the function: a large one takes some 30 MB.
const HALLS_KEPT: usize = 3;

/// The halls that were asked for last. A plan lies under its digest and never changes, so it is read once.
#[derive(Default)]
pub(crate) struct Halls(RefCell<Vec<(String, Rc<Hall>)>>);

/// The event that a request means.
pub(crate) enum Found {
    /// Nobody published it: its seats are sold as they come (ADR 17).
    Nobodys,
    /// It is published and not on sale: its seats are still being written, or it was called off.
    NotOnSale,
    /// Several events have its name and date.
    Several,
    /// It is on sale.
    OnSale(Box<OnSale>),
}

/// An event on sale, with its hall.
pub(crate) struct OnSale {
    /// Its id.
    pub(crate) event_id: String,
    standing: Vec<StandingRecord>,
    hall: Rc<Hall>,
}

/// A place as a ticket names it.
pub(crate) struct Spot {
    /// The seat, or the standing area.
    pub(crate) seat_id: SeatId,
    /// Its names.
    pub(crate) place: Place,
    /// The class in the token.
    pub(crate) category_no: u16,
    /// What it is priced by.
    pub(crate) seat_class: String,
}

/// A plan, and where in it each seat is.
struct Hall {
    plan: SeatingPlan,
    by_id: HashMap<SeatId, usize>,
    /// By section, row and number, folded; none where several seats are called so.
    by_place: HashMap<String, Option<usize>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Published {
    event_id: String,
    status: EventStatus,
    #[serde(default)]
    standing: Vec<StandingRecord>,
    plan_key: String,
}

impl Halls {
    /// The event that a request means: by its id, or by name and date, which its desk left under the id that follows from
    /// them.
    pub(crate) async fn find(&self, world: &World, request: &OrderRequest) -> Result<Found, Fault> {
        let Some(mut item) = published(world, &request.concert_id).await? else { return Ok(Found::Nobodys) };
        let named: Vec<_> = item.texts("names").map(str::to_owned).collect();
        match named.as_slice() {
            [] => {}
            [one] => match published(world, one).await? {
                Some(event) => item = event,
                None => return Ok(Found::Nobodys),
            },
            _ => return Ok(Found::Several),
        }
        let event: Published = item.read()?;
        if event.status != EventStatus::Live {
            return Ok(Found::NotOnSale);
        }
        let hall = self.hall(world, &event.plan_key).await?;
        Ok(Found::OnSale(Box::new(OnSale { event_id: event.event_id, standing: event.standing, hall })))
    }

    async fn hall(&self, world: &World, plan_key: &str) -> Result<Rc<Hall>, Fault> {
        let known = self.0.borrow().iter().find(|(key, _)| key == plan_key).map(|(_, hall)| Rc::clone(hall));
        if let Some(hall) = known {
            return Ok(hall);
        }
        let packed = world.files.get(plan_key.to_owned()).await?;
        let packed =
            packed.ok_or_else(|| Fault::Broken("a published event's plan is not there".to_owned()))?;
        let plan =
            unpacked(&packed.bytes).ok_or_else(|| Fault::Broken("a plan cannot be read".to_owned()))?;
        let hall = Rc::new(Hall::of(plan));
        let mut halls = self.0.borrow_mut();
        if halls.len() >= HALLS_KEPT {
            halls.remove(0);
        }
        halls.push((plan_key.to_owned(), Rc::clone(&hall)));
        Ok(hall)
    }
}

async fn published(world: &World, event_id: &str) -> Result<Option<Item>, Fault> {
    const ONLY: &[&str] = &["eventId", "status", "standing", "planKey", "names"];
    let key = Key::of(Table::Events, event_id);
    world.tables.read(Read { key, consistent: true, only: ONLY }).await
}

fn unpacked(packed: &[u8]) -> Option<SeatingPlan> {
    let mut text = String::new();
    let most = u64::try_from(MAX_BYTES).ok()?;
    GzDecoder::new(packed).take(most).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

impl OnSale {
    /// The seat or standing area of that id.
    pub(crate) fn by_id(&self, seat_id: &SeatId) -> Option<Spot> {
        match seat_id.standing_area() {
            Some(area) => {
                let area = self.standing.iter().find(|record| record.area_id == area)?;
                let place = Place { zone: area.area_id.clone(), row: None, number: None };
                Some(self.hall.spot(seat_id.clone(), place, area.category_no))
            }
            None => self.hall.seat(*self.hall.by_id.get(seat_id)?),
        }
    }

    /// The seat that people call so; none where several are called so.
    pub(crate) fn by_place(&self, section: &str, row: &str, number: &str) -> Option<Spot> {
        self.hall.seat((*self.hall.by_place.get(&called(section, row, number))?)?)
    }
}

impl Hall {
    fn of(plan: SeatingPlan) -> Self {
        let mut hall = Self { by_id: HashMap::new(), by_place: HashMap::new(), plan };
        for at in 0..hall.plan.seats.len() {
            let Some(seat) = hall.plan.seats.get(at) else { continue };
            hall.by_id.insert(seat.id.clone(), at);
            let Some(words) = hall.plan.place(at) else { continue };
            let (row, number) = (words.row.unwrap_or_default(), words.number.unwrap_or_default());
            let short_name = hall.plan.row_name(seat).unwrap_or_default();
            let mut names =
                vec![called(&words.zone, &row, &number), called(&words.zone, short_name, &seat.number)];
            names.dedup();
            for name in names {
                hall.by_place.entry(name).and_modify(|seat| *seat = None).or_insert(Some(at));
            }
        }
        hall
    }

    fn seat(&self, at: usize) -> Option<Spot> {
        let seat = self.plan.seats.get(at)?;
        Some(self.spot(seat.id.clone(), wire::place(&self.plan.place(at)?), seat.category))
    }

    fn spot(&self, seat_id: SeatId, place: Place, category_no: u16) -> Spot {
        let category = self.plan.categories.get(usize::from(category_no));
        let seat_class = category.map(|category| wire::name(&category.name)).unwrap_or_default();
        Spot { seat_id, place, category_no, seat_class }
    }
}

fn called(section: &str, row: &str, number: &str) -> String {
    [section, row, number].map(fold).join("\n")
}
