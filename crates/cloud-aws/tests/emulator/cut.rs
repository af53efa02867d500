//! A batch whose answer is cut off on the way back: the emulator has it, the station does not know.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use wicket_cloud_aws::{AwsCloud, Sign};
use wicket_station::cloud::{Cloud, Delivery, Parcel, Queue};
use wicket_station::ports::SystemClock;

use crate::stage::Stage;

/// Hands requests on, and swallows so many answers after their first byte.
struct Proxy {
    address: String,
    to_cut: Arc<AtomicU32>,
}

impl Proxy {
    fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let to_cut = Arc::new(AtomicU32::new(0));
        let (server, cutting) = (server.trim_start_matches("http://").to_owned(), Arc::clone(&to_cut));
        std::thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let far = TcpStream::connect(&server).unwrap();
                let (mut request, mut away) = (near.try_clone().unwrap(), far.try_clone().unwrap());
                std::thread::spawn(move || std::io::copy(&mut request, &mut away));
                let cutting = Arc::clone(&cutting);
                std::thread::spawn(move || answers(far, near, &cutting));
            }
        });
        Self { address, to_cut }
    }
}

fn answers(mut far: TcpStream, mut near: TcpStream, to_cut: &AtomicU32) {
    let mut bytes = [0; 16_384];
    while let Ok(count @ 1..) = far.read(&mut bytes) {
        let cut = to_cut.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        let through = if cut { 1 } else { count };
        if near.write_all(&bytes[..through]).is_err() || cut {
            break;
        }
    }
    // One side is gone, so the other goes too.
    let _ = near.shutdown(Shutdown::Both).and_then(|()| far.shutdown(Shutdown::Both));
}

#[test]
fn a_batch_whose_answer_is_cut_may_come_twice_and_is_never_called_taken() {
    let stage = Stage::new();
    let mut pairing = stage.pairing.clone();
    let server = pairing.endpoint.clone().unwrap();
    let proxy = Proxy::before(&server);
    pairing.station_queue_url = stage.pairing.station_queue_url.replace(&server, &proxy.address);
    pairing.endpoint = Some(proxy.address.clone());
    let cloud = AwsCloud::new(&pairing, Arc::new(SystemClock), Sign::Chain).unwrap();
    let parcel = [Parcel { sequence: 1, body: "{}".into() }];
    proxy.to_cut.store(1, Ordering::SeqCst);
    assert!(cloud.send(Queue::Station, &parcel)().is_err());
    assert_eq!(cloud.send(Queue::Station, &parcel)(), Ok(vec![Delivery::Taken]));
}
