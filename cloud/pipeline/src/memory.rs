//! The world in maps: for tests, and for whoever drives many functions from one seed. Nothing is slow, nothing fails,
//! and time passes only when everybody waits.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use wicket_domain::cloud::hex;
use wicket_domain::pairing::Pairing;
use wicket_domain::table::{Item, Key, Table, Write};

use crate::fault::Fault;
use crate::world::{
    Asked, Counts, File, Files, Find, Found, Kept, LookUp, Notice, Parameter, Post, Read, Refusal, Secret,
    Settings, Tables, ThirdParty, Time, Topics, Transacted, World, Written,
};

/// How long an order of the web owns its places here before it is paid.
pub const PAY_FOR: Duration = Duration::from_mins(35);

/// How often a message is tried here.
pub const TRIES: u32 = 3;

/// A world of which everything can be looked at.
#[derive(Clone)]
pub struct Memory(Rc<State>);

struct State {
    tables: RefCell<BTreeMap<Table, BTreeMap<Item, Item>>>,
    notices: RefCell<Vec<Notice>>,
    texts: RefCell<Vec<(String, String)>>,
    files: RefCell<BTreeMap<String, File>>,
    secrets: RefCell<BTreeMap<Secret, String>>,
    parameters: RefCell<BTreeMap<Parameter, String>>,
    posts: RefCell<Vec<Post>>,
    pairing: RefCell<Option<Pairing>>,
    /// Items as they stood after each write, oldest first: what the tables' streams carry.
    changed: RefCell<Vec<(Table, Item)>>,
    counts: RefCell<BTreeMap<&'static str, u32>>,
    began: Timestamp,
    passed: Cell<Duration>,
    /// When somebody wants to be woken.
    waiting: RefCell<BTreeSet<Duration>>,
}

impl Memory {
    /// An empty world whose clock stands at this moment. Every switch is on, as after a deployment.
    pub fn new(began: Timestamp) -> Self {
        let switches = [Parameter::WebOrders, Parameter::ThirdParty];
        Self(Rc::new(State {
            tables: RefCell::default(),
            notices: RefCell::default(),
            texts: RefCell::default(),
            files: RefCell::default(),
            secrets: RefCell::default(),
            parameters: RefCell::new(switches.map(|switch| (switch, "on".to_owned())).into()),
            posts: RefCell::default(),
            pairing: RefCell::default(),
            changed: RefCell::default(),
            counts: RefCell::default(),
            began,
            passed: Cell::default(),
            waiting: RefCell::default(),
        }))
    }

    /// The same as functions see it.
    pub fn world(&self) -> World {
        World {
            environment: "dev".to_owned(),
            tables: Rc::new(self.clone()),
            topics: Rc::new(self.clone()),
            files: Rc::new(self.clone()),
            settings: Rc::new(self.clone()),
            third_party: Rc::new(self.clone()),
            time: Rc::new(self.clone()),
            counts: Rc::new(self.clone()),
            letters_are_read: true,
            pay_for: PAY_FOR,
            tries: TRIES,
            pairing: self.0.pairing.borrow().clone(),
        }
    }

    /// Does some work to its end; where it waits, time passes until the next moment that somebody waits for.
    ///
    /// # Panics
    /// When the work waits for something that never comes.
    pub fn run<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(done) = work.as_mut().poll(&mut context) {
                return done;
            }
            let next = self.0.waiting.borrow_mut().pop_first();
            #[expect(
                clippy::expect_used,
                reason = "work that nothing can wake is a mistake of whoever wrote it"
            )]
            let next = next.expect("the work waits for something that never comes");
            self.0.passed.set(next.max(self.0.passed.get()));
        }
    }

    /// An item as it stands.
    pub fn item(&self, key: &Key) -> Option<Item> {
        self.0.tables.borrow().get(&key.table)?.get(&key.item).cloned()
    }

    /// Every item of a table, by key.
    pub fn items(&self, table: Table) -> Vec<Item> {
        self.0.tables.borrow().get(&table).into_iter().flat_map(BTreeMap::values).cloned().collect()
    }

    /// Puts an item in, in place of what was there.
    pub fn put(&self, table: Table, item: Item) {
        let key = table.key().iter().filter_map(|name| Some((*name, item.get(name)?.clone()))).collect();
        self.0.tables.borrow_mut().entry(table).or_default().insert(key, item);
    }

    /// Takes an item away, as one goes whose time is over.
    pub fn remove(&self, key: &Key) {
        if let Some(items) = self.0.tables.borrow_mut().get_mut(&key.table) {
            items.remove(&key.item);
        }
    }

    /// Says what a station that is to be paired is told.
    pub fn guide(&self, pairing: Pairing) {
        self.0.pairing.replace(Some(pairing));
    }

    /// Lets time pass.
    pub fn pass(&self, how_long: Duration) {
        self.0.passed.set(self.0.passed.get().saturating_add(how_long));
    }

    /// What was published since this was asked last.
    pub fn published(&self) -> Vec<Notice> {
        self.0.notices.take()
    }

    /// Text messages sent since this was asked last: number and words.
    pub fn texts(&self) -> Vec<(String, String)> {
        self.0.texts.take()
    }

    /// The bucket's files.
    pub fn files(&self) -> Vec<File> {
        self.0.files.borrow().values().cloned().collect()
    }

    /// What the third party was told.
    pub fn posts(&self) -> Vec<Post> {
        self.0.posts.borrow().clone()
    }

    /// Items as they stood after each write since this was asked last, oldest first.
    pub fn changed(&self) -> Vec<(Table, Item)> {
        self.0.changed.take()
    }

    /// Sets a secret.
    pub fn keep(&self, secret: Secret, value: &str) {
        self.0.secrets.borrow_mut().insert(secret, value.to_owned());
    }

    /// Sets a parameter.
    pub fn choose(&self, parameter: Parameter, value: &str) {
        self.0.parameters.borrow_mut().insert(parameter, value.to_owned());
    }

    /// How often something was counted.
    pub fn counted(&self, name: &str) -> u32 {
        self.0.counts.borrow().get(name).copied().unwrap_or_default()
    }

    fn write_now(&self, write: &Write) -> Written {
        let there = self.item(&write.key);
        if write.may(there.as_ref()) { Written::Yes(self.make(write)) } else { Written::No(there) }
    }

    fn make(&self, write: &Write) -> Option<Item> {
        if write.changes.is_empty() {
            return None;
        }
        let after = write.apply(self.item(&write.key));
        self.0
            .tables
            .borrow_mut()
            .entry(write.key.table)
            .or_default()
            .insert(write.key.item.clone(), after.clone());
        self.0.changed.borrow_mut().push((write.key.table, after.clone()));
        write.wants_new.then_some(after)
    }
}

fn tag_of(bytes: &[u8]) -> String {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    hex(&digest)
}

fn at_once<'a, T: 'a>(answer: Result<T, Fault>) -> Asked<'a, T> {
    Box::pin(std::future::ready(answer))
}

impl Tables for Memory {
    fn write(&self, write: Write) -> Asked<'_, Written> {
        at_once(Ok(self.write_now(&write)))
    }

    fn transact(&self, writes: Vec<Write>) -> Asked<'_, Transacted> {
        let held = |(part, write): (usize, &Write)| {
            let item = self.item(&write.key);
            (!write.may(item.as_ref())).then_some(Refusal { part, item })
        };
        let refused: Vec<_> = writes.iter().enumerate().filter_map(held).collect();
        if refused.is_empty() {
            for write in &writes {
                self.make(write);
            }
            return at_once(Ok(Transacted::Done));
        }
        at_once(Ok(Transacted::Refused(refused)))
    }

    fn write_each(&self, writes: Vec<Write>) -> Asked<'_, Vec<Written>> {
        at_once(Ok(writes.into_iter().map(|write| self.write_now(&write)).collect()))
    }

    fn read(&self, read: Read) -> Asked<'_, Option<Item>> {
        let whole = self.item(&read.key);
        at_once(Ok(whole.map(|item| {
            if read.only.is_empty() {
                return item;
            }
            read.only.iter().filter_map(|name| Some((*name, item.get(name)?.clone()))).collect()
        })))
    }

    fn partition(&self, table: Table, partition: String) -> Asked<'_, Vec<Item>> {
        let name = table.key().first().copied().unwrap_or_default();
        let within = |item: &Item| item.text(name) == Some(partition.as_str());
        at_once(Ok(self.items(table).into_iter().filter(within).collect()))
    }

    fn newest(&self, table: Table, partition: String) -> Asked<'_, Option<Item>> {
        let name = table.key().first().copied().unwrap_or_default();
        let within = |item: &Item| item.text(name) == Some(partition.as_str());
        at_once(Ok(self.items(table).into_iter().rfind(within)))
    }

    fn tickets_of(&self, event: String) -> Asked<'_, Vec<Item>> {
        let of_event = |item: &Item| item.text("eventId") == Some(event.as_str());
        at_once(Ok(self.items(Table::Tickets).into_iter().filter(of_event).collect()))
    }

    /// So few at a time that whoever asks has to go on.
    fn find(&self, find: Find) -> Asked<'_, Found> {
        const LOOKED_AT: usize = 3;
        let Find { table, partition, after, condition } = find;
        let [first, second] = table.key() else {
            return at_once(Err(Fault::Broken("the table's key is one attribute".to_owned())));
        };
        // As DynamoDB has it: a search's condition is about what is not the key.
        if condition.names().iter().any(|name| table.key().contains(name)) {
            return at_once(Err(Fault::Broken("a search's condition is over the key".to_owned())));
        }
        let of = |item: &Item| item.get(second).cloned();
        let within = |item: &Item| item.text(first) == Some(partition.as_str()) && of(item) > after;
        let mut items: Vec<_> = self.items(table).into_iter().filter(within).collect();
        let more = items.len() > LOOKED_AT;
        items.truncate(LOOKED_AT);
        let next = items.last().filter(|_| more).and_then(of);
        items.retain(|item| condition.holds(item));
        at_once(Ok(Found { items, next }))
    }

    fn look_up(&self, look_up: LookUp) -> Asked<'_, Vec<Item>> {
        let LookUp { table, partition: (name, value), up_to: (order, most_of_it), most, .. } = look_up;
        let within = |item: &Item| {
            item.text(name) == Some(&value) && item.number(order).is_some_and(|number| number <= most_of_it)
        };
        let mut items: Vec<_> = self.items(table).into_iter().filter(within).collect();
        items.sort_by_key(|item| item.number(order));
        items.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        at_once(Ok(items))
    }
}

impl Topics for Memory {
    fn publish(&self, notice: Notice) -> Asked<'_, ()> {
        self.0.notices.borrow_mut().push(notice);
        at_once(Ok(()))
    }

    fn send_text(&self, phone: String, words: String) -> Asked<'_, ()> {
        self.0.texts.borrow_mut().push((phone, words));
        at_once(Ok(()))
    }
}

impl Files for Memory {
    fn put(&self, file: File) -> Asked<'_, ()> {
        self.0.files.borrow_mut().insert(file.key.clone(), file);
        at_once(Ok(()))
    }

    fn replace(&self, file: File, tag: Option<String>) -> Asked<'_, bool> {
        let mut files = self.0.files.borrow_mut();
        let as_it_was = files.get(&file.key).map(|file| tag_of(&file.bytes)) == tag;
        if as_it_was {
            files.insert(file.key.clone(), file);
        }
        at_once(Ok(as_it_was))
    }

    fn get(&self, key: String) -> Asked<'_, Option<Kept>> {
        let files = self.0.files.borrow();
        let kept = files.get(&key).map(|file| Kept { bytes: file.bytes.clone(), tag: tag_of(&file.bytes) });
        at_once(Ok(kept))
    }

    fn has(&self, key: String) -> Asked<'_, bool> {
        at_once(Ok(self.0.files.borrow().contains_key(&key)))
    }

    fn link(&self, key: String, _: Duration) -> Asked<'_, String> {
        at_once(Ok(format!("https://files.example/{key}")))
    }
}

impl Settings for Memory {
    fn secret(&self, secret: Secret) -> Asked<'_, String> {
        let kept = self.0.secrets.borrow().get(&secret).cloned();
        at_once(kept.ok_or_else(|| Fault::Broken("nobody keeps this secret".to_owned())))
    }

    fn parameter(&self, parameter: Parameter) -> Asked<'_, String> {
        let chosen = self.0.parameters.borrow().get(&parameter).cloned();
        at_once(chosen.ok_or_else(|| Fault::Broken("nobody set this parameter".to_owned())))
    }
}

impl ThirdParty for Memory {
    fn post(&self, post: Post) -> Pin<Box<dyn Future<Output = Option<u16>> + '_>> {
        self.0.posts.borrow_mut().push(post);
        Box::pin(std::future::ready(Some(200)))
    }
}

impl Time for Memory {
    fn now(&self) -> Timestamp {
        self.0.began.checked_add(self.0.passed.get()).unwrap_or(Timestamp::MAX)
    }

    fn passed(&self) -> Duration {
        self.0.passed.get()
    }

    fn sleep(&self, how_long: Duration) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        let until = self.passed().saturating_add(how_long);
        Box::pin(poll_fn(move |_| {
            if self.passed() >= until {
                return Poll::Ready(());
            }
            self.0.waiting.borrow_mut().insert(until);
            Poll::Pending
        }))
    }
}

impl Counts for Memory {
    fn count(&self, _: Timestamp, counts: &[(&'static str, u32)]) {
        let mut counted = self.0.counts.borrow_mut();
        for (name, more) in counts {
            *counted.entry(name).or_default() += more;
        }
    }
}
