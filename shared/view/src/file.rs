use domain::{File, Status, Task, Work};
use files::FilesError;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::Viewer;

/// What RFC 3986 calls unreserved stays as it is in an address.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What came of a task, or how to bring its file in.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = TaskResult))]
pub struct ResultView {
    /// The form that a waiting import/upload is posted by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    form: Option<FormView>,
    /// The files of a finished task; absent when what came of it are other members alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    files: Option<Vec<FileView>>,
    /// Further members, such as `metadata`.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schema(value_type = std::collections::BTreeMap<String, Value>))]
    details: Map<String, Value>,
}

/// A form: its parameters go first, the file last.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = Form))]
pub struct FormView {
    /// Where it is posted to, as `multipart/form-data`.
    #[cfg_attr(feature = "schema", schema(format = "uri"))]
    url: String,
    /// Its fields but the last, which is `file`.
    #[cfg_attr(feature = "schema", schema(value_type = std::collections::BTreeMap<String, String>))]
    parameters: Map<String, Value>,
}

/// One file of a finished task.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = File))]
pub struct FileView {
    filename: String,
    /// In bytes.
    size: u64,
    /// Where it can be read from; of export/url only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false, format = "uri"))]
    url: Option<String>,
}

impl FileView {
    /// Returns about how many bytes the view takes in an answer.
    fn weight(&self) -> usize {
        64 + self.filename.len() + self.url.as_ref().map_or(0, String::len)
    }

    /// Returns where the file can be read from, if it can.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

impl ResultView {
    /// Returns the files, of which there are none until the task has finished.
    #[must_use]
    pub fn files(&self) -> &[FileView] {
        self.files.as_deref().unwrap_or_default()
    }

    fn of_form(form: FormView) -> Self {
        Self { form: Some(form), files: None, details: Map::new() }
    }

    fn of_files(files: Vec<FileView>, details: Map<String, Value>) -> Self {
        let files = (details.is_empty() || !files.is_empty()).then_some(files);
        Self { form: None, files, details }
    }

    /// Leaves out the files behind those that `room` bytes hold, and further members that it does not
    /// hold, and takes what it uses of them.
    pub(crate) fn fit(&mut self, room: &mut usize) {
        let fits = |file: &&FileView| {
            *room = room.saturating_sub(file.weight());
            *room > 0
        };
        if let Some(files) = &mut self.files {
            files.truncate(files.iter().take_while(fits).count());
        }
        fit(&mut self.details, room);
    }
}

/// Empties what `room` bytes do not hold; else takes what it uses of them.
pub(crate) fn fit(members: &mut Map<String, Value>, room: &mut usize) {
    let weight = weight(members);
    if weight > *room {
        members.clear();
    } else {
        *room -= weight;
    }
}

/// Returns how many bytes it takes, quoted once more inside of an event.
pub(crate) fn weight(value: &impl Serialize) -> usize {
    serde_json::to_string(value).map_or(usize::MAX, |text| text.len() * 2)
}

pub(crate) async fn result(
    viewer: Viewer<'_>,
    task: &Task,
    most: usize,
) -> Result<Option<ResultView>, FilesError> {
    match task.state.status() {
        Status::Waiting if task.work == Work::Upload => {
            Ok(Some(ResultView::of_form(form(viewer, task).await?)))
        }
        Status::Waiting | Status::Processing | Status::Error => Ok(None),
        Status::Finished => {
            let files = viewer.files.load_list(&task.files).await?;
            let files = files.iter().take(most).enumerate();
            let view = |(index, file)| file_view(viewer.address, task, index + 1, file);
            Ok(Some(ResultView::of_files(files.map(view).collect(), task.details.clone())))
        }
    }
}

/// The form is signed by whoever shows the task, and stored nowhere.
async fn form(viewer: Viewer<'_>, task: &Task) -> Result<FormView, FilesError> {
    let payload = viewer.files.load_payload(task).await?;
    let form = viewer.files.form(task.id, payload.get("redirect").and_then(Value::as_str));
    let parameters = form.fields.into_iter().map(|(name, value)| (name.to_owned(), value.into()));
    Ok(FormView { url: form.url, parameters: parameters.collect() })
}

fn file_view(address: &str, task: &Task, number: usize, file: &File) -> FileView {
    let url = task.secret.as_ref().map(|secret| {
        let name = utf8_percent_encode(file.name.as_str(), SEGMENT);
        format!("{address}/files/{}/{secret}/{number}/{name}", task.id)
    });
    FileView { filename: file.name.to_string(), size: file.size, url }
}
