//! The pipeline on AWS: one Lambda a binary, each a few lines over [`start`]. What the functions do is in
//! `wicket_pipeline`; here are AWS's tables, topics, bucket, secrets and parameters behind its ports.

mod aws;
mod dynamo;
mod fault;
mod files;
mod metrics;
mod outside;
mod settings;
mod start;
mod topics;

pub use aws::Aws;
pub use dynamo::Dynamo;
pub use settings::{MissingSetting, Settings};
pub use start::start;
