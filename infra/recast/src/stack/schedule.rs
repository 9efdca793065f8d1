use std::time::Duration;

use ambient::Clock;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::invoker::Invoker;

/// As the template's schedule has it.
const EVERY: Duration = Duration::from_secs(60);

/// Calls the scheduled functions at once and then every minute, until the token is cancelled.
pub(crate) async fn run(
    invoker: Invoker,
    functions: Vec<String>,
    clock: Clock,
    stop: CancellationToken,
) {
    loop {
        for function in &functions {
            if stop.run_until_cancelled(invoker.deliver(function, json!({}))).await.is_none() {
                return;
            }
        }
        if stop.run_until_cancelled(clock.sleep(EVERY)).await.is_none() {
            return;
        }
    }
}
