use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use ambient::{Clock, Entropy};
use aws::{Environment, MissingSetting, Settings};
use axum::serve::Listener;
use domain::OwnerId;
use jiff::SignedDuration;
use settle::{Settler, Starts};
use store::{ApiKey, Owner, Scope, Store};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::data::DataError;
use super::endpoints::{AwsEndpoints, Endpoints};
use super::error::StackError;
use super::function_url::FunctionUrl;
use super::functions::Functions;
use super::gateway::Gateway;
use super::invoker::Invoker;
use super::lambda::Lambda;
use super::names::{ACCESS_KEY, REGION};
use super::options::Options;
use super::roles::Roles;
use super::s3::S3Options;
use super::states::{InvokeError, States};
use super::template::{Function, Template};
use super::tls::Identity;
use super::{bucket, dynamodb, machines, s3, schedule};

/// A running stack.
pub struct Stack {
    /// Where it is reached.
    pub endpoints: Endpoints,
    /// What each of its functions would be given, but for its own settings.
    pub environment: Environment,
    /// The state machines.
    pub states: States,
    invoker: Invoker,
    roles: Roles,
    data: super::Data,
    stop: CancellationToken,
    running: TaskTracker,
}

impl Stack {
    /// Starts a stack and takes up what was running when it was stopped or killed.
    ///
    /// # Errors
    ///
    /// [`StackError`] when something that it is made of cannot be had.
    pub async fn start(options: Options) -> Result<Self, StackError> {
        // A killed process has left where it was.
        options.data.unpublish();
        let api = listen(options.port).await?;
        let sync = listen(options.sync_port).await?;
        let (tables, files) = (listen(0).await?, listen(0).await?);
        let (machines, lambda) = (listen(0).await?, listen(0).await?);
        let template = Template::read(&parameters(&options))?;
        let base = environment(&options, [&tables, &files, &machines, &lambda])?;
        let declared = template.functions()?;
        let roles = Roles::new(&declared);
        let functions = Functions::new(&declared, (&base, &roles), &options.catalogue)?;
        let functions = Arc::new(functions);
        let invoker =
            Invoker::new(Arc::clone(&functions), options.clock.clone(), options.concurrency);
        let (stop, running) = (CancellationToken::new(), TaskTracker::new());

        let table = template.table()?;
        let database = dynamodb::open(options.data.table().as_deref(), table);
        let database = database.map_err(|error| StackError::Table(error.to_string()))?;
        running.spawn(dynamodb::serve(tables, database, stop.clone()));

        let around = (&base, &invoker, &running);
        let s3 = bucket::options(template.bucket()?, &options, roles.clone(), around)?;
        running.spawn(serve_bucket(files, s3, stop.clone()));

        let states = machines::open(&options, &template.state_machines()?, invoker.clone())?;
        serve(machines, states.router(), &stop, &running);
        let calls =
            Lambda { invoker: invoker.clone(), stop: stop.clone(), running: running.clone() };
        serve(lambda, calls.router(), &stop, &running);
        // Any function has the settings that all share.
        let shared = declared.first().map(|function| function.variables.clone());
        let aws = AwsEndpoints::new(&base.settings, shared.unwrap_or_default())?;
        let settings = base.settings.with(aws.settings.clone());
        let environment = Environment { settings, ..base };
        let key = options.data.api_key(&environment.entropy)?;
        put_key(&environment, &key).await?;

        let mut endpoints = Endpoints {
            api: address(&api),
            sync: address(&sync),
            api_key: key,
            tls: None,
            ca: None,
            aws,
        };
        let calls = (invoker.clone(), options.clock.clone());
        let gateway = Gateway::new(&declared, template.api_cors()?, &functions, calls.clone());
        serve(api, gateway.router("http"), &stop, &running);
        if let Some(port) = options.tls_port {
            let identity = Identity::open(&options.data, environment.signing_clock.now())?;
            let listener = listen(port).await?;
            endpoints.tls = Some(local(&listener).replace("http://127.0.0.1", "https://localhost"));
            endpoints.ca = Some(identity.certificate.clone());
            serve(identity.listen(listener), gateway.router("https"), &stop, &running);
        }
        if let Some(context) = &functions.sync {
            let cors = declared.iter().find_map(|function| function.cors.clone());
            let url = FunctionUrl::new(Arc::clone(context), cors, calls);
            serve(sync, url.router(), &stop, &running);
        }
        let data = options.data.clone();
        let stack = Self { endpoints, environment, states, invoker, roles, data, stop, running };
        stack.go_on(&options, &declared)?;
        Ok(stack)
    }

    /// Takes up what was running, and lets the schedule begin.
    fn go_on(&self, options: &Options, declared: &[Function]) -> Result<(), StackError> {
        if options.resume {
            self.states.resume();
        }
        if options.resume && options.data.table().is_some() {
            self.running.spawn(take_up(Settler::new(&self.environment)?, self.stop.clone()));
        }
        if options.sweep {
            let scheduled = declared.iter().filter(|function| function.scheduled);
            let scheduled = scheduled.map(|function| function.binary.clone()).collect();
            let (invoker, clock) = (self.invoker.clone(), options.clock.clone());
            self.running.spawn(schedule::run(invoker, scheduled, clock, self.stop.clone()));
        }
        Ok(())
    }

    /// Calls a worker as the schedule or the bucket would, and waits for it.
    pub async fn deliver(&self, function: &str, event: serde_json::Value) {
        self.invoker.deliver(function, event).await;
    }

    /// Calls a worker once, whether there is room for it or not.
    ///
    /// # Errors
    ///
    /// [`InvokeError`] as the function failed.
    pub async fn call(&self, function: &str, event: serde_json::Value) -> Result<(), InvokeError> {
        self.invoker.call(function, event).await.map(drop)
    }

    /// Returns whether no worker is at work: one goes on for a while when its task was taken away.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.invoker.is_idle()
    }

    /// Returns what functions have done of what their policies allow: the function's name and the action.
    #[must_use]
    pub fn used_permissions(&self) -> BTreeSet<(String, String)> {
        self.roles.used()
    }

    /// Writes down where the stack is reached, for other programs.
    ///
    /// # Errors
    ///
    /// [`DataError`] when it cannot be written.
    pub fn publish(&self) -> Result<(), DataError> {
        self.data.publish(&self.endpoints)
    }

    /// Stops the stack; what runs is taken up at the next start.
    pub async fn stop(&self) {
        self.data.unpublish();
        self.states.shutdown().await;
        self.stop.cancel();
        self.running.close();
        self.running.wait().await;
    }
}

async fn serve_bucket(listener: TcpListener, options: S3Options, stop: CancellationToken) {
    if let Err(error) = s3::serve(listener, options, stop.cancelled_owned()).await {
        tracing::error!(%error, "the bucket's server stopped");
    }
}

async fn listen(port: u16) -> Result<TcpListener, StackError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    listener.map_err(|source| StackError::Port { port, source })
}

fn local(listener: &TcpListener) -> String {
    let address = listener.local_addr().unwrap_or_else(|_| SocketAddr::from(([127, 0, 0, 1], 0)));
    format!("http://{address}")
}

fn address(listener: &TcpListener) -> String {
    format!("{}/v2", local(listener))
}

/// What the template's parameters are here.
fn parameters(options: &Options) -> BTreeMap<String, String> {
    let found = [
        ("AllowHosts".to_owned(), options.allow_hosts.clone()),
        ("Engines".to_owned(), options.catalogue.programs()),
    ];
    found.into_iter().chain(options.parameters.clone()).collect()
}

/// What the platform gives every function.
fn environment(
    options: &Options,
    [tables, files, machines, lambda]: [&TcpListener; 4],
) -> Result<Environment, StackError> {
    let scratch = options.data.scratch()?;
    let settings = [
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", ACCESS_KEY.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", Entropy.hex::<16>()),
        ("AWS_ENDPOINT_URL_DYNAMODB", local(tables)),
        ("AWS_ENDPOINT_URL_S3", local(files)),
        ("AWS_ENDPOINT_URL_SFN", local(machines)),
        ("AWS_ENDPOINT_URL_LAMBDA", local(lambda)),
        ("RECAST_SCRATCH", scratch.to_string_lossy().into_owned()),
    ];
    let settings: Settings =
        settings.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Ok(Environment {
        settings,
        clock: options.clock.clone(),
        signing_clock: Clock::system(),
        entropy: Entropy,
        http: options.http.clone(),
    })
}

/// Settles whatever was open when the process was stopped or killed: where everything stops at once
/// nobody need wait for the sweep to find out.
async fn take_up(settler: Settler, stop: CancellationToken) {
    let open = settler.clock.now().saturating_add(SignedDuration::from_mins(10));
    let overdue =
        settler.store.overdue(open.unwrap_or(jiff::Timestamp::MAX)).await.unwrap_or_default();
    for group in overdue.groups {
        let settled = stop.run_until_cancelled(settler.settle(group, Starts::All)).await;
        if let Some(Err(error)) = settled {
            tracing::warn!(%group, %error, "left to the sweep");
        }
    }
}

/// Makes the key of the data directory good for everything, and its owner known.
async fn put_key(environment: &Environment, secret: &str) -> Result<(), StackError> {
    let store = Store::new(environment)?;
    let owner = OwnerId::parse("default").map_err(|_| MissingSetting("owner"))?;
    let now = environment.clock.now();
    store.put_owner(&Owner::new(owner.clone(), now, &environment.entropy)).await?;
    Ok(store.put_key(&ApiKey::new(secret, owner, Scope::ALL.to_vec(), now)).await?)
}

fn serve<L>(listener: L, router: axum::Router, stop: &CancellationToken, running: &TaskTracker)
where
    L: Listener<Addr: Debug>,
{
    let stop = stop.clone();
    running.spawn(async move {
        let server = axum::serve(listener, router);
        // Clients that wait are cut off: what they wait for goes on at the next start.
        drop(stop.run_until_cancelled(server.into_future()).await);
    });
}
