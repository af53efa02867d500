//! The Cloud port on AWS: `DynamoDB`, SQS, S3 and Cognito. The only station crate that names an AWS type; nothing of
//! AWS shows in its interface.
//!
//! It may decide nothing: it asks, and says what was answered.

mod clock;
mod cloud;
mod connect;
mod credentials;
mod door;
mod fault;
mod files;
mod follow;
mod guide;
mod item;
mod messages;
mod person;
mod pool;
mod reach;
mod records;
mod secrets;
mod sign_in;
mod srp;

pub use cloud::AwsCloud;
pub use credentials::Sign;
pub use guide::HttpGuide;
pub use secrets::{Keyring, Secrets, SecretsFault};
pub use sign_in::{Question, SignIn, SignInFault, SignedIn, UserPool, Wanted};
