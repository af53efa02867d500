//! Files beside the tables, compressed: plans, each many times an item's size where it is a stadium's, and what feeds' first
//! pages come to.

use std::io::{BufReader, Cursor, Read as _};
use std::sync::mpsc;
use std::time::Duration;

use flate2::read::GzDecoder;
use wicket_domain::cloud::{NotASnapshot, SNAPSHOT_MAX, Snapshot, snapshot_key};
use wicket_station::cloud::{Answered, Beginning, CloudFault, CloudTrouble};

use crate::fault::fault;
use crate::reach::Reach;

/// A whole plan has so long to come.
const PLAN_COMES: Duration = Duration::from_mins(1);
/// And so long what a feed's first pages come to: some 10 MB for a stadium that is sold out.
const SNAPSHOT_COMES: Duration = Duration::from_mins(5);
/// Parts of 48 KB of text each.
const PARTS_AHEAD: usize = 8;
/// More than a million tickets take.
const SNAPSHOT_PACKED_MAX: usize = 256 * 1024 * 1024;

impl Reach {
    pub(crate) async fn plan(&self, key: &str, most: usize) -> Answered<String> {
        // What is packed is smaller than what it holds, but for a few bytes.
        unpacked(&self.file(key, most.saturating_add(1_024), PLAN_COMES).await?, most)
    }

    /// What a feed's first pages come to; none where there is no such file, or none for whoever is signed in.
    pub(crate) async fn beginning(&self, feed: &str) -> Answered<Option<Beginning<'static>>> {
        let bytes = match self.file(&snapshot_key(feed), SNAPSHOT_PACKED_MAX, SNAPSHOT_COMES).await {
            Err(fault) if fault.trouble.bars_one() => return Ok(None),
            bytes => bytes?,
        };
        let text = BufReader::new(GzDecoder::new(Cursor::new(bytes)).take(SNAPSHOT_MAX));
        let unreadable = |error: NotASnapshot| fault(CloudTrouble::Unreadable, error.to_string());
        let snapshot = Snapshot::open(feed, text).map_err(unreadable)?;
        let number = snapshot.number;
        // Unpacking and reading take as long as writing into the station's file: the next parts are read meanwhile.
        let (sender, parts) = mpsc::sync_channel(PARTS_AHEAD);
        tokio::task::spawn_blocking(move || {
            for part in snapshot {
                // Nobody waits any more.
                if sender.send(part.map_err(unreadable)).is_err() {
                    break;
                }
            }
        });
        Ok(Some(Beginning { number, parts: Box::new(parts.into_iter()) }))
    }

    /// A file's bytes as they lie in the bucket.
    async fn file(&self, key: &str, most: usize, within: Duration) -> Answered<Vec<u8>> {
        let coming = async {
            let asked = self.clients.file.get_object().bucket(&self.bucket).key(key).send().await;
            let mut body = asked.map_err(|error| self.file_asked().fault(&error))?.body;
            let mut bytes = Vec::new();
            while let Some(part) = body.next().await {
                let part = part.map_err(|_| {
                    fault(CloudTrouble::Unreachable, "the connection to S3 broke while a file came")
                })?;
                if bytes.len() + part.len() > most {
                    return Err(too_long());
                }
                bytes.extend_from_slice(&part);
            }
            Ok(bytes)
        };
        let bytes = tokio::time::timeout(within, coming).await;
        bytes.unwrap_or_else(|_| Err(self.file_asked().late()))
    }
}

fn too_long() -> CloudFault {
    fault(CloudTrouble::Unreadable, "a file in the cloud is longer than it may be")
}

/// Reads at most `most` bytes, whatever the packed ones would become.
fn unpacked(bytes: &[u8], most: usize) -> Answered<String> {
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let mut document = Vec::new();
    let damaged = |_| fault(CloudTrouble::Unreadable, "the plan in the cloud is damaged");
    GzDecoder::new(bytes).take(limit).read_to_end(&mut document).map_err(damaged)?;
    if document.len() > most {
        return Err(too_long());
    }
    String::from_utf8(document)
        .map_err(|_| fault(CloudTrouble::Unreadable, "the plan in the cloud is not text"))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(document: &str) -> Vec<u8> {
        let mut packing = GzEncoder::new(Vec::new(), Compression::default());
        packing.write_all(document.as_bytes()).unwrap();
        packing.finish().unwrap()
    }

    #[test]
    fn a_plan_comes_back_and_no_more_than_was_allowed() {
        let document = "{\"name\":\"Oper – Großes Haus\"}".repeat(1_000);
        let bytes = packed(&document);
        assert!(bytes.len() < document.len() / 10);
        assert_eq!(unpacked(&bytes, document.len()), Ok(document.clone()));
        assert_eq!(unpacked(&bytes, document.len() - 1), Err(too_long()), "a bomb is not unpacked");
        let cut = unpacked(&bytes[..bytes.len() / 2], document.len()).unwrap_err();
        assert_eq!(cut.trouble, CloudTrouble::Unreadable);
        assert_eq!(unpacked(b"<html>", 10).unwrap_err().trouble, CloudTrouble::Unreadable);
    }
}
