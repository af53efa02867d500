//! The functions' environment variables, as the template gives them.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use wicket_domain::cloud::VenueId;
use wicket_domain::pairing::{Emulator, Pairing, VERSION};
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
    pub(crate) pairing: Option<Pairing>,
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
                Need::Pairing => names.pairing = Some(pairing(settings, value, &names.environment)?),
            }
        }
        Ok(names)
    }
}

/// What a station that is to be paired is told of this cloud, for a house that each answer has of its own.
fn pairing(settings: &Settings, api_url: String, environment: &str) -> Result<Pairing, MissingSetting> {
    // Development alone has it, where everything is on one machine. An emulator takes any credentials.
    let endpoint = settings.get("EMULATOR_ENDPOINT").ok();
    let made_up = || Emulator { access_key_id: "test".to_owned(), secret_access_key: "test".to_owned() };
    Ok(Pairing {
        version: VERSION,
        environment: environment.to_owned(),
        region: settings.get("REGION")?,
        emulator: endpoint.as_ref().map(|_| made_up()),
        endpoint,
        dynamodb_endpoint: settings.get("EMULATOR_DYNAMODB_ENDPOINT").ok(),
        events_table: settings.get("EVENTS_TABLE")?,
        changes_table: settings.get("CHANGES_TABLE")?,
        station_queue_url: settings.get("STATION_QUEUE_URL")?,
        admission_queue_url: settings.get("ADMISSION_QUEUE_URL")?,
        bucket: settings.get("TICKET_BUCKET")?,
        user_pool_id: settings.get("USER_POOL_ID")?,
        user_pool_client_id: settings.get("USER_POOL_CLIENT_ID")?,
        identity_pool_id: Some(settings.get("IDENTITY_POOL_ID")?),
        api_url,
        venue: VenueId::alone(),
    })
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
        Need::Pairing => "API_URL",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_settings_is_told_to_a_new_station() {
        let real = [
            ("ENVIRONMENT", "prod"),
            ("API_URL", "https://abc.execute-api.eu-central-1.amazonaws.com"),
            ("REGION", "eu-central-1"),
            ("EVENTS_TABLE", "prod-Events"),
            ("CHANGES_TABLE", "prod-Changes"),
            ("STATION_QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/1/prod-StationQueue"),
            ("ADMISSION_QUEUE_URL", "https://sqs.eu-central-1.amazonaws.com/1/prod-AdmissionQueue"),
            ("TICKET_BUCKET", "prod-wicket-files"),
            ("USER_POOL_ID", "eu-central-1_abc"),
            ("USER_POOL_CLIENT_ID", "client"),
            ("IDENTITY_POOL_ID", "eu-central-1:1"),
            ("AWS_ACCESS_KEY_ID", "the function's own"),
            ("AWS_SESSION_TOKEN", "the function's own"),
        ];
        let told = |settings: &Settings| Names::of(settings, &[Need::Pairing]).unwrap().pairing.unwrap();
        let settings = Settings::of(real);
        let pairing = told(&settings);
        assert_eq!(Pairing::read(&pairing.json()).as_ref(), Ok(&pairing), "a station takes it");
        assert!(!pairing.json().contains("own") && pairing.emulator.is_none());
        let far = told(&settings.with("EMULATOR_ENDPOINT", "http://127.0.0.1:4566"));
        assert!(Pairing::read(&far.json()).is_err(), "made-up credentials are for this machine alone");
        for (name, _) in
            real.iter().filter(|(name, _)| !["ENVIRONMENT"].contains(name) && !name.starts_with("AWS"))
        {
            let missing = Names::of(&Settings::of(real).with(name, ""), &[Need::Pairing]).unwrap_err();
            assert_eq!(missing.0, *name);
        }
    }

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
