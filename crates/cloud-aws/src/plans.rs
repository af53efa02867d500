//! Plans beside the tables, compressed: a stadium's plan is many times an item's size.

use std::io::Read as _;
use std::time::Duration;

use flate2::read::GzDecoder;
use wicket_station::cloud::{Answered, CloudFault, CloudTrouble};

use crate::fault::fault;
use crate::reach::Reach;

/// A whole plan has so long to come.
const COMING: Duration = Duration::from_mins(1);

impl Reach {
    pub(crate) async fn plan(&self, key: &str, most: usize) -> Answered<String> {
        let coming = async {
            let asked = self.clients.file.get_object().bucket(&self.bucket).key(key).send().await;
            let mut body = asked.map_err(|error| self.file_asked().fault(&error))?.body;
            let mut bytes = Vec::new();
            while let Some(part) = body.next().await {
                let part = part.map_err(|_| {
                    fault(CloudTrouble::Unreachable, "the connection to S3 broke while a plan came")
                })?;
                // What is packed is smaller than what it holds, but for a few bytes.
                if bytes.len() + part.len() > most.saturating_add(1_024) {
                    return Err(too_long());
                }
                bytes.extend_from_slice(&part);
            }
            Ok(bytes)
        };
        let bytes = tokio::time::timeout(COMING, coming).await;
        unpacked(&bytes.unwrap_or_else(|_| Err(self.file_asked().late()))?, most)
    }
}

fn too_long() -> CloudFault {
    fault(CloudTrouble::Unreadable, "the plan in the cloud is longer than a plan may be")
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
