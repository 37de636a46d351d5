//! What a process sends by itself (features `push` and `otlp`): a thread that sends at an interval and at the end, and a client of one request.

mod server;
mod worker;

pub(crate) use server::{Failure, Server};
pub(crate) use worker::{Delivery, End, LAST, Refresh, Worker};
