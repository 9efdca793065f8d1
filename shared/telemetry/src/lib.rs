//! What functions say of themselves: lines of JSON, one for each event, and metrics among them.
//!
//! A line has the fields of its event and of the spans around it side by side, so that a query finds a
//! task's lines by `task`, whoever wrote them. All lines of a job have one `trace`.

mod lines;
mod metric;

use std::io;
use std::sync::Mutex;

use aws::Environment;
use tracing::level_filters::LevelFilter;
use tracing::{Dispatch, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::Registry;

use lines::Lines;
pub use metric::{TaskMetric, millis, overdue};

/// Has this process write lines to its standard output, which Lambda brings to the log.
///
/// `AWS_LAMBDA_LOG_LEVEL`, which the template's `LoggingConfig` decides, says what is worth a line; INFO
/// unless it does. What the environment's clock says is the time of a line.
pub fn init(environment: &Environment) {
    let dispatch = Dispatch::new(subscriber(environment, io::stdout()));
    // Somebody else's, in a process that is more than one function, is as good.
    drop(tracing::dispatcher::set_global_default(dispatch));
}

/// Returns what writes lines to `writer`.
pub fn subscriber(
    environment: &Environment,
    writer: impl io::Write + Send + 'static,
) -> impl Subscriber + Send + Sync {
    let level = environment.settings.optional("AWS_LAMBDA_LOG_LEVEL").unwrap_or("INFO");
    let level = level.parse().unwrap_or(LevelFilter::INFO);
    let lines = Lines { clock: environment.clock.clone(), writer: Mutex::new(writer) };
    Registry::default().with(lines.with_filter(level))
}
