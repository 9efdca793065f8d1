//! DynamoDB: `dynoxide` on a port of this machine, with the template's table.

use std::path::Path;
use std::time::Duration;

use dynoxide::{Database, DynoxideError};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How often what has expired is deleted: AWS takes days, which nobody may rely on.
const EXPIRE_EVERY: Duration = Duration::from_secs(60);

/// Opens the database, in memory without a path, and makes the table if it is not there.
pub(crate) fn open(path: Option<&Path>, table: &Value) -> Result<Database, DynoxideError> {
    let database = match path {
        Some(path) => Database::new(&path.to_string_lossy())?,
        None => Database::memory()?,
    };
    let name = table["TableName"].as_str().unwrap_or_default();
    if database.get_table_metadata(name)?.is_none() {
        let ttl = &table["TimeToLiveSpecification"];
        let mut request = table.clone();
        if let Value::Object(properties) = &mut request {
            properties.remove("TimeToLiveSpecification");
        }
        database.create_table(read(request)?)?;
        let ttl = json!({ "TableName": name, "TimeToLiveSpecification": ttl });
        database.update_time_to_live(read(ttl)?)?;
    }
    Ok(database)
}

/// Serves the database until the token is cancelled.
pub(crate) async fn serve(listener: TcpListener, database: Database, stop: CancellationToken) {
    let expiry = expire(database.clone(), stop.clone());
    let server = dynoxide::server::serve_with_shutdown(listener, database, stop.cancelled_owned());
    let (served, ()) = tokio::join!(server, expiry);
    if let Err(error) = served {
        tracing::error!(%error, "the table's server stopped");
    }
}

async fn expire(database: Database, stop: CancellationToken) {
    while stop.run_until_cancelled(tokio::time::sleep(EXPIRE_EVERY)).await.is_some() {
        let database = database.clone();
        let swept = tokio::task::spawn_blocking(move || database.sweep_ttl()).await;
        if let Ok(Err(error)) = swept {
            tracing::warn!(%error, "nothing was expired");
        }
    }
}

fn read<T: DeserializeOwned>(request: Value) -> Result<T, DynoxideError> {
    serde_json::from_value(request)
        .map_err(|error| DynoxideError::ValidationException(error.to_string()))
}
