//! Two stations and the whole development cloud, as they are in earnest: the template and the functions that go to AWS,
//! queues, tables and files over HTTP, a network that is cut in the middle of each exchange, and a cloud that is killed
//! and comes back.
//!
//! Needs `WICKET_XTASK` (and takes `WICKET_FUNCTIONS`), as `cargo xtask test` sets them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that meets the unexpected ends there"
)]

mod cut;
mod dev_cloud;
mod keys;
mod ledger;
mod orders;
#[allow(dead_code, reason = "the measurements use it too, and need more of it")]
mod post;
mod program;
mod proxy;
mod shop;
mod story;

use dev_cloud::DevCloud;

/// One cloud for all of it: bringing one up takes longer than what is tried on it. The parts follow each other, since
/// the last one kills it.
#[test]
fn two_stations_and_their_cloud() {
    let mut cloud = DevCloud::up("together");
    story::the_facts_are_all_told(&cloud);
    story::a_sale_here_is_admitted_there(&cloud);
    story::of_two_that_want_one_seat_one_gets_it(&cloud);
    story::what_cannot_be_read_does_not_stop_the_rest(&cloud);
    keys::a_stolen_key_issues_nothing_and_what_was_sold_before_is_good(&cloud);
    shop::an_order_from_the_web_is_taken_and_paid(&cloud);
    program::two_stations_at_the_command_line(&cloud);
    cut::every_exchange_survives_a_cut(&cloud);
    story::it_is_kept_apart(&cloud);
    orders::a_thousand_arrive_exactly_once_in_effect(&cloud);
    story::a_cloud_that_was_killed_comes_back_with_everything(&mut cloud);
}
