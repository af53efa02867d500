//! A cloud for one test alone: tables, topics and a bucket of its own names, and the functions on it.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType,
    Projection, ProjectionType, ScalarAttributeType, StreamSpecification, StreamViewType,
};
use aws_sdk_s3::config::retry::RetryConfig;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use wicket_domain::cloud::key_text;
use wicket_domain::id::StationId;
use wicket_functions::{Aws, Settings};
use wicket_pipeline::{Call, Function, World};

use crate::messages::{NORTH_GATE, OFFICE, OTHER_TILL, TILL, key, venue};
use crate::net::Net;

static COUNT: AtomicU32 = AtomicU32::new(0);
/// The cloud's clock at the beginning of every test.
pub(crate) const NOW: i64 = 1_795_000_000_000;
/// What the third party knows the pipeline by.
pub(crate) const FULFILMENT_KEY: &str = "fulfilment-key-of-the-tests";

/// Key and indexes of a table, as in the template.
type Shape = (&'static str, &'static [&'static str], &'static [(&'static str, &'static [&'static str])]);

const SHAPES: [Shape; 10] = [
    ("SeatInventory", &["concertId", "seatId"], &[]),
    (
        "Orders",
        &["orderId"],
        &[
            ("customer-id-index", &["customerId", "createdAt"]),
            ("order-status-index", &["status", "createdAt"]),
            ("concert-index", &["concertId", "createdAt"]),
        ],
    ),
    (
        "Tickets",
        &["ticketId"],
        &[
            ("EventIndex", &["eventId", "ticketId"]),
            ("OrderIndex", &["orderId"]),
            ("QRCodeIndex", &["codeDigest"]),
        ],
    ),
    ("Events", &["eventId"], &[("StatusIndex", &["status", "startsAt"])]),
    ("FanClubMembers", &["fanClubId"], &[]),
    ("Customers", &["customerId"], &[("email-index", &["email"])]),
    (
        "Payments",
        &["paymentId", "createdAt"],
        &[("order-id-index", &["orderId"]), ("payment-status-index", &["status", "createdAt"])],
    ),
    ("Stations", &["venue", "stationId"], &[]),
    ("Conflicts", &["eventId", "conflictId"], &[]),
    ("Changes", &["feed", "number"], &[]),
];
const NUMBERS: [&str; 3] = ["createdAt", "startsAt", "number"];
/// Tables with a stream.
const STREAMS: [&str; 4] = ["SeatInventory", "Tickets", "Conflicts", "Events"];

pub(crate) struct Stage {
    pub(crate) net: Net,
    pub(crate) clock: Arc<AtomicI64>,
    pub(crate) settings: Settings,
    pub(crate) dynamo: aws_sdk_dynamodb::Client,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) sdk: SdkConfig,
    pub(crate) name: String,
    metrics: Arc<Mutex<Vec<String>>>,
}

fn endpoint() -> String {
    std::env::var("WICKET_TEST_ENDPOINT").expect("WICKET_TEST_ENDPOINT names the emulator")
}

fn sdk(net: &Net) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .http_client(net.client())
        .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
        .time_source(aws_smithy_async::time::SystemTimeSource::new())
        .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(5)))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            "test", "test", None, None, "test",
        )))
        .endpoint_url(endpoint())
        .build()
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let name = format!("t{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let net = Net::default();
        let sdk = sdk(&net);
        let plain = self::sdk(&Net::default());
        let dynamo = aws_sdk_dynamodb::Client::new(&plain);
        for shape in SHAPES {
            create(&dynamo, &format!("{name}-{}", shape.0), shape).await;
        }
        let sns = aws_sdk_sns::Client::new(&plain);
        let mut topics = Vec::new();
        for topic in ["TourTicketingTopic", "FanNotificationTopic"] {
            let made = sns.create_topic().name(format!("{name}-{topic}")).send().await.unwrap();
            topics.push(made.topic_arn.unwrap());
        }
        let s3 = aws_sdk_s3::config::Builder::from(&plain).force_path_style(true).build();
        let s3 = aws_sdk_s3::Client::from_conf(s3);
        let bucket = format!("{name}-files");
        s3.create_bucket().bucket(&bucket).send().await.unwrap();
        let table = |what: &str| format!("{name}-{what}");
        let pairs = [
            ("SEAT_INVENTORY_TABLE", table("SeatInventory")),
            ("ORDERS_TABLE", table("Orders")),
            ("TICKETS_TABLE", table("Tickets")),
            ("EVENTS_TABLE", table("Events")),
            ("FAN_CLUB_MEMBERS_TABLE", table("FanClubMembers")),
            ("CUSTOMERS_TABLE", table("Customers")),
            ("PAYMENTS_TABLE", table("Payments")),
            ("STATIONS_TABLE", table("Stations")),
            ("CONFLICTS_TABLE", table("Conflicts")),
            ("CHANGES_TABLE", table("Changes")),
            ("TOUR_TICKETING_TOPIC_ARN", topics[0].clone()),
            ("FAN_NOTIFICATION_TOPIC_ARN", topics[1].clone()),
            ("TICKET_BUCKET", bucket),
            ("FULFILMENT_ENDPOINT_PARAMETER", format!("/{name}/fulfilment")),
            ("STRIPE_WEBHOOK_SECRET_ID", format!("{name}/stripe")),
            ("FULFILMENT_KEY_ID", format!("{name}/fulfilment-key")),
            ("WEB_ORDERS_SWITCH", format!("/{name}/web-orders")),
            ("THIRD_PARTY_SWITCH", format!("/{name}/third-party")),
            ("ISSUING_KEY_SECRET_ID", format!("{name}/issuing")),
            ("PAY_MINUTES", "35".to_owned()),
            ("MAX_RECEIVES", "3".to_owned()),
            ("LETTERS_ARE_READ", "true".to_owned()),
            ("ENVIRONMENT", "test".to_owned()),
        ];
        let settings = Settings::of(pairs.iter().map(|(key, value)| (*key, value.as_str())));
        let clock = Arc::new(AtomicI64::new(NOW));
        let stage = Self { net, clock, settings, dynamo, s3, sdk, name, metrics: Arc::default() };
        stage.set_endpoint("none").await;
        stage.set("web-orders", "on").await;
        stage.set("third-party", "on").await;
        let secrets = aws_sdk_secretsmanager::Client::new(&plain);
        let key = secrets.create_secret().name(format!("{}/fulfilment-key", stage.name));
        key.secret_string(FULFILMENT_KEY).send().await.unwrap();
        let stations = [(TILL, "till"), (OTHER_TILL, "till"), (NORTH_GATE, "gate"), (OFFICE, "desk")];
        for (station, kind) in stations {
            stage.let_in(station, kind).await;
        }
        stage
    }

    /// A station that a desk has let in.
    async fn let_in(&self, station: StationId, kind: &str) {
        let public_key = key_text(&key(station).verifying_key());
        let row = json!({
            "venue": venue(), "stationId": station, "name": "T", "kind": kind, "publicKey": public_key,
            "approval": "approved", "epoch": 1, "lastSequence": 3, "lastSeen": 1,
        });
        self.put("Stations", row).await;
    }

    /// The station is fenced: its next epoch has begun.
    pub(crate) async fn fence(&self, station: StationId) {
        let key = [("venue", venue().to_string()), ("stationId", station.to_string())];
        let key = key.map(|(name, text)| (name.to_owned(), AttributeValue::S(text)));
        let write = self.dynamo.update_item().table_name(self.table("Stations")).set_key(Some(key.into()));
        let write = write.update_expression("ADD epoch :one");
        let one = AttributeValue::N("1".to_owned());
        write.expression_attribute_values(":one", one).send().await.unwrap();
    }

    /// A function, as a fresh process would start it.
    pub(crate) fn function<F: Function>(&self) -> F {
        F::new(self.world::<F>())
    }

    /// What a function has around it.
    pub(crate) fn world<F: Function>(&self) -> World {
        let clock = Arc::clone(&self.clock);
        let aws = Aws::new(self.sdk.clone(), move || {
            Timestamp::from_millisecond(clock.load(Ordering::Relaxed)).unwrap()
        });
        let metrics = Arc::clone(&self.metrics);
        let aws = aws.counting_to(move |line| metrics.lock().unwrap().push(line.to_owned()));
        aws.world(&self.settings, F::NEEDS).unwrap()
    }

    /// Calls a function with a queue's messages; gives the numbers of those that failed.
    pub(crate) async fn queue<F: Function>(&self, bodies: &[String]) -> Vec<usize> {
        let records: Vec<_> = bodies
            .iter()
            .enumerate()
            .map(|(no, body)| json!({"messageId": no.to_string(), "body": body, "eventSource": "aws:sqs"}))
            .collect();
        let event = serde_json::from_value(json!({ "Records": records })).unwrap();
        let answer = self.function::<F>().handle(event, &call()).await.unwrap();
        let answer = serde_json::to_value(answer).unwrap();
        let failures = answer["batchItemFailures"].as_array().unwrap().clone();
        failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().parse().unwrap()).collect()
    }

    /// Calls a function with an HTTP request; gives status and body.
    pub(crate) async fn http<F: Function>(&self, event: Value) -> (u64, Value) {
        let event = serde_json::from_value(event).unwrap();
        let answer = self.function::<F>().handle(event, &call()).await.unwrap();
        let answer = serde_json::to_value(answer).unwrap();
        let body = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
        (answer["statusCode"].as_u64().unwrap(), body)
    }

    /// What a metric has come to.
    pub(crate) fn metric(&self, name: &str) -> u64 {
        let lines = self.metrics.lock().unwrap();
        let values = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
        values.filter_map(|line| line[name].as_u64()).sum()
    }

    /// The same cloud where nobody listens to the fans' topic.
    pub(crate) fn without_letters(mut self) -> Self {
        self.settings = self.settings.with("LETTERS_ARE_READ", "false");
        self
    }

    pub(crate) fn table(&self, what: &str) -> String {
        format!("{}-{what}", self.name)
    }

    pub(crate) async fn put(&self, table: &str, fields: Value) {
        let item: HashMap<String, AttributeValue> = serde_dynamo::to_item(fields).unwrap();
        self.dynamo.put_item().table_name(self.table(table)).set_item(Some(item)).send().await.unwrap();
    }

    /// What happened in the tables, table by table, as each stream calls its function.
    pub(crate) async fn streams(&self) -> Vec<Value> {
        let mut streams = Vec::new();
        for table in STREAMS {
            let listed = self.ask_stream("ListStreams", json!({"TableName": self.table(table)})).await;
            let arn = &listed["Streams"][0]["StreamArn"];
            let described = self.ask_stream("DescribeStream", json!({"StreamArn": arn})).await;
            let mut records = Vec::new();
            for shard in described["StreamDescription"]["Shards"].as_array().unwrap() {
                let begin = json!({
                    "StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON",
                });
                let mut place = self.ask_stream("GetShardIterator", begin).await["ShardIterator"].take();
                loop {
                    let mut page = self.ask_stream("GetRecords", json!({"ShardIterator": place})).await;
                    let found = page["Records"].as_array_mut().unwrap();
                    if found.is_empty() {
                        break;
                    }
                    records.extend(found.drain(..).map(|mut record| {
                        record["eventSourceARN"] = arn.clone();
                        record
                    }));
                    place = page["NextShardIterator"].take();
                }
            }
            if !records.is_empty() {
                streams.push(json!({ "Records": records }));
            }
        }
        streams
    }

    async fn ask_stream(&self, what: &str, body: Value) -> Value {
        let tables = std::env::var("WICKET_TEST_DYNAMODB_ENDPOINT").unwrap_or_else(|_| endpoint());
        let asked = reqwest::Client::new()
            .post(tables)
            .header("content-type", "application/x-amz-json-1.0")
            .header("x-amz-target", format!("DynamoDBStreams_20120810.{what}"))
            .header("x-amz-date", "20000101T000000Z")
            .header("authorization", "AWS4-HMAC-SHA256 Credential=test/20000101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none")
            .body(body.to_string());
        let answer = asked.send().await.unwrap().text().await.unwrap();
        serde_json::from_str(&answer).unwrap()
    }

    /// Every item of a table, as values, sorted.
    pub(crate) async fn items(&self, table: &str) -> Vec<Value> {
        let mut all = BTreeSet::new();
        let mut from = None;
        loop {
            let scan = self.dynamo.scan().table_name(self.table(table)).consistent_read(true);
            let page = scan.set_exclusive_start_key(from).send().await.unwrap();
            for item in page.items.unwrap_or_default() {
                let value: Value = serde_dynamo::from_item(item).unwrap();
                all.insert(value.to_string());
            }
            from = page.last_evaluated_key;
            if from.is_none() {
                return all.iter().map(|text| serde_json::from_str(text).unwrap()).collect();
            }
        }
    }

    /// The same as records, which proves that stations can read what functions write.
    pub(crate) async fn records<T: DeserializeOwned>(&self, table: &str) -> Vec<T> {
        let values = self.items(table).await;
        values.into_iter().map(|value| serde_json::from_value(value).unwrap()).collect()
    }

    /// Draws the secret of the cloud's own key, as the deployment does.
    pub(crate) async fn keep_issuing_key(&self) {
        let client = aws_sdk_secretsmanager::Client::new(&self.sdk);
        let secret = "a secret of 64 letters and digits, as CloudFormation draws it 0000";
        client
            .create_secret()
            .name(format!("{}/issuing", self.name))
            .secret_string(secret)
            .send()
            .await
            .unwrap();
    }

    pub(crate) async fn set_endpoint(&self, value: &str) {
        self.set("fulfilment", value).await;
    }

    /// Sets a parameter.
    pub(crate) async fn set(&self, name: &str, value: &str) {
        let ssm = aws_sdk_ssm::Client::new(&self.sdk);
        let kind = aws_sdk_ssm::types::ParameterType::String;
        let put = ssm.put_parameter().name(format!("/{}/{name}", self.name)).value(value);
        put.r#type(kind).overwrite(true).send().await.unwrap();
    }
}

pub(crate) fn call() -> Call {
    Call { request_id: "request-1".to_owned(), until: Duration::from_mins(1) }
}

async fn create(tables: &aws_sdk_dynamodb::Client, table: &str, (_, key, indexes): Shape) {
    let mut attributes: BTreeSet<&str> = key.iter().copied().collect();
    attributes.extend(indexes.iter().flat_map(|(_, key)| key.iter().copied()));
    let attributes = attributes.into_iter().map(|name| {
        let number = NUMBERS.contains(&name);
        let kind = if number { ScalarAttributeType::N } else { ScalarAttributeType::S };
        AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build().unwrap()
    });
    let indexes: Vec<_> = indexes
        .iter()
        .map(|(name, key)| {
            GlobalSecondaryIndex::builder()
                .index_name(*name)
                .set_key_schema(Some(schema(key)))
                .projection(Projection::builder().projection_type(projection(name)).build())
                .build()
                .unwrap()
        })
        .collect();
    tables
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(attributes.collect()))
        .set_key_schema(Some(schema(key)))
        .set_global_secondary_indexes((!indexes.is_empty()).then_some(indexes))
        .set_stream_specification(STREAMS.iter().any(|name| table.ends_with(name)).then(stream))
        .send()
        .await
        .unwrap();
}

fn projection(index: &str) -> ProjectionType {
    if index == "EventIndex" { ProjectionType::KeysOnly } else { ProjectionType::All }
}

fn stream() -> StreamSpecification {
    let view = StreamViewType::NewImage;
    StreamSpecification::builder().stream_enabled(true).stream_view_type(view).build().unwrap()
}

fn schema(key: &[&str]) -> Vec<KeySchemaElement> {
    let kinds = [KeyType::Hash, KeyType::Range];
    let element = |(name, kind): (&&str, KeyType)| {
        KeySchemaElement::builder().attribute_name(*name).key_type(kind).build().unwrap()
    };
    key.iter().zip(kinds).map(element).collect()
}
