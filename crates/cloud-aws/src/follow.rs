//! Pages of what changed. The next answer is on its way while the caller works on the one it has, and never more than one:
//! memory stays flat, and 70,000 tickets wait for the slower of network and disk alone.

use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use wicket_domain::cloud::ChangePage;
use wicket_station::cloud::{Answered, CloudTrouble};

use crate::fault::fault;
use crate::item::{Item, names, number, text, values};
use crate::reach::Reach;

/// A feed, from a page on.
#[derive(Clone)]
pub(crate) struct Following {
    pub(crate) reach: Arc<Reach>,
    pub(crate) feed: String,
    pub(crate) after: u64,
    pub(crate) sure: bool,
}

type Fetched = (Answered<Vec<Item>>, Option<Item>);

impl Following {
    /// One answer of up to 1 MB, and where the next begins.
    async fn fetch(self, start: Option<Item>) -> Fetched {
        let asked = self.reach.clients.table.query();
        let answer = asked
            .table_name(&self.reach.changes)
            .consistent_read(self.sure)
            .key_condition_expression("#feed = :feed AND #number > :after")
            .projection_expression("#number, #changes")
            .set_expression_attribute_names(Some(names(["feed", "number", "changes"])))
            .set_expression_attribute_values(Some(values([
                ("feed", text(self.feed.clone())),
                ("after", number(self.after)),
            ])))
            .set_exclusive_start_key(start)
            .send()
            .await;
        match answer {
            Ok(answer) => {
                let last = answer.last_evaluated_key.filter(|key| !key.is_empty());
                (Ok(answer.items.unwrap_or_default()), last)
            }
            Err(error) => (Err(self.reach.table_asked().fault(&error)), None),
        }
    }

    fn pages(&self, items: Vec<Item>) -> Answered<Vec<ChangePage>> {
        let pages = items.into_iter().map(|item| self.page(item));
        pages.collect::<Option<_>>().ok_or_else(|| self.reach.table_asked().unreadable("a page of changes"))
    }

    fn page(&self, mut item: Item) -> Option<ChangePage> {
        let Some(AttributeValue::N(number)) = item.remove("number") else { return None };
        let number = number.parse().ok()?;
        match item.remove("changes")? {
            AttributeValue::S(text) => ChangePage::read(&self.feed, number, &text),
            AttributeValue::B(packed) => ChangePage::unpack(&self.feed, number, packed.as_ref()),
            _ => None,
        }
    }
}

/// Where an iteration is.
enum State {
    /// An answer is on its way.
    Fetching(JoinHandle<Fetched>),
    /// Nothing more comes.
    Over,
}

/// Pages, one answer ahead. After a fault it ends.
pub(crate) struct Ahead {
    following: Following,
    runtime: Handle,
    state: State,
}

impl Ahead {
    pub(crate) fn new(following: Following, runtime: Handle) -> Self {
        let state = State::Fetching(runtime.spawn(following.clone().fetch(None)));
        Self { following, runtime, state }
    }
}

impl Iterator for Ahead {
    type Item = Answered<Vec<ChangePage>>;

    fn next(&mut self) -> Option<Self::Item> {
        let State::Fetching(mut task) = std::mem::replace(&mut self.state, State::Over) else { return None };
        let Ok((items, last)) = self.runtime.block_on(&mut task) else {
            return Some(Err(fault(CloudTrouble::Unreadable, "a page was given up")));
        };
        if last.is_some() {
            self.state = State::Fetching(self.runtime.spawn(self.following.clone().fetch(last)));
        }
        // Read here, while the next answer is on its way.
        Some(items.and_then(|items| self.following.pages(items)))
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        if let State::Fetching(task) = &self.state {
            task.abort();
        }
    }
}
