//! The embedded stack: what AWS is to the functions, in one process.
//!
//! DynamoDB, S3, Step Functions and Lambda are servers on this machine that the unmodified SDK talks to; the
//! gateway gives the functions' own handlers the events that API Gateway would. Routes, settings,
//! table, bucket and state machine are read from `infra/template.yaml`. No function knows that it
//! runs here.

mod bucket;
mod cors;
mod data;
mod dynamodb;
mod endpoints;
mod error;
mod event;
mod function_url;
mod functions;
mod gateway;
mod invoker;
mod lambda;
mod machines;
mod names;
mod notify;
mod options;
mod reach;
mod roles;
mod routes;
pub mod s3;
mod schedule;
mod start;
pub mod states;
pub mod template;
mod tls;

pub use data::{Data, DataError};
pub use endpoints::{AwsEndpoints, Endpoints};
pub use error::StackError;
pub use options::{Delivery, Options};
pub use reach::Reached;
pub use start::Stack;
