//! A network in between: it hands bytes on, and cuts where it is told to.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// Where an exchange is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// Nowhere.
    Nowhere = 0,
    /// Nobody listens.
    AtTheDoor = 1,
    /// When half of the request has gone through.
    InTheRequest = 2,
    /// The request is through, and nothing of the answer.
    BeforeTheAnswer = 3,
    /// When the first bytes of the answer have come.
    InTheAnswer = 4,
}

impl Cut {
    pub(crate) const ALL: [Self; 4] =
        [Self::AtTheDoor, Self::InTheRequest, Self::BeforeTheAnswer, Self::InTheAnswer];
}

pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    cut: Arc<AtomicU8>,
    gone: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    /// Listens in front of `target`: `http://127.0.0.1:4566`.
    pub(crate) fn before(target: &str) -> Self {
        let target = target.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (cut, gone) = (Arc::new(AtomicU8::new(0)), Arc::new(AtomicBool::new(false)));
        let open = Arc::new(Mutex::new(Vec::new()));
        let proxy = Self { address, cut: Arc::clone(&cut), gone: Arc::clone(&gone), open: Arc::clone(&open) };
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if gone.load(Ordering::SeqCst) {
                    return;
                }
                if cut.load(Ordering::SeqCst) == Cut::AtTheDoor as u8 {
                    continue;
                }
                let Ok(server) = TcpStream::connect(&target) else { continue };
                open.lock().unwrap().extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
                let (there, back) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let (cut_there, cut_back) = (Arc::clone(&cut), Arc::clone(&cut));
                thread::spawn(move || hand_on(there, server, &cut_there, Cut::InTheRequest));
                thread::spawn(move || hand_on(back, client, &cut_back, Cut::InTheAnswer));
            }
        });
        proxy
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on exchanges are cut there. Connections that are open are cut too, or the next request would use one
    /// that was made before.
    pub(crate) fn cut(&self, cut: Cut) {
        self.cut.store(cut as u8, Ordering::SeqCst);
        for stream in self.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::SeqCst);
        self.cut(Cut::AtTheDoor);
        let _ = TcpStream::connect(self.address);
    }
}

fn hand_on(mut from: TcpStream, mut to: TcpStream, cut: &AtomicU8, half: Cut) {
    let mut buffer = [0; 16_384];
    while let Ok(count) = from.read(&mut buffer) {
        if count == 0 {
            break;
        }
        let now = cut.load(Ordering::SeqCst);
        if now == half as u8 {
            let _ = to.write_all(&buffer[..count.div_ceil(2)]);
            break;
        }
        if half == Cut::InTheAnswer && now == Cut::BeforeTheAnswer as u8 {
            break;
        }
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
