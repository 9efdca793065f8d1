use std::collections::{BTreeSet, HashMap};

use api::ApiError;
use domain::{
    Group, GroupId, Input, Job, JobEvent, JobStatus, KeyId, Schedule, Scope, Task, TaskName,
};
use serde_json::{Map, Value};
use store::Resource;

use crate::draft::blank;
use crate::members::Member;
use crate::objects::Draft;
use crate::{Asked, Context, Errors, unsettled};

/// A job as it is asked for, checked.
pub(crate) struct Checked {
    pub(crate) members: Vec<Member>,
    tag: Option<String>,
    webhook_url: Option<String>,
}

impl Context {
    /// Takes a job in and returns it as it is then; none when the same request was done before.
    ///
    /// # Errors
    ///
    /// [`ApiError`]: nothing of it is there then.
    pub async fn job(
        &self,
        asked: &Asked<'_>,
        body: &Map<String, Value>,
    ) -> Result<Option<Group>, ApiError> {
        let Checked { members, tag, webhook_url } = self.check_job(body)?;
        let now = self.settler.clock.now();
        let id = GroupId::new(now, self.settler.entropy.bytes());
        let mut job = Job {
            id: id.into(),
            owner: asked.caller.owner.clone(),
            tag,
            status: JobStatus::Processing,
            version: 0,
            created_at: now,
            started_at: None,
            ended_at: None,
            expires_at: None,
            numbers: u16::try_from(members.len()).unwrap_or(u16::MAX),
            lost: BTreeSet::new(),
            deleted: false,
            address: asked.address.to_owned(),
            webhook_url,
            announce: Vec::new(),
        };
        if self.settler.is_awaited(&job, JobEvent::Created).await? {
            job.announce.push(JobEvent::Created);
        }
        let tasks = self.store_bytes(drafts(&job, &asked.caller.key.id, members)).await?;
        let effect = asked.effect(Resource::Job(job.id));
        if !self.settler.store.create_job(&job, &tasks, effect.as_ref()).await? {
            self.forget_bytes(&tasks).await;
            return Ok(None);
        }
        let group = Group {
            id,
            job: Some(job),
            tasks,
            pointers: Vec::new(),
            foreign: HashMap::new(),
            schedule: Some(Schedule::first(now)),
        };
        self.settler.settle_new(group).await.map(Some).map_err(unsettled)
    }

    /// Reads a job to be, with all that is wrong with it.
    pub(crate) fn check_job(&self, body: &Map<String, Value>) -> Result<Checked, ApiError> {
        let mut errors = Errors::default();
        let tag = tag(body, &mut errors);
        let webhook_url = self.webhook_url(body, &mut errors);
        let members = self.members(body, &mut errors);
        check_redirect(body, &members, &mut errors);
        errors.unless(Checked { members, tag, webhook_url })
    }

    fn webhook_url(&self, body: &Map<String, Value>, errors: &mut Errors) -> Option<String> {
        let url = match body.get("webhook_url") {
            None | Some(Value::Null) => return None,
            Some(Value::String(url)) if url.is_empty() => return None,
            Some(url) => url.as_str().filter(|url| url.len() <= 2048),
        };
        let checked = url.map(|url| egress::check(url, &self.rules.hosts));
        match checked {
            Some(Ok(url)) => Some(url.to_string()),
            Some(Err(reason)) => {
                errors.add("webhook_url", reason.to_string());
                None
            }
            None => {
                errors
                    .add("webhook_url", "The webhook url must be a string of at most 2048 bytes.");
                None
            }
        }
    }
}

/// Who wants to be led to the job's file must have one given out.
fn check_redirect(body: &Map<String, Value>, members: &[Member], errors: &mut Errors) {
    match body.get("redirect") {
        None | Some(Value::Null | Value::Bool(false)) => {}
        Some(flag) if *flag == 0 => {}
        Some(flag) if *flag == true || *flag == 1 => {
            if !members.iter().any(|member| member.request.path == "export/url") {
                errors.add("redirect", "The redirect needs an export/url task.");
            }
        }
        Some(_) => errors.add("redirect", "The redirect must be true or false."),
    }
}

fn tag(body: &Map<String, Value>, errors: &mut Errors) -> Option<String> {
    match body.get("tag") {
        None | Some(Value::Null) => None,
        Some(Value::String(tag)) if tag.len() <= 1024 => Some(tag.clone()),
        Some(_) => {
            errors.add("tag", "The tag must be a string of at most 1024 bytes.");
            None
        }
    }
}

/// Makes the rows to be of a job's tasks, numbered from 1 in the order of the request.
fn drafts(job: &Job, key: &KeyId, members: Vec<Member>) -> Vec<Draft> {
    let number = |index: usize| u16::try_from(index + 1).unwrap_or(u16::MAX);
    let group = job.id.group();
    let known: HashMap<TaskName, Input> = members
        .iter()
        .enumerate()
        .map(|(index, member)| {
            let input = Input { task: group.task(number(index)), optional: member.ignore_error };
            (member.name.clone(), input)
        })
        .collect();
    let draft = |(index, member): (usize, Member)| {
        let task = Task {
            scope: Scope::Job(member.name),
            inputs: member.inputs.iter().filter_map(|name| known.get(name).copied()).collect(),
            ignore_error: member.ignore_error,
            ..blank(group.task(number(index)), &job.owner, key, &member.request, job.created_at)
        };
        Draft { task, operation: member.request.operation, payload: member.request.payload }
    };
    members.into_iter().enumerate().map(draft).collect()
}
