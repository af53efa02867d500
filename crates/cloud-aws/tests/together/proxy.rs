//! A network in between: it hands on what it is given, and cuts the exchanges it is told to, where it is told to.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;

use wicket_domain::pairing::Pairing;

use super::dev_cloud::DevCloud;

/// Where an exchange is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Nothing of the request goes through.
    AtTheDoor,
    /// When half of the request has gone through.
    InTheRequest,
    /// The request is through, and nothing of the answer.
    BeforeTheAnswer,
    /// When the first bytes of the answer have come.
    InTheAnswer,
}

/// Exchanges of one sort: those whose request holds all of these words. An operation's name stands in its head, tables,
/// queues and what is to be changed in its body.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exchange(pub(crate) &'static [&'static str]);

/// Each and every one: the line is dead.
pub(crate) const EVERYTHING: Exchange = Exchange(&[]);

impl Exchange {
    fn is(self, request: &[u8]) -> bool {
        self.0.iter().all(|word| request.windows(word.len()).any(|part| part == word.as_bytes()))
    }
}

/// A station's whole traffic, which goes through two proxies.
pub(crate) struct Road {
    all: Proxy,
    tables: Proxy,
}

impl Road {
    /// A road to the cloud, and the pairing that leads over it.
    pub(crate) fn to(cloud: &DevCloud) -> (Self, Pairing) {
        let pairing = cloud.pairing();
        let all = Proxy::before(pairing.endpoint.as_deref().unwrap());
        let tables =
            Proxy::before(pairing.dynamodb_endpoint.as_deref().or(pairing.endpoint.as_deref()).unwrap());
        let endpoint = pairing.endpoint.as_deref().unwrap();
        let through = Pairing {
            api_url: pairing.api_url.replace(endpoint, &all.url()),
            endpoint: Some(all.url()),
            dynamodb_endpoint: Some(tables.url()),
            ..pairing
        };
        all.line.pairing.set(through.json()).unwrap();
        (Self { all, tables }, through)
    }

    /// From now on these exchanges are cut there, and all others go through.
    pub(crate) fn cut(&self, what: Exchange, cut: Cut) {
        for proxy in [&self.all, &self.tables] {
            *proxy.line.orders() = Some(Orders { what, cut, met: 0 });
        }
    }

    /// Nothing is cut any more. Something was, or what is to be tried was never tried.
    pub(crate) fn mend(&self) {
        let orders = [&self.all, &self.tables].map(|proxy| proxy.line.orders().take().unwrap());
        let [one, other] = &orders;
        assert!(one.met + other.met > 0, "no {:?} was there to be cut", one.what);
    }

    /// Does something while these exchanges are cut there.
    pub(crate) fn through<T>(&self, cut: Cut, what: Exchange, does: impl FnOnce() -> T) -> T {
        self.cut(what, cut);
        let came = does();
        self.mend();
        came
    }
}

struct Proxy {
    address: SocketAddr,
    line: Arc<Line>,
}

/// What a proxy's connections share.
#[derive(Default)]
struct Line {
    /// What a station that asks here is paired with, in place of what the cloud would tell.
    pairing: OnceLock<String>,
    orders: Mutex<Option<Orders>>,
    gone: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

/// What is to be cut, and how often that was met.
struct Orders {
    what: Exchange,
    cut: Cut,
    met: u32,
}

impl Line {
    fn orders(&self) -> std::sync::MutexGuard<'_, Option<Orders>> {
        self.orders.lock().unwrap()
    }

    fn cut_of(&self, request: &[u8]) -> Option<Cut> {
        let mut orders = self.orders();
        let orders = orders.as_mut().filter(|orders| orders.what.is(request))?;
        orders.met += 1;
        Some(orders.cut)
    }
}

impl Proxy {
    /// Listens in front of `target`: `http://127.0.0.1:4566`.
    fn before(target: &str) -> Self {
        let target = target.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let proxy = Self { address: listener.local_addr().unwrap(), line: Arc::default() };
        let line = Arc::clone(&proxy.line);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if line.gone.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(server) = TcpStream::connect(&target) else { continue };
                for stream in [&client, &server] {
                    // A gate waits 400 ms for an answer; a packet must not wait for its like.
                    stream.set_nodelay(true).unwrap();
                    line.open.lock().unwrap().push(stream.try_clone().unwrap());
                }
                connect(&line, client, server);
            }
        });
        proxy
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.line.gone.store(true, Ordering::SeqCst);
        for stream in self.line.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
        let _ = TcpStream::connect(self.address);
    }
}

/// Both ways of one connection, until one end is gone. HTTP/1.1 without pipelining: whatever comes back belongs to the
/// request that went last.
fn connect(line: &Arc<Line>, client: TcpStream, server: TcpStream) {
    let (line, doomed) = (Arc::clone(line), Arc::new(Mutex::new(None)));
    let (near, far, doom) = (client.try_clone().unwrap(), server.try_clone().unwrap(), Arc::clone(&doomed));
    thread::spawn(move || {
        requests(&near, &far, &line, &doom);
        hang_up(&near, &far);
    });
    thread::spawn(move || {
        answers(&client, &server, &doomed);
        hang_up(&client, &server);
    });
}

fn hang_up(client: &TcpStream, server: &TcpStream) {
    for stream in [client, server] {
        let _ = stream.shutdown(Shutdown::Both);
    }
}

fn requests(mut client: &TcpStream, mut server: &TcpStream, line: &Line, doomed: &Mutex<Option<Cut>>) {
    let mut read = Vec::new();
    while let Some(request) = next_request(&mut client, &mut read) {
        if let Some(pairing) = line.pairing.get()
            && Exchange(&["GET ", "/pairing HTTP"]).is(&request)
        {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", pairing.len());
            if client.write_all((head + pairing).as_bytes()).is_err() {
                return;
            }
            continue;
        }
        let cut = line.cut_of(&request);
        *doomed.lock().unwrap() = cut;
        let through = match cut {
            Some(Cut::AtTheDoor) => 0,
            Some(Cut::InTheRequest) => request.len() / 2,
            Some(Cut::BeforeTheAnswer | Cut::InTheAnswer) | None => request.len(),
        };
        if server.write_all(&request[..through]).is_err() || through < request.len() {
            return;
        }
    }
}

fn answers(mut client: &TcpStream, mut server: &TcpStream, doomed: &Mutex<Option<Cut>>) {
    let mut buffer = [0; 16_384];
    while let Ok(count @ 1..) = server.read(&mut buffer) {
        let through = match *doomed.lock().unwrap() {
            Some(Cut::InTheAnswer) => count / 2,
            Some(_) => 0,
            None => count,
        };
        if client.write_all(&buffer[..through]).is_err() || through < count {
            return;
        }
    }
}

/// The next request, head and body. `read` keeps what has come of the one after it.
fn next_request(client: &mut impl Read, read: &mut Vec<u8>) -> Option<Vec<u8>> {
    let mut buffer = [0; 16_384];
    loop {
        let head = read.windows(4).position(|part| part == b"\r\n\r\n").map(|end| end + 4);
        if let Some(head) = head
            && let whole = head + body_length(&read[..head])
            && read.len() >= whole
        {
            let rest = read.split_off(whole);
            return Some(std::mem::replace(read, rest));
        }
        match client.read(&mut buffer) {
            Ok(count @ 1..) => read.extend_from_slice(&buffer[..count]),
            Ok(_) | Err(_) => return None,
        }
    }
}

fn body_length(head: &[u8]) -> usize {
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    assert!(!head.contains("transfer-encoding"), "this network knows requests of a known length only");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    length.map_or(0, |length| length.trim().parse().unwrap())
}
