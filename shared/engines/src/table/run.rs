//! One run of a program that a table declares.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::arguments::Filling;
use super::results::collect;
use super::telling::Telling;
use super::template::Item;
use super::{Call, Recipe, command, raw};
use crate::conversion::Job;
use crate::engine::Running;
use crate::process::{Command, Ended};
use crate::sandbox::Policy;
use crate::{ConversionError, Limits, Made};

pub(crate) fn run(recipe: &'static Recipe, job: Job) -> Running {
    Box::pin(convert(recipe, job))
}

async fn convert(recipe: &'static Recipe, job: Job) -> Result<Made, ConversionError> {
    let call = recipe.call(&job)?;
    let directory = tokio::fs::canonicalize(&job.conversion.directory).await?;
    let inputs = match call.result {
        raw::Result::Command => command::run::place(&job, &directory).await?,
        raw::Result::File
        | raw::Result::Directory
        | raw::Result::StandardOutput
        | raw::Result::Metadata => place(&job, &directory).await?,
    };
    let folder = directory.to_string_lossy();
    let mut filling = Filling {
        recipe,
        call,
        job: &job,
        directory: &folder,
        inputs: &inputs,
        output: "",
        member: None,
    };
    let output = call.output(&filling, &directory);
    filling.output = &output;
    prepare(&filling).await?;
    if !call.first.is_empty() {
        execute(&filling, &call.first, None).await?;
    }
    let ended = execute(&filling, &call.arguments, call.result.stream(output.as_ref())).await?;
    job.progress.set(95);
    let made = collect(&job, (call.result, output.as_ref()), &ended).await?;
    made.ok_or_else(|| complaint(recipe, &ended))
}

/// Makes the directory as the program expects it.
async fn prepare(filling: &Filling<'_>) -> Result<(), ConversionError> {
    if matches!(filling.call.result, raw::Result::Directory | raw::Result::Command) {
        tokio::fs::create_dir(filling.output).await?;
    }
    for (name, content) in &filling.recipe.files {
        let path = Path::new(filling.directory).join(name);
        tokio::fs::write(path, filling.text(content)).await?;
    }
    Ok(())
}

/// Runs the program once.
async fn execute(
    filling: &Filling<'_>,
    arguments: &[Item],
    stream: Option<&Path>,
) -> Result<Ended, ConversionError> {
    let &Filling { recipe, job, directory, .. } = filling;
    let program = job.program.as_deref().ok_or_else(|| {
        ConversionError::Internal(io::Error::other("the program was not looked for here"))
    })?;
    let named = filling.command().map(|command| command::run::executable(job, program, command));
    let named = named.transpose()?;
    let mut command = Command::new(named.as_deref().unwrap_or(program), Path::new(directory))
        .args(filling.arguments(arguments)?)
        .policy(recipe.needs.policy())
        .limits(|limits| recipe.limits.within(limits))
        .deadline(Duration::from_secs(recipe.limits.seconds))
        .telling(Arc::new(Telling::new(recipe.progress, job.progress.clone())));
    for (name, value) in &recipe.environment {
        command = command.env(name, filling.text(value));
    }
    if let Some(stream) = stream {
        command = command.writing(stream);
    }
    let ended = command.run().await?;
    ended.stderr.lines().for_each(|line| job.progress.log(line));
    judge(recipe, &ended)?;
    Ok(ended)
}

impl raw::Result {
    /// Returns where the standard output goes, if it is of use.
    fn stream(self, output: &Path) -> Option<&Path> {
        match self {
            Self::File | Self::Directory | Self::Command => None,
            Self::StandardOutput | Self::Metadata => Some(output),
        }
    }
}

impl raw::Needs {
    fn policy(&self) -> Policy {
        Policy { readable: self.read.clone(), writable: self.write.clone(), ..Policy::default() }
    }
}

impl raw::Limits {
    /// Returns the limits of this machine, or the program's own where those are tighter.
    fn within(&self, limits: Limits) -> Limits {
        let memory = self.memory.map_or(limits.memory, |mebibytes| mebibytes << 20);
        Limits {
            memory: memory.min(limits.memory),
            processes: self.processes.unwrap_or(limits.processes).min(limits.processes),
            ..limits
        }
    }
}

impl Recipe {
    fn call(&'static self, job: &Job) -> Result<&'static Call, ConversionError> {
        let wanted = job.conversion.wanted();
        self.calls.iter().find(|call| call.route.serves(wanted)).ok_or_else(|| {
            ConversionError::Internal(io::Error::other("the engine was chosen for another route"))
        })
    }
}

/// Programs look at a file's extension, and a name that users give is no argument for one.
async fn place(job: &Job, directory: &Path) -> Result<Vec<String>, ConversionError> {
    let mut placed = Vec::new();
    for (number, source) in job.conversion.sources.iter().enumerate() {
        let name = match number {
            0 => format!("input.{}", source.format),
            _ => format!("input-{number}.{}", source.format),
        };
        let path = directory.join(name);
        if tokio::fs::hard_link(&source.path, &path).await.is_err() {
            tokio::fs::copy(&source.path, &path).await?;
        }
        placed.push(path.to_string_lossy().into_owned());
    }
    Ok(placed)
}

/// Some programs call it a success to have made nothing.
fn judge(recipe: &Recipe, ended: &Ended) -> Result<(), ConversionError> {
    let says = |text: &Option<String>| {
        text.as_ref().is_some_and(|it| ended.stderr.contains(it) || ended.stdout.contains(it))
    };
    let is_good = ended.status.success()
        || ended.status.code().is_some_and(|code| recipe.accepts.contains(&code));
    match is_good && !says(&recipe.gives_up) {
        true => Ok(()),
        false if says(&recipe.asks_password) => Err(ConversionError::PasswordRequired),
        false => Err(complaint(recipe, ended)),
    }
}

fn complaint(recipe: &Recipe, ended: &Ended) -> ConversionError {
    let reason = ended.complaint().unwrap_or_else(|| "it made nothing of it".into());
    ConversionError::Failed(format!("{} failed on this file: {reason}", recipe.name))
}
