//! Stations with a cloud: two houses, one world between them, and lines that cut off.

mod accepted;
mod beginning;
mod editions;
mod evening;
mod fenced;
mod hours;
mod marks;
mod mended;
mod pairs;
mod pretend;
mod register;
mod revoked;
mod rounds;
mod together;
mod undone;
mod web_ticket;
