//! The functions' environment variables, as the template gives them.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use wicket_domain::table::Table;
use wicket_pipeline::Need;
use wicket_pipeline::world::{Parameter, Secret, Topic};

/// A setting that the template did not give.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the environment has no {0}")]
pub struct MissingSetting(pub &'static str);

/// The function's environment variables.
#[derive(Debug, Clone)]
pub struct Settings(HashMap<String, String>);

impl Settings {
    /// Those of this process.
    pub fn of_process() -> Self {
        Self(std::env::vars().collect())
    }

    /// Those given.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// The same with another value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.insert(name.to_owned(), value.to_owned());
        self
    }

    fn get(&self, name: &'static str) -> Result<String, MissingSetting> {
        self.0.get(name).filter(|value| !value.is_empty()).cloned().ok_or(MissingSetting(name))
    }
}

/// What everything that a function needs is called in this environment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    pub(crate) tables: BTreeMap<Table, String>,
    pub(crate) topics: BTreeMap<Topic, String>,
    pub(crate) secrets: BTreeMap<Secret, String>,
    pub(crate) parameters: BTreeMap<Parameter, String>,
    pub(crate) bucket: Option<String>,
    pub(crate) letters_are_read: bool,
    pub(crate) pay_for: Duration,
    pub(crate) tries: u32,
    pub(crate) environment: String,
}

impl Names {
    /// # Errors
    /// Names the first setting that is missing.
    pub(crate) fn of(settings: &Settings, needs: &[Need]) -> Result<Self, MissingSetting> {
        let environment = settings.get("ENVIRONMENT").unwrap_or_else(|_| "dev".to_owned());
        let mut names = Self { environment, ..Self::default() };
        for need in needs {
            let value = settings.get(variable(*need))?;
            match *need {
                Need::Table(table) => drop(names.tables.insert(table, value)),
                Need::Topic(topic) => drop(names.topics.insert(topic, value)),
                Need::Secret(secret) => drop(names.secrets.insert(secret, value)),
                Need::Parameter(parameter) => drop(names.parameters.insert(parameter, value)),
                Need::Files => names.bucket = Some(value),
                Need::LettersAreRead => names.letters_are_read = value == "true",
                Need::Tries => {
                    names.tries = value.parse().map_err(|_| MissingSetting("number of tries"))?;
                }
                Need::PayMinutes => {
                    let minutes = value.parse().map_err(|_| MissingSetting("number of minutes to pay"))?;
                    names.pay_for = Duration::from_mins(minutes);
                }
            }
        }
        Ok(names)
    }
}

const fn variable(need: Need) -> &'static str {
    match need {
        Need::Table(Table::SeatInventory) => "SEAT_INVENTORY_TABLE",
        Need::Table(Table::Orders) => "ORDERS_TABLE",
        Need::Table(Table::Tickets) => "TICKETS_TABLE",
        Need::Table(Table::Events) => "EVENTS_TABLE",
        Need::Table(Table::FanClubMembers) => "FAN_CLUB_MEMBERS_TABLE",
        Need::Table(Table::Customers) => "CUSTOMERS_TABLE",
        Need::Table(Table::Payments) => "PAYMENTS_TABLE",
        Need::Table(Table::Stations) => "STATIONS_TABLE",
        Need::Table(Table::Conflicts) => "CONFLICTS_TABLE",
        Need::Table(Table::Changes) => "CHANGES_TABLE",
        Need::Topic(Topic::TourTicketing) => "TOUR_TICKETING_TOPIC_ARN",
        Need::Topic(Topic::FanNotification) => "FAN_NOTIFICATION_TOPIC_ARN",
        Need::Files => "TICKET_BUCKET",
        Need::Secret(Secret::StripeWebhook) => "STRIPE_WEBHOOK_SECRET_ID",
        Need::Secret(Secret::FulfilmentKey) => "FULFILMENT_KEY_ID",
        Need::Secret(Secret::IssuingKey) => "ISSUING_KEY_SECRET_ID",
        Need::Parameter(Parameter::FulfilmentEndpoint) => "FULFILMENT_ENDPOINT_PARAMETER",
        Need::Parameter(Parameter::WebOrders) => "WEB_ORDERS_SWITCH",
        Need::Parameter(Parameter::ThirdParty) => "THIRD_PARTY_SWITCH",
        Need::LettersAreRead => "LETTERS_ARE_READ",
        Need::PayMinutes => "PAY_MINUTES",
        Need::Tries => "MAX_RECEIVES",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_setting_that_is_missing_is_named() {
        let settings = Settings::of([("ORDERS_TABLE", "dev-Orders"), ("TICKETS_TABLE", "")]);
        let needs = [Need::Table(Table::Orders), Need::Table(Table::Tickets), Need::Files];
        assert_eq!(Names::of(&settings, &needs).unwrap_err(), MissingSetting("TICKETS_TABLE"));
        let names =
            Names::of(&settings.with("TICKETS_TABLE", "t").with("TICKET_BUCKET", "b"), &needs).unwrap();
        assert_eq!((names.tables.len(), names.bucket.as_deref()), (2, Some("b")));
    }
}
