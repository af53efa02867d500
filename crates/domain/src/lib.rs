//! The vocabulary and the rules of Wicket: events, seats, prices, orders, tickets, verdicts.
//!
//! Everything here is a value or a function of values. Nothing here reads a clock, draws a random number, opens a
//! file or a socket, or is `async`; stations and Lambdas share it, and a simulation can drive it from one seed.

pub mod audit;
pub mod cart;
pub mod cloud;
pub mod door;
pub mod event;
pub mod fold;
pub mod id;
pub mod judge;
pub mod mark;
pub mod message;
pub mod money;
pub mod order;
pub mod pairing;
pub mod pipeline;
pub mod plan;
pub mod price;
pub mod sample;
pub mod seat;
pub mod staff;
pub mod system;
pub mod table;
pub mod token;
