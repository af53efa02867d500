//! The station's cloud on DynamoDB, SQS, S3 and Cognito. No other crate of the station names an AWS type.
