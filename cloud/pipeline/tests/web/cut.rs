//! A function that stops between any two of its writes, before or after one was made: whoever hears of it again does what
//! is missing, and nothing twice.

use std::cell::Cell;
use std::rc::Rc;

use wicket_domain::table::{Item, Table, Write};
use wicket_pipeline::Fault;
use wicket_pipeline::memory::Memory;
use wicket_pipeline::world::{
    Asked, Find, Found, LookUp, Notice, Read, Refusal, Tables, Topics, Transacted, World, Written,
};

use crate::shop::{Shop, wants};

/// A world that stops at one of its writes and does nothing from then on.
#[derive(Clone)]
struct Cut {
    memory: Memory,
    left: Rc<Cell<u32>>,
    /// Whether the write at which it stops is made, and only its answer lost.
    made: bool,
}

fn lost<'a, T: 'a>() -> Asked<'a, T> {
    Box::pin(std::future::ready(Err(Fault::Cloud { operation: "cut", code: "cut".to_owned() })))
}

impl Cut {
    fn world(memory: &Memory, after: u32, made: bool) -> (World, Rc<Cell<u32>>) {
        let left = Rc::new(Cell::new(after));
        let cut = Self { memory: memory.clone(), left: Rc::clone(&left), made };
        (World { tables: Rc::new(cut.clone()), topics: Rc::new(cut), ..memory.world() }, left)
    }

    fn pass<'a, T: 'a>(&self, make: impl FnOnce() -> Asked<'a, T>) -> Asked<'a, T> {
        match self.left.get() {
            0 => lost(),
            1 => {
                self.left.set(0);
                if self.made {
                    drop(make());
                }
                lost()
            }
            left => {
                self.left.set(left - 1);
                make()
            }
        }
    }
}

/// Reading goes past a cut: nothing is changed by it.
macro_rules! reads_of_memory {
    () => {
        fn read(&self, read: Read) -> Asked<'_, Option<Item>> {
            self.memory.read(read)
        }

        fn partition(&self, table: Table, partition: String) -> Asked<'_, Vec<Item>> {
            self.memory.partition(table, partition)
        }

        fn newest(&self, table: Table, partition: String) -> Asked<'_, Option<Item>> {
            self.memory.newest(table, partition)
        }

        fn tickets_of(&self, event: String) -> Asked<'_, Vec<Item>> {
            self.memory.tickets_of(event)
        }

        fn find(&self, find: Find) -> Asked<'_, Found> {
            self.memory.find(find)
        }

        fn look_up(&self, look_up: LookUp) -> Asked<'_, Vec<Item>> {
            self.memory.look_up(look_up)
        }
    };
}

impl Tables for Cut {
    fn write(&self, write: Write) -> Asked<'_, Written> {
        self.pass(|| self.memory.write(write))
    }

    fn transact(&self, writes: Vec<Write>) -> Asked<'_, Transacted> {
        self.pass(|| self.memory.transact(writes))
    }

    fn write_each(&self, writes: Vec<Write>) -> Asked<'_, Vec<Written>> {
        Box::pin(async move {
            let mut written = Vec::new();
            for write in writes {
                written.push(self.write(write).await?);
            }
            Ok(written)
        })
    }

    reads_of_memory!();
}

impl Topics for Cut {
    fn publish(&self, notice: Notice) -> Asked<'_, ()> {
        self.pass(|| self.memory.publish(notice))
    }

    fn send_text(&self, phone: String, words: String) -> Asked<'_, ()> {
        self.pass(|| self.memory.send_text(phone, words))
    }
}

/// A world in which the same request is made whole by somebody else at the moment of its first transaction: DynamoDB may
/// then name its seats alone as what was in the way.
struct Twin {
    memory: Memory,
    first: Cell<bool>,
}

impl Tables for Twin {
    fn write(&self, write: Write) -> Asked<'_, Written> {
        self.memory.write(write)
    }

    fn transact(&self, writes: Vec<Write>) -> Asked<'_, Transacted> {
        if !self.first.replace(false) {
            return self.memory.transact(writes);
        }
        let seat = writes[1].key.clone();
        drop(self.memory.transact(writes));
        let refusals = vec![Refusal { part: 1, item: self.memory.item(&seat) }];
        Box::pin(std::future::ready(Ok(Transacted::Refused(refusals))))
    }

    fn write_each(&self, writes: Vec<Write>) -> Asked<'_, Vec<Written>> {
        self.memory.write_each(writes)
    }

    reads_of_memory!();
}

#[test]
fn one_request_made_twice_at_the_same_moment_is_not_in_its_own_way() {
    let shop = Shop::new();
    let tables = Twin { memory: shop.memory.clone(), first: Cell::new(true) };
    let world = World { tables: Rc::new(tables), ..shop.memory.world() };
    let (status, answer) = shop.within(world).order("k1", &wants(&["A-1"]));
    assert_eq!(status, 202, "{answer}");
    assert_eq!(shop.order("k1", &wants(&["A-1"])), (status, answer));
    assert_eq!(shop.memory.items(Table::Orders).len(), 1);
}

/// Every table, without the times that a later call cannot know.
fn tables(shop: &Shop) -> Vec<Item> {
    let mut items: Vec<Item> = Table::ALL.into_iter().flat_map(|table| shop.memory.items(table)).collect();
    for item in &mut items {
        item.take("updatedAt");
    }
    items
}

/// Does `step` cut at each of its writes in turn, then once more whole; the tables end as they do without a cut.
fn cut_anywhere(before: impl Fn(&Shop) -> String, step: impl Fn(&Shop, &str)) {
    let whole = Shop::new();
    let order = before(&whole);
    step(&whole, &order);
    let published = whole.published();
    let expected = tables(&whole);
    for made in [false, true] {
        let mut cuts = 0;
        for after in 1.. {
            let shop = Shop::new();
            let order = before(&shop);
            let (world, left) = Cut::world(&shop.memory, after, made);
            step(&shop.within(world), &order);
            let was_cut = left.get() == 0;
            step(&shop, &order);
            step(&shop, &order);
            assert_eq!(tables(&shop), expected, "cut at write {after}, made: {made}");
            let news: std::collections::BTreeSet<_> = shop.published().into_iter().collect();
            assert_eq!(news, published.iter().cloned().collect(), "cut at write {after}");
            if !was_cut {
                break;
            }
            cuts = after;
        }
        assert!(cuts >= 2, "something is to be cut: {cuts}");
    }
}

#[test]
fn an_order_cut_anywhere_has_its_places_or_was_never_there() {
    cut_anywhere(
        |_| String::new(),
        |shop, _| {
            shop.order("k1", &wants(&["A-1", "A-2", "floor"]));
        },
    );
}

#[test]
fn a_payment_cut_anywhere_is_made_whole_by_the_next_news_of_it() {
    cut_anywhere(
        |shop| shop.ordered("k1", &wants(&["A-1", "A-2", "floor"])),
        |shop, order| {
            shop.pay(order, 3_000);
        },
    );
}

#[test]
fn money_that_came_too_late_is_written_down_whole_wherever_it_was_cut() {
    cut_anywhere(
        |shop| {
            let order = shop.ordered("k1", &wants(&["A-1", "A-2", "floor"]));
            shop.pass(36);
            shop.ordered("k2", &wants(&["A-1"]));
            order
        },
        |shop, order| {
            shop.pay(order, 3_000);
        },
    );
}

#[test]
fn a_refund_cut_anywhere_is_made_whole_by_the_next_news_of_it() {
    cut_anywhere(
        |shop| {
            let order = shop.ordered("k1", &wants(&["A-1", "floor"]));
            shop.pay(&order, 2_000);
            let topic = shop.published();
            shop.hear(&topic);
            order
        },
        |shop, order| {
            shop.refund(order, 2_000, true);
        },
    );
}

#[test]
fn a_give_back_cut_anywhere_is_made_whole_a_minute_later() {
    cut_anywhere(
        |shop| {
            for (key, seat) in [("k1", "A-1"), ("k2", "A-2"), ("k3", "floor")] {
                shop.ordered(key, &wants(&[seat]));
            }
            shop.pass(36);
            String::new()
        },
        |shop, _| {
            // A call that was cut fails; the schedule calls again.
            let _ = shop.call::<wicket_pipeline::web::WebOrderKeeper>(serde_json::json!({}));
        },
    );
}
