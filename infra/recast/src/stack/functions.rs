use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use api::{ApiError, Body, Request, Response};
use aws::{Environment, MissingSetting};
use engines::Catalogue;
use futures::future::BoxFuture;
use lambda_http::request::LambdaRequest;
use lambda_http::tower::Service;
use lambda_http::{Adapter, LambdaEvent};
use worker::{Invocation, Worker};

use super::roles::Roles;
use super::template::Function;

/// A function that answers a request with a whole answer, as JSON.
pub(crate) type HttpFunction =
    Arc<dyn Fn(LambdaRequest, Invocation) -> BoxFuture<'static, String> + Send + Sync>;

/// The functions of the template, each with a context of its own, by the names of their binaries.
#[derive(Default)]
pub(crate) struct Functions {
    pub(crate) http: HashMap<String, HttpFunction>,
    pub(crate) workers: HashMap<String, Worker>,
    pub(crate) sync: Option<Arc<sync::Context>>,
    pub(crate) timeouts: HashMap<String, Duration>,
}

/// A function of the template could not be made.
#[derive(Debug, thiserror::Error)]
pub enum FunctionError {
    /// It lacks a setting.
    #[error(transparent)]
    Setting(#[from] MissingSetting),
    /// No code of that name is part of this program.
    #[error("there is no function {0}")]
    Unknown(String),
}

impl Functions {
    /// Makes all functions as their `main.rs` would, with the settings that the template gives each
    /// and those that the platform adds.
    pub(crate) fn new(
        functions: &[Function],
        (base, roles): (&Environment, &Roles),
        catalogue: &Catalogue,
    ) -> Result<Self, FunctionError> {
        let mut made = Self::default();
        for function in functions {
            let key = ("AWS_ACCESS_KEY_ID".to_owned(), Roles::access_key(&function.binary));
            let settings = base.settings.with(function.variables.clone()).with([key]);
            let http = roles.client(&function.binary, base.http.clone());
            let environment = Environment { settings, http, ..base.clone() };
            made.add(&function.binary, &environment, catalogue)?;
            made.timeouts.insert(function.binary.clone(), function.timeout);
        }
        Ok(made)
    }

    fn add(
        &mut self,
        name: &str,
        environment: &Environment,
        catalogue: &Catalogue,
    ) -> Result<(), FunctionError> {
        match name {
            "download-file" => {
                self.http(name, api::Context::new(environment)?, download_file::handle)
            }
            "create-job" => {
                self.http(name, submission::Context::new(environment)?, create_job::handle)
            }
            "show-job" => self.http(name, api::Context::new(environment)?, show_job::handle),
            "wait-job" => self.http(name, api::Context::new(environment)?, wait_job::handle),
            "create-task" => {
                self.http(name, submission::Context::new(environment)?, create_task::handle)
            }
            "show-task" => self.http(name, api::Context::new(environment)?, show_task::handle),
            "wait-task" => self.http(name, api::Context::new(environment)?, wait_task::handle),
            "list-operations" => self.http(
                name,
                list_operations::Context::new(environment)?,
                list_operations::handle,
            ),
            "list-tasks" => self.http(name, api::Context::new(environment)?, list_tasks::handle),
            "list-jobs" => self.http(name, api::Context::new(environment)?, list_jobs::handle),
            "show-me" => self.http(name, api::Context::new(environment)?, show_me::handle),
            "cancel-task" => {
                self.http(name, submission::Context::new(environment)?, cancel_task::handle)
            }
            "retry-task" => {
                self.http(name, submission::Context::new(environment)?, retry_task::handle)
            }
            "delete-task" => {
                self.http(name, submission::Context::new(environment)?, delete_task::handle)
            }
            "delete-job" => {
                self.http(name, submission::Context::new(environment)?, delete_job::handle)
            }
            "create-webhook" => {
                self.http(name, create_webhook::Context::new(environment)?, create_webhook::handle)
            }
            "list-webhooks" => {
                self.http(name, api::Context::new(environment)?, list_webhooks::handle)
            }
            "delete-webhook" => {
                self.http(name, api::Context::new(environment)?, delete_webhook::handle)
            }
            "list-deliveries" => {
                self.http(name, api::Context::new(environment)?, list_deliveries::handle)
            }
            "test-webhook" => {
                self.http(name, test_webhook::Context::new(environment)?, test_webhook::handle)
            }
            "show-health" => {
                self.http(name, show_health::Context::new(environment)?, show_health::handle)
            }
            "show-openapi" => self.http(name, show_openapi::Context::new(), show_openapi::handle),
            "sync" => self.sync = Some(Arc::new(sync::Context::new(environment)?)),
            // The one in an image is the same with more programs, which here are everybody's.
            "run-task" | "run-engine" => {
                let context = run_task::Context::new(environment, catalogue.clone())?;
                self.worker(name, Worker::new(context, run_task::handle));
            }
            "capture-page" | "open-page" => {
                let context = capture_page::Context::new(environment, catalogue.clone())?;
                self.worker(name, Worker::new(context, capture_page::handle));
            }
            "fail-task" => {
                self.worker(
                    name,
                    Worker::new(fail_task::Context::new(environment)?, fail_task::handle),
                );
            }
            "deliver-webhook" => {
                let context = deliver_webhook::Context::new(environment)?;
                self.worker(name, Worker::new(context, deliver_webhook::handle));
            }
            "receive-upload" => {
                let context = receive_upload::Context::new(environment)?;
                self.worker(name, Worker::new(context, receive_upload::handle));
            }
            "sweep" => {
                self.worker(name, Worker::new(sweep::Context::new(environment)?, sweep::handle))
            }
            unknown => return Err(FunctionError::Unknown(unknown.to_owned())),
        }
        Ok(())
    }

    fn worker(&mut self, name: &str, worker: Worker) {
        self.workers.insert(name.to_owned(), worker);
    }

    fn http<C, F, Fut>(&mut self, name: &str, context: C, handle: F)
    where
        C: Send + Sync + 'static,
        F: Fn(Arc<C>, Request) -> Fut + Send + Sync + Clone + 'static,
        Fut: Future<Output = Result<Response<Body>, ApiError>> + Send + 'static,
    {
        let service = api::service(context, handle);
        let call =
            move |event: LambdaRequest, invocation: Invocation| -> BoxFuture<'static, String> {
                let mut adapter = Adapter::from(service.clone());
                let answer = adapter.call(LambdaEvent::new(event, invocation));
                Box::pin(async move {
                    let answer: Result<_, Infallible> = answer.await;
                    answer.map_or_else(
                        |never| match never {},
                        |answer| serde_json::to_string(&answer).unwrap_or_default(),
                    )
                })
            };
        self.http.insert(name.to_owned(), Arc::new(call));
    }
}
