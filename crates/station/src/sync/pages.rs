//! Reading a feed: its numbered pages in order, without a gap (`docs/contract.md`, "Following").

use wicket_domain::cloud::ChangePage;

use super::StepError;
use crate::Station;
use crate::cloud::{Beginning, Cloud, CloudFault, CloudTrouble};

/// How far a feed was read.
pub(crate) enum Reading {
    /// To its end.
    Whole {
        /// The last page's number.
        number: u64,
        /// Whether it began with what the first pages come to.
        began: bool,
    },
    /// Not past this page, which is not there though a later one is.
    Missing(u64),
}

/// What people are told of a page that is not there.
pub(crate) fn missing(name: &str, number: u64) -> CloudFault {
    let words = format!("{name}: page {number} of what changed is missing in the cloud.");
    CloudFault { trouble: CloudTrouble::Unreadable, words }
}

impl Station {
    /// Gives each new page of a feed to `take`, in order and without a gap.
    ///
    /// What the first pages come to stands in one file. Whoever begins takes that, and so does who finds a page gone. Its
    /// parts come as pages without a new number, and after them an empty one that has it. A page that is not there yet
    /// though a later one is, is asked for once more, surely.
    pub(crate) fn read_feed(
        &self,
        cloud: &dyn Cloud,
        feed: &str,
        from: u64,
        mut take: impl FnMut(&ChangePage) -> Result<(), StepError>,
    ) -> Result<Reading, StepError> {
        let mut at = from;
        let mut began = from == 0 && self.take_beginning(cloud, feed, &mut at, &mut take)?;
        for sure in [false, true] {
            if self.read_pages(cloud, feed, &mut at, sure, &mut take)? {
                return Ok(Reading::Whole { number: at, began });
            }
        }
        began = self.take_beginning(cloud, feed, &mut at, &mut take)?;
        if began && self.read_pages(cloud, feed, &mut at, true, &mut take)? {
            return Ok(Reading::Whole { number: at, began });
        }
        Ok(Reading::Missing(at.saturating_add(1)))
    }

    /// Takes what a feed's first pages come to; gives whether that led further.
    fn take_beginning(
        &self,
        cloud: &dyn Cloud,
        feed: &str,
        at: &mut u64,
        take: &mut impl FnMut(&ChangePage) -> Result<(), StepError>,
    ) -> Result<bool, StepError> {
        // Where the file cannot be read, the pages may be there all the same.
        let damaged = |fault: &CloudFault| fault.trouble == CloudTrouble::Unreadable;
        let found = match cloud.beginning(feed) {
            Err(fault) if damaged(&fault) => None,
            found => self.heard(found)?,
        };
        let Some(Beginning { number, parts }) = found.filter(|found| found.number > *at) else {
            return Ok(false);
        };
        for part in parts {
            let part = match part {
                Err(fault) if damaged(&fault) => return Ok(false),
                part => self.heard(part)?,
            };
            take(&ChangePage { number: *at, ..part })?;
        }
        *at = number;
        take(&ChangePage { number, changes: Vec::new(), unreadable: 0 })?;
        Ok(true)
    }

    /// Gives whether the feed's end was reached without a gap.
    fn read_pages(
        &self,
        cloud: &dyn Cloud,
        feed: &str,
        at: &mut u64,
        sure: bool,
        take: &mut impl FnMut(&ChangePage) -> Result<(), StepError>,
    ) -> Result<bool, StepError> {
        for pages in cloud.changes(feed, *at, sure) {
            for page in self.heard(pages)? {
                if page.number <= *at {
                    continue;
                }
                if page.number != at.saturating_add(1) {
                    return Ok(false);
                }
                take(&page)?;
                *at = page.number;
            }
        }
        Ok(true)
    }
}
