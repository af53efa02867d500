//! A server that answers what it is told to, request by request.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use wicket_cloud_aws::{AwsCloud, Sign};
use wicket_domain::id::EventId;
use wicket_domain::pairing::{Emulator, Pairing, VERSION};
use wicket_station::ports::Clock;

pub(crate) const EVENT: EventId = EventId::from_bytes([7; 16]);

/// What becomes of one request.
#[derive(Clone)]
pub(crate) enum Reply {
    /// A status and a body.
    Says(u16, String),
    /// The same, if the request was signed within five minutes of the server's clock; else it is refused.
    SaysIfTimely(u16, String),
    /// A page that has moved there.
    Redirects(String),
    /// The head and half of the body, then the connection breaks.
    Cut(String),
    /// The connection breaks at once.
    Hangs,
    /// Nothing, for longer than anybody waits.
    Silence,
}

/// A request as it came.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) signed_at: String,
    /// The station's own signature, where there is one.
    pub(crate) signature: String,
    pub(crate) body: serde_json::Value,
}

pub(crate) struct Fake {
    pub(crate) address: String,
    script: Arc<Mutex<VecDeque<Reply>>>,
    met: Arc<Mutex<Vec<Request>>>,
}

impl Fake {
    /// Answers in this order; after the last, the last again.
    pub(crate) fn new(script: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let fake = Self {
            address,
            script: Arc::new(Mutex::new(script.into_iter().collect())),
            met: Arc::new(Mutex::new(Vec::new())),
        };
        let (script, met) = (Arc::clone(&fake.script), Arc::clone(&fake.met));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (script, met) = (Arc::clone(&script), Arc::clone(&met));
                std::thread::spawn(move || serve(&stream, &script, &met));
            }
        });
        fake
    }

    /// Answers this before all else.
    pub(crate) fn says_next(&self, reply: Reply) {
        self.script.lock().unwrap().push_front(reply);
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.met.lock().unwrap().clone()
    }

    pub(crate) fn cloud(&self) -> AwsCloud {
        self.cloud_with(Shifted(0))
    }

    pub(crate) fn cloud_with(&self, clock: Shifted) -> AwsCloud {
        AwsCloud::new(&pairing(&self.address), Arc::new(clock), Sign::Chain).unwrap()
    }
}

pub(crate) fn pairing(address: &str) -> Pairing {
    Pairing {
        version: VERSION,
        environment: "test".into(),
        region: "us-east-1".into(),
        endpoint: Some(address.into()),
        dynamodb_endpoint: None,
        events_table: "Events".into(),
        changes_table: "Changes".into(),
        station_queue_url: format!("{address}/1/station"),
        admission_queue_url: format!("{address}/1/admission"),
        bucket: "files".into(),
        user_pool_id: "us-east-1_pool".into(),
        user_pool_client_id: "client".into(),
        identity_pool_id: None,
        api_url: format!("{address}/api"),
        venue: "house".parse().unwrap(),
        emulator: Some(Emulator { access_key_id: "test".into(), secret_access_key: "test".into() }),
    }
}

/// The system's clock, so many seconds ahead.
#[derive(Clone, Copy)]
pub(crate) struct Shifted(pub(crate) i64);

impl Clock for Shifted {
    fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_secs(self.0)
    }
}

/// The answer of a table that has no such item.
pub(crate) fn nothing() -> String {
    r#"{"ConsumedCapacity":{"TableName":"Events","CapacityUnits":1}}"#.to_owned()
}

/// An error as `DynamoDB` and SQS write it.
pub(crate) fn error(code: &str, message: &str) -> Reply {
    Reply::Says(400, format!(r#"{{"__type":"com.amazonaws.x#{code}","message":"{message}"}}"#))
}

fn serve(stream: &TcpStream, script: &Mutex<VecDeque<Reply>>, met: &Mutex<Vec<Request>>) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        let reply = {
            let mut script = script.lock().unwrap();
            if script.len() > 1 { script.pop_front() } else { script.front().cloned() }
        };
        let signed_at = request.signed_at.clone();
        met.lock().unwrap().push(request);
        let (status, body) = match reply.unwrap_or(Reply::Hangs) {
            Reply::Says(status, body) => (status, body),
            Reply::Redirects(there) => {
                let head = format!("HTTP/1.1 301 X\r\nlocation: {there}\r\ncontent-length: 0\r\n\r\n");
                let mut stream = stream;
                let _ = stream.write_all(head.as_bytes());
                continue;
            }
            Reply::SaysIfTimely(status, body) if timely(&signed_at) => (status, body),
            Reply::SaysIfTimely(..) => {
                let said = r#"{"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired: 20261120T090000Z is now earlier than 20261120T090500Z"}"#;
                (400, said.to_owned())
            }
            Reply::Cut(body) => {
                write(stream, 200, body.len(), &body[..body.len() / 2]);
                return;
            }
            Reply::Hangs => return,
            Reply::Silence => {
                std::thread::sleep(Duration::from_secs(30));
                return;
            }
        };
        write(stream, status, body.len(), &body);
    }
}

fn timely(signed_at: &str) -> bool {
    let signed = jiff::fmt::strtime::parse("%Y%m%dT%H%M%SZ", signed_at).unwrap().to_datetime().unwrap();
    let signed = signed.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
    Timestamp::now().duration_since(signed).abs() < SignedDuration::from_mins(5)
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<Request> {
    let (mut signed_at, mut signature, mut length) = (String::new(), String::new(), 0);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    loop {
        line.clear();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let text = line.trim_end();
        if text.is_empty() {
            break;
        }
        if let Some((name, value)) = text.split_once(": ") {
            match name.to_ascii_lowercase().as_str() {
                "x-amz-date" => value.clone_into(&mut signed_at),
                "wicket-signature" => value.clone_into(&mut signature),
                "content-length" => length = value.parse().ok()?,
                _ => {}
            }
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Request { path, signed_at, signature, body: serde_json::from_slice(&body).unwrap_or_default() })
}

fn write(mut stream: &TcpStream, status: u16, length: usize, body: &str) {
    let date = Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT");
    let head = format!(
        "HTTP/1.1 {status} X\r\ndate: {date}\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {length}\r\n\r\n"
    );
    // The other side may be gone already, which is its right.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}
