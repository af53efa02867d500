//! The network between the functions and the emulator: counts what goes over it and fails where a test says so.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use serde_json::{Value, json};

/// Asked before each request, with its operation and body: the status and error code to answer it with instead.
pub(crate) type Cut = Box<dyn FnMut(&str, &str) -> Option<(u16, &'static str)> + Send>;

/// A write whose condition did not hold. DynamoDB charges it by the larger of the item that is there and the one that it
/// would have written.
pub(crate) const REFUSED: &str = "refused";

#[derive(Default)]
struct State {
    counts: BTreeMap<String, u32>,
    units: BTreeMap<String, f64>,
    spent: BTreeMap<(String, String), f64>,
    published: Vec<String>,
    cut: Option<Cut>,
}

#[derive(Clone, Default)]
pub(crate) struct Net(Arc<Mutex<State>>);

impl Net {
    pub(crate) fn client(&self) -> SharedHttpClient {
        let inner = aws_smithy_http_client::Builder::new().build_http();
        let net = self.clone();
        http_client_fn(move |settings, components| {
            use aws_smithy_runtime_api::client::http::HttpClient as _;
            let inner = inner.http_connector(settings, components);
            SharedHttpConnector::new(Wire { inner, net: net.clone() })
        })
    }

    pub(crate) fn cut(&self, cut: impl FnMut(&str, &str) -> Option<(u16, &'static str)> + Send + 'static) {
        self.0.lock().unwrap().cut = Some(Box::new(cut));
    }

    pub(crate) fn mend(&self) {
        self.0.lock().unwrap().cut = None;
    }

    /// Forgets what was counted.
    pub(crate) fn reset(&self) {
        let mut state = self.0.lock().unwrap();
        state.counts.clear();
        state.units.clear();
        state.spent.clear();
    }

    /// Requests by operation.
    pub(crate) fn counts(&self) -> BTreeMap<String, u32> {
        self.0.lock().unwrap().counts.clone()
    }

    /// DynamoDB's capacity units by table and kind, indexes included.
    pub(crate) fn units(&self) -> BTreeMap<String, f64> {
        self.0.lock().unwrap().units.clone()
    }

    /// Units of each table and index (`Orders/concert-index`), by operation or as [`REFUSED`].
    pub(crate) fn spent(&self) -> BTreeMap<(String, String), f64> {
        self.0.lock().unwrap().spent.clone()
    }

    pub(crate) fn count(&self, operation: &str) -> u32 {
        self.counts().get(operation).copied().unwrap_or_default()
    }

    /// What was published since this was asked last.
    pub(crate) fn published(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().published)
    }
}

#[derive(Clone)]
struct Wire {
    inner: SharedHttpConnector,
    net: Net,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

impl HttpConnector for Wire {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let wire = self.clone();
        HttpConnectorFuture::new(async move { wire.carry(request).await })
    }
}

impl Wire {
    async fn carry(self, mut request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let operation = operation(&request, &body);
        {
            let mut state = self.net.0.lock().unwrap();
            let cut = state.cut.as_mut().and_then(|cut| cut(&operation, &body));
            *state.counts.entry(operation.clone()).or_default() += 1;
            if let Some((status, code)) = cut {
                let body =
                    json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": code });
                return Ok(HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body.to_string())));
            }
            if operation == "Publish" {
                state.published.push(form_field(&body, "Message"));
            }
        }
        let tables =
            request.headers().get("x-amz-target").is_some_and(|target| target.starts_with("DynamoDB"));
        if !tables {
            return self.inner.call(request).await;
        }
        let mut asked: Value = serde_json::from_str(&body).unwrap();
        let refused = refusal(&asked);
        asked["ReturnConsumedCapacity"] = "INDEXES".into();
        let asked = asked.to_string();
        if let Ok(tables) = std::env::var("WICKET_TEST_DYNAMODB_ENDPOINT") {
            request.set_uri(format!("{tables}/")).unwrap();
        }
        request.headers_mut().insert("content-length", asked.len().to_string());
        *request.body_mut() = SdkBody::from(asked);
        let answer = self.inner.call(request).await?;
        self.read_units(answer, &operation, refused).await
    }

    async fn read_units(
        &self,
        mut answer: HttpResponse,
        operation: &str,
        (table, refused): (String, f64),
    ) -> Result<HttpResponse, ConnectorError> {
        let body = ByteStream::new(answer.take_body()).collect().await;
        let body = body.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
        if let Ok(value) = serde_json::from_slice::<Value>(&body) {
            let used = &value["ConsumedCapacity"];
            let all = used.as_array().cloned().unwrap_or_else(|| vec![used.clone()]);
            let mut state = self.net.0.lock().unwrap();
            let mut spend = |place: String, how: &str, units: &Value| {
                *state.spent.entry((place, how.to_owned())).or_default() +=
                    units.as_f64().unwrap_or_default();
            };
            for used in all.iter().filter(|used| used.is_object()) {
                let name = short(used["TableName"].as_str().unwrap_or_default());
                let own = used["Table"].get("CapacityUnits").unwrap_or(&used["CapacityUnits"]);
                spend(name.clone(), operation, own);
                let indexes = used["GlobalSecondaryIndexes"].as_object();
                indexes.into_iter().flatten().for_each(|(index, used)| {
                    spend(format!("{name}/{index}"), operation, &used["CapacityUnits"]);
                });
            }
            if value["__type"].as_str().is_some_and(|kind| kind.ends_with("ConditionalCheckFailedException"))
            {
                spend(table, REFUSED, &refused.into());
            }
            for used in all.iter().filter(|used| used.is_object()) {
                let name = short(used["TableName"].as_str().unwrap_or_default());
                let writes = used.get("WriteCapacityUnits").is_some();
                let kind = if writes { "write" } else { "units" };
                *state.units.entry(format!("{name} {kind}")).or_default() +=
                    used["CapacityUnits"].as_f64().unwrap_or_default();
            }
        }
        *answer.body_mut() = SdkBody::from(body);
        Ok(answer)
    }
}

/// A table's name without the environment's.
fn short(table: &str) -> String {
    table.rsplit('-').next().unwrap_or_default().to_owned()
}

/// The table of a write and the units that it takes where it is refused: one for each kilobyte of its texts.
fn refusal(asked: &Value) -> (String, f64) {
    let values = asked["ExpressionAttributeValues"].as_object();
    let texts = values.into_iter().flatten().filter_map(|(_, value)| value["S"].as_str());
    let bytes = texts.map(str::len).sum::<usize>().max(1);
    (
        short(asked["TableName"].as_str().unwrap_or_default()),
        f64::from(u32::try_from(bytes.div_ceil(1_024)).unwrap_or(u32::MAX)),
    )
}

fn operation(request: &HttpRequest, body: &str) -> String {
    if let Some(target) = request.headers().get("x-amz-target") {
        return target.rsplit('.').next().unwrap_or_default().to_owned();
    }
    let action = form_field(body, "Action");
    if action.is_empty() { format!("S3 {}", request.method()) } else { action }
}

/// A field of a form body, decoded.
fn form_field(body: &str, name: &str) -> String {
    let field = body.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
    let mut bytes = Vec::new();
    let mut rest = field.map_or("", |(_, value)| value).bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let pair = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap()
            }
            b'+' => b' ',
            other => other,
        });
    }
    String::from_utf8(bytes).unwrap()
}
