//! A cloud for one test alone: tables, queues and a bucket of its own names.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
};
use serde::Serialize;
use tokio::runtime::Runtime;
use wicket_cloud_aws::{AwsCloud, Sign};
use wicket_domain::id::{EventId, StationId};
use wicket_domain::pairing::{Emulator, Pairing, VERSION};
use wicket_station::ports::SystemClock;

static COUNT: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Stage {
    pub(crate) pairing: Pairing,
    pub(crate) cloud: AwsCloud,
    pub(crate) runtime: Runtime,
    pub(crate) tables: aws_sdk_dynamodb::Client,
    pub(crate) queues: aws_sdk_sqs::Client,
    files: aws_sdk_s3::Client,
}

pub(crate) const EVENT: EventId = EventId::from_bytes([7; 16]);
pub(crate) const TILL: StationId = StationId::from_bytes([1; 16]);

/// Key of a table, as in the template.
type Shape = (&'static str, &'static [&'static str]);

const SHAPES: [Shape; 2] = [("Events", &["eventId"]), ("Changes", &["feed", "number"])];

pub(crate) fn endpoint() -> String {
    std::env::var("WICKET_TEST_ENDPOINT")
        .expect("WICKET_TEST_ENDPOINT names the emulator; see cargo xtask test")
}

pub(crate) fn sdk(address: &str) -> aws_config::SdkConfig {
    aws_config::SdkConfig::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new("us-east-1"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .sleep_impl(aws_smithy_async::rt::sleep::TokioSleep::new())
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
            aws_credential_types::Credentials::new("test", "test", None, None, "test"),
        ))
        .endpoint_url(address)
        .build()
}

impl Stage {
    pub(crate) fn new() -> Self {
        let name = format!("t{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let all = endpoint();
        let tables_at = std::env::var("WICKET_TEST_DYNAMODB_ENDPOINT").ok();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let tables = aws_sdk_dynamodb::Client::new(&sdk(tables_at.as_deref().unwrap_or(&all)));
        let queues = aws_sdk_sqs::Client::new(&sdk(&all));
        let files = aws_sdk_s3::Client::from_conf(
            aws_sdk_s3::config::Builder::from(&sdk(&all)).force_path_style(true).build(),
        );
        let bucket = format!("{name}-files");
        let queue = |what: &str| {
            let made = runtime.block_on(queues.create_queue().queue_name(format!("{name}-{what}")).send());
            made.unwrap().queue_url.unwrap()
        };
        let (station_queue_url, admission_queue_url) = (queue("StationQueue"), queue("AdmissionQueue"));
        runtime.block_on(files.create_bucket().bucket(&bucket).send()).unwrap();
        let table = |shape: Shape| {
            let table = format!("{name}-{}", shape.0);
            runtime.block_on(create(&tables, &table, shape));
            table
        };
        let [events_table, changes_table] = SHAPES.map(table);
        let pairing = Pairing {
            version: VERSION,
            environment: "test".into(),
            region: "us-east-1".into(),
            endpoint: Some(all),
            dynamodb_endpoint: tables_at,
            events_table,
            changes_table,
            station_queue_url,
            admission_queue_url,
            bucket,
            user_pool_id: "us-east-1_none".into(),
            user_pool_client_id: "none".into(),
            identity_pool_id: None,
            api_url: "http://127.0.0.1:1".into(),
            venue: "house".parse().unwrap(),
            emulator: Some(Emulator { access_key_id: "test".into(), secret_access_key: "test".into() }),
        };
        let cloud = AwsCloud::new(&pairing, Arc::new(SystemClock), Sign::Chain).unwrap();
        Self { pairing, cloud, runtime, tables, queues, files }
    }

    /// What a table is called here.
    fn table(&self, table: &str) -> &str {
        if table == "Events" { &self.pairing.events_table } else { &self.pairing.changes_table }
    }

    /// Puts a record down, as the clerks would.
    pub(crate) fn put_record(&self, table: &str, record: &impl Serialize) {
        let item = serde_dynamo::aws_sdk_dynamodb_1::to_item(record).unwrap();
        let asked = self.tables.put_item().table_name(self.table(table)).set_item(Some(item));
        self.runtime.block_on(asked.send()).unwrap();
    }

    /// Puts a file into the bucket.
    pub(crate) fn put_file(&self, key: &str, bytes: Vec<u8>) {
        let asked = self.files.put_object().bucket(&self.pairing.bucket).key(key).body(bytes.into());
        self.runtime.block_on(asked.send()).unwrap();
    }

    pub(crate) fn put(&self, table: &str, fields: &[(&str, AttributeValue)]) {
        let item = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let asked = self.tables.put_item().table_name(self.table(table)).set_item(Some(item));
        self.runtime.block_on(asked.send()).unwrap();
    }
}

async fn create(tables: &aws_sdk_dynamodb::Client, table: &str, (_, key): Shape) {
    let mut asked = tables
        .create_table()
        .table_name(table)
        .billing_mode(BillingMode::PayPerRequest)
        .set_key_schema(Some(schema(key)));
    for name in key {
        let kind = if *name == "number" { ScalarAttributeType::N } else { ScalarAttributeType::S };
        let definition = AttributeDefinition::builder().attribute_name(*name).attribute_type(kind).build();
        asked = asked.attribute_definitions(definition.unwrap());
    }
    asked.send().await.unwrap();
}

fn schema(key: &[&str]) -> Vec<KeySchemaElement> {
    let parts = key.iter().zip([KeyType::Hash, KeyType::Range]);
    parts
        .map(|(name, kind)| KeySchemaElement::builder().attribute_name(*name).key_type(kind).build().unwrap())
        .collect()
}

pub(crate) fn text(value: &str) -> AttributeValue {
    AttributeValue::S(value.to_owned())
}

pub(crate) fn number(value: i64) -> AttributeValue {
    AttributeValue::N(value.to_string())
}
