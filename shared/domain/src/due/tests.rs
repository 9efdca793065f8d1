use super::*;
use crate::{Files, GroupId, Input, Job, OwnerId, Payload, Run, Scope, TaskName};

const MINUTE: i64 = 60;
const HOUR: i64 = 3600;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

fn id() -> GroupId {
    GroupId::new(at(0), [1; 10])
}

fn other() -> GroupId {
    GroupId::new(at(0), [2; 10])
}

fn owner() -> OwnerId {
    OwnerId::parse("default").unwrap()
}

fn task(number: u16, work: Work, inputs: &[TaskId], state: State) -> Task {
    Task {
        id: id().task(number),
        owner: owner(),
        scope: Scope::Job(TaskName::try_from(format!("t{number}")).unwrap()),
        operation: "convert".to_owned(),
        work,
        payload: Payload::Stored,
        inputs: inputs.iter().map(|task| Input { task: *task, optional: false }).collect(),
        ignore_error: false,
        created_at: at(0),
        state,
        percent: 0,
        message: None,
        engine: None,
        files: Files::Inline(Vec::new()),
        details: serde_json::Map::new(),
        log: Vec::new(),
        secret: None,
        key: None,
        retry_of: None,
        retries: Vec::new(),
        staged: false,
        deleted: false,
        expires_at: None,
    }
    .aged()
}

/// What has ended is gone a day later.
trait Aged {
    fn aged(self) -> Self;
}

impl Aged for Task {
    fn aged(self) -> Self {
        let expires_at = self.state.ended_at().map(|at| later(at, crate::RETENTION));
        Self { expires_at, ..self }
    }
}

fn group(tasks: Vec<Task>) -> Group {
    let job = Job {
        id: id().into(),
        owner: owner(),
        tag: None,
        status: JobStatus::Processing,
        version: 0,
        created_at: at(0),
        started_at: None,
        ended_at: None,
        expires_at: None,
        numbers: 3,
        lost: Default::default(),
        deleted: false,
        address: "https://api.example.org".to_owned(),
        webhook_url: None,
        announce: Vec::new(),
    };
    let schedule = Some(Schedule::first(at(0)));
    Group {
        id: id(),
        job: Some(job),
        tasks,
        pointers: vec![],
        foreign: Default::default(),
        schedule,
    }
}

fn ended(mut group: Group, second: i64) -> Group {
    let job = group.job.as_mut().unwrap();
    (job.ended_at, job.expires_at) = (Some(at(second)), Some(at(second + 24 * HOUR)));
    job.status = JobStatus::Finished;
    group
}

fn finished(second: i64) -> State {
    State::Finished { started_at: at(0), ended_at: at(second) }
}

fn failed(second: i64) -> State {
    let failure = Failure::new(Code::DownloadFailed, "example.org answered 404");
    State::Error { started_at: at(0), ended_at: at(second), failure }
}

fn processing() -> State {
    let run = Run { attempt: 0, nonce: "a".to_owned() };
    State::Processing { started_at: at(0), run, deadline: at(900) }
}

fn t(number: u16) -> TaskId {
    id().task(number)
}

/// The chain of every example: an import, a convert and an export, in the states given.
fn chain(import: State, convert: State, export: State) -> Group {
    group(vec![
        task(1, Work::Execution, &[], import),
        task(2, Work::Execution, &[t(1)], convert),
        task(3, Work::Listing, &[t(2)], export),
    ])
}

#[track_caller]
fn check(group: &Group, second: i64, expect: &[Step]) {
    assert_eq!(due(group, at(second)), expect);
}

fn input_failed(number: u16, reason: &str) -> Step {
    let failure = Failure::new(Code::InputTaskFailed, format!("Input task has failed: {reason}"));
    Step::Fail { task: t(number), from: From::Waiting, failure }
}

#[test]
fn a_chain_goes_forward_link_by_link() {
    use State::Waiting;
    check(&chain(Waiting, Waiting, Waiting), 1, &[Step::Start(t(1))]);
    check(&chain(processing(), Waiting, Waiting), 1, &[]);
    check(&chain(finished(1), Waiting, Waiting), 1, &[Step::Start(t(2))]);
    check(&chain(finished(1), processing(), Waiting), 1, &[]);
    check(&chain(finished(1), finished(2), Waiting), 2, &[Step::Finish(t(3))]);
    check(&chain(finished(1), finished(2), finished(3)), 3, &[Step::EndJob(JobStatus::Finished)]);
}

#[test]
fn a_failure_reaches_its_dependents_one_by_one() {
    let group = chain(failed(1), State::Waiting, State::Waiting);
    check(&group, 1, &[input_failed(2, "t1")]);
    let group = chain(failed(1), failed(1), failed(2));
    check(&group, 2, &[Step::EndJob(JobStatus::Error)]);
}

#[test]
fn a_task_fails_as_soon_as_one_of_its_inputs_has() {
    let merge = task(3, Work::Execution, &[t(1), t(2)], State::Waiting);
    let one = task(1, Work::Execution, &[], processing());
    let two = task(2, Work::Execution, &[], failed(1));
    check(&group(vec![one, two, merge]), 1, &[input_failed(3, "t2")]);
}

#[test]
fn ignored_errors_are_done_without_until_none_is_left() {
    let mut merge = task(3, Work::Execution, &[t(1), t(2)], State::Waiting);
    merge.inputs.iter_mut().for_each(|input| input.optional = true);
    let mut one = task(1, Work::Execution, &[], finished(1));
    let mut two = task(2, Work::Execution, &[], failed(1));
    (one.ignore_error, two.ignore_error) = (true, true);
    let some = group(vec![one.clone(), two.clone(), merge.clone()]);
    check(&some, 1, &[Step::Start(t(3))]);
    one.state = failed(1);
    let failure = Failure::new(Code::InputTaskFailed, "All input tasks have failed");
    let none = Step::Fail { task: t(3), from: From::Waiting, failure };
    check(&group(vec![one, two.clone(), merge]), 1, &[none]);
    check(&group(vec![two]), 1, &[Step::EndJob(JobStatus::Finished)]);
}

#[test]
fn an_input_that_is_gone_or_expired_counts_as_failed() {
    let gone = group(vec![task(2, Work::Execution, &[t(1)], State::Waiting)]);
    check(&gone, 1, &[input_failed(2, &format!("{} is gone", t(1)))]);
    let mut late = chain(finished(0), State::Waiting, finished(1));
    late.tasks[1].created_at = at(20 * HOUR);
    late.tasks.pop();
    check(&late, 24 * HOUR, &[Step::Expire(t(1)), input_failed(2, "t1 has expired")]);
}

#[test]
fn stored_tasks_end_at_once_and_uploads_when_their_object_comes() {
    check(&group(vec![task(1, Work::Stored, &[], State::Waiting)]), 0, &[Step::Finish(t(1))]);
    let upload = group(vec![task(1, Work::Upload, &[], State::Waiting)]);
    check(&upload, 1, &[]);
    check(&upload, 2 * MINUTE, &[Step::Find { task: t(1), last: false }]);
    check(&upload, 12 * HOUR, &[Step::Find { task: t(1), last: true }]);
}

#[test]
fn a_dead_run_times_out_and_so_does_a_task_open_for_a_day() {
    let from = From::Run(Run { attempt: 0, nonce: "a".to_owned() });
    let failure = Failure::new(Code::Timeout, "The task took longer than it may.");
    let dead = group(vec![task(1, Work::Execution, &[], processing())]);
    check(&dead, 899, &[]);
    check(&dead, 900, &[Step::Fail { task: t(1), from, failure }]);
    let waiting = group(vec![task(1, Work::Execution, &[], State::Waiting)]);
    let failure = Failure::new(Code::Timeout, "The task waited longer than it may.");
    check(&waiting, 24 * HOUR, &[Step::Fail { task: t(1), from: From::Waiting, failure }]);
}

#[test]
fn what_has_expired_is_deleted_files_rows_and_the_job_last() {
    let all = ended(chain(finished(1), finished(2), failed(3)), 3);
    check(&all, 24 * HOUR, &[]);
    check(&all, 24 * HOUR + 3, &[Step::Expire(t(1)), Step::Expire(t(2)), Step::Expire(t(3))]);
    check(&ended(group(vec![]), 3), 24 * HOUR + 3, &[Step::ExpireJob]);
}

#[test]
fn the_files_of_an_input_stay_while_an_export_lists_them() {
    let all = ended(chain(finished(1), finished(2), finished(5 * HOUR)), 5 * HOUR);
    check(&all, 25 * HOUR, &[Step::Expire(t(1))]);
    let mut all = all;
    check(&all, 29 * HOUR, &[Step::Expire(t(1)), Step::Expire(t(3))]);
    all.tasks.truncate(2);
    check(&all, 29 * HOUR, &[Step::Expire(t(1)), Step::Expire(t(2))]);
}

#[test]
fn an_export_that_an_export_lists_holds_its_inputs_files_as_long_as_it_is_there() {
    let mut all = ended(
        group(vec![
            task(1, Work::Stored, &[], finished(0)),
            task(2, Work::Listing, &[t(1)], finished(HOUR)),
            task(3, Work::Listing, &[t(2)], finished(2 * HOUR)),
        ]),
        2 * HOUR,
    );
    check(&all, 25 * HOUR, &[]);
    for last in [3, 2, 1] {
        check(&all, 26 * HOUR, &[Step::Expire(t(last))]);
        all.tasks.pop();
    }
}

#[test]
fn an_export_of_another_group_holds_files_too() {
    let pointer = Pointer { input: t(1), dependent: other().task(1) };
    let mut all = ended(group(vec![task(1, Work::Execution, &[], finished(0))]), 0);
    all.pointers.push(pointer);
    let mut export = task(1, Work::Listing, &[t(1)], finished(5 * HOUR));
    (export.id, export.scope) = (other().task(1), Scope::Single);
    all.foreign.insert(export.id, export.clone());
    check(&all, 25 * HOUR, &[]);
    assert_eq!(next_look(&all, at(25 * HOUR)).map(|next| next.due), Some(at(29 * HOUR)));
    check(&all, 29 * HOUR, &[]);
    let soon = next_look(&all, at(29 * HOUR)).map(|next| next.due);
    assert_eq!(soon, Some(at(29 * HOUR + 4 * MINUTE)), "the export goes first, in its own time");
    all.foreign.clear();
    check(&all, 29 * HOUR, &[Step::Expire(t(1)), Step::Forget(pointer)]);
    export.work = Work::Execution;
    all.foreign.insert(export.id, export);
    check(&all, 25 * HOUR, &[Step::Expire(t(1)), Step::Forget(pointer)]);
}

#[test]
fn dependents_of_other_groups_are_visited_when_their_input_has_ended() {
    let pointer = Pointer { input: t(1), dependent: other().task(1) };
    let mut one = group(vec![task(1, Work::Execution, &[], processing())]);
    one.pointers.push(pointer);
    let mut dependent = task(1, Work::Execution, &[t(1)], State::Waiting);
    (dependent.id, dependent.scope) = (other().task(1), Scope::Single);
    one.foreign.insert(dependent.id, dependent);
    check(&one, 1, &[]);
    one.tasks[0].state = failed(1);
    check(&one, 1, &[Step::Visit(pointer), Step::EndJob(JobStatus::Error)]);
    one.tasks.clear();
    check(&one, 1, &[Step::Visit(pointer), Step::EndJob(JobStatus::Error)]);
    one.foreign.clear();
    check(&one, 1, &[Step::Forget(pointer), Step::EndJob(JobStatus::Error)]);
}

#[test]
fn a_staged_task_shows_once_its_job_is_there_and_goes_if_it_never_comes() {
    let mut staged = group(vec![task(1, Work::Stored, &[], State::Waiting)]);
    staged.tasks[0].staged = true;
    check(&staged, 1, &[Step::Unstage(t(1))]);
    staged.job = None;
    check(&staged, 9 * MINUTE, &[]);
    check(&staged, 10 * MINUTE, &[Step::Expire(t(1))]);
}

#[test]
fn tasks_go_with_their_job() {
    let mut orphan = chain(State::Waiting, processing(), finished(1));
    orphan.job = None;
    check(&orphan, 2, &[1, 2, 3].map(|number| Step::Expire(t(number))));
}

#[test]
fn looks_double_to_ten_minutes_while_anything_is_open() {
    let mut open = chain(processing(), State::Waiting, State::Waiting);
    let mut now = at(2 * MINUTE);
    let mut minutes = Vec::new();
    for _ in 0..4 {
        let next = next_look(&open, now).unwrap();
        minutes.push(next.due.duration_since(now).as_mins());
        (open.schedule, now) = (Some(next), next.due);
    }
    assert_eq!(minutes, [4, 8, 10, 10]);
}

#[test]
fn a_settled_group_is_looked_at_when_its_first_row_expires() {
    let all = ended(chain(finished(1), finished(2), finished(3)), 3);
    assert_eq!(next_look(&all, at(3)).map(|next| next.due), Some(at(24 * HOUR + 1)));
}

#[test]
fn a_job_goes_by_the_newest_try_of_each_name() {
    let mut again = task(4, Work::Execution, &[], finished(3));
    again.scope = Scope::Job(TaskName::try_from("t1".to_owned()).unwrap());
    let mut tried = group(vec![task(1, Work::Execution, &[], failed(1)), again]);
    check(&tried, 3, &[Step::EndJob(JobStatus::Finished)]);
    tried.tasks[1].state = failed(3);
    check(&tried, 3, &[Step::EndJob(JobStatus::Error)]);
}

#[test]
fn a_deleted_task_is_an_input_that_failed_and_has_ended_for_its_job() {
    let mut one = chain(failed(1), State::Waiting, State::Waiting);
    one.tasks[0].deleted = true;
    let failure = Failure::new(Code::InputTaskFailed, "Input task has failed: t1 was deleted");
    let fail = Step::Fail { task: t(2), from: From::Waiting, failure };
    check(&one, 1, &[Step::Expire(t(1)), fail]);
    let mut lost = group(vec![
        task(1, Work::Execution, &[], failed(1)),
        task(2, Work::Execution, &[], finished(1)),
    ]);
    lost.tasks[0].deleted = true;
    check(&lost, 1, &[Step::Expire(t(1)), Step::EndJob(JobStatus::Error)]);
    lost.tasks[0].state = finished(1);
    check(&lost, 1, &[Step::Expire(t(1)), Step::EndJob(JobStatus::Finished)]);
    lost.tasks.remove(0);
    lost.job.as_mut().unwrap().lost.insert(TaskName::try_from("t1".to_owned()).unwrap());
    check(&lost, 1, &[Step::EndJob(JobStatus::Error)]);
}

#[test]
fn what_was_deleted_goes_although_an_export_lists_it() {
    let mut all = ended(chain(finished(1), finished(2), finished(3)), 3);
    all.tasks[1].deleted = true;
    check(&all, 4, &[Step::Expire(t(2))]);
    assert_eq!(next_look(&all, at(4)).map(|next| next.due), Some(at(4 + 4 * MINUTE)));
}

#[test]
fn everything_of_a_deleted_job_goes_and_its_row_last() {
    let mut gone = chain(finished(1), processing(), State::Waiting);
    gone.job.as_mut().unwrap().deleted = true;
    check(&gone, 1, &[Step::Expire(t(1)), Step::Discard(t(2)), Step::Discard(t(3))]);
    gone.tasks.clear();
    check(&gone, 1, &[Step::ExpireJob]);
}

#[test]
fn webhooks_are_told_before_a_job_ends_again_and_until_then_it_is_looked_at_soon() {
    let mut told = ended(chain(finished(1), finished(2), finished(3)), 3);
    told.job.as_mut().unwrap().announce = vec![JobEvent::Created, JobEvent::Finished];
    check(&told, 4, &[Step::Announce(JobEvent::Created)]);
    assert_eq!(next_look(&told, at(4)).map(|next| next.due), Some(at(4 + 4 * MINUTE)));
}
