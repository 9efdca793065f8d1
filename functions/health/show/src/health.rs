use serde::Serialize;

/// How the service is, as the API shows it.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Health {
    status: Status,
    /// The version of Recast.
    version: &'static str,
    services: Services,
}

/// What the service needs.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
struct Services {
    table: Service,
    bucket: Service,
}

/// How a service is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
enum Service {
    Up,
    Down,
}

/// How all of it is: `ok` when all its services are up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(as = HealthStatus))]
#[serde(rename_all = "lowercase")]
enum Status {
    Ok,
    Down,
}

impl Health {
    /// Says how the service is when its table and its bucket are up or not.
    pub(crate) fn new(table: bool, bucket: bool) -> Self {
        let service = |up: bool| if up { Service::Up } else { Service::Down };
        Self {
            status: if table && bucket { Status::Ok } else { Status::Down },
            version: env!("CARGO_PKG_VERSION"),
            services: Services { table: service(table), bucket: service(bucket) },
        }
    }

    /// Returns whether everything is up.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }
}
