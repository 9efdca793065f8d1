//! The storages of users: real servers on this machine, each asked for the same.

mod azure;
mod google;
mod openstack;
mod s3;
mod server;
mod sftp;
mod upload;

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::harness::{World, bytes, task, text};

/// A storage to be held to what all have in common.
pub(crate) struct Storage<'a> {
    world: &'a World,
    /// The operations, as in `import/s3`.
    service: &'static str,
    /// What leads there: the same for every task.
    place: Value,
    /// The member that names one file, and the one that names several.
    members: [&'static str; 2],
    /// What every path begins with.
    root: String,
}

/// The size of a file that no storage takes in one part.
const LARGE: usize = 17 * 1024 * 1024;

impl Storage<'_> {
    /// Holds the storage to all of it.
    async fn hold(&self) {
        self.hold_but_for_large_files().await;
        self.a_large_file_goes_and_comes().await;
    }

    async fn hold_but_for_large_files(&self) {
        self.one_file_goes_and_comes().await;
        self.several_files_go_and_come().await;
        self.numbered_files_go().await;
        self.what_is_missing_is_named().await;
        self.secrets_are_not_shown().await;
    }

    fn operation(&self, direction: &str, more: Value) -> Value {
        let mut payload = self.place.as_object().unwrap().clone();
        payload.insert("operation".to_owned(), format!("{direction}/{}", self.service).into());
        payload.extend(more.as_object().unwrap().clone());
        payload.into()
    }

    fn path(&self, path: &str) -> String {
        format!("{}{path}", self.root)
    }

    fn one(&self, direction: &str, path: &str) -> Value {
        self.operation(direction, json!({ self.members[0]: self.path(path) }))
    }

    fn several(&self, direction: &str, path: &str) -> Value {
        self.operation(direction, json!({ self.members[1]: self.path(path) }))
    }

    /// Runs a job to its end.
    async fn run(&self, tasks: Value) -> Value {
        let job = self.world.create(tasks).await;
        self.world.ended(&job).await
    }

    /// Puts out texts, by their names, as a task says.
    async fn put(&self, files: &[(&str, &str)], export: Value) -> Value {
        let mut tasks = Map::new();
        for (index, (name, text)) in files.iter().enumerate() {
            let raw = json!({ "operation": "import/raw", "file": text, "filename": name });
            tasks.insert(format!("raw-{index}"), raw);
        }
        let inputs: Vec<_> = tasks.keys().cloned().collect();
        let mut export = export;
        export["input"] = inputs.into();
        tasks.insert("export".to_owned(), export);
        let job = self.run(tasks.into()).await;
        let export = task(&job, "export");
        assert_eq!(export["status"], "finished", "{export}");
        export.clone()
    }

    /// Brings files in as a task says, and returns them by their names.
    async fn get(&self, import: Value) -> Vec<(String, Vec<u8>)> {
        let url = json!({ "operation": "export/url", "input": "import" });
        let job = self.run(json!({ "import": import, "url": url })).await;
        assert_eq!(job["status"], "finished", "{job}");
        let mut files = Vec::new();
        for file in task(&job, "url")["result"]["files"].as_array().unwrap() {
            let bytes = self.world.download(text(&file["url"])).await;
            files.push((text(&file["filename"]).to_owned(), bytes));
        }
        files
    }

    /// Returns the code and the message that a task ends with.
    async fn fails(&self, payload: Value) -> (String, String) {
        let raw = json!({ "operation": "import/raw", "file": "a", "filename": "a.txt" });
        let mut payload = payload;
        if text(&payload["operation"]).starts_with("export/") {
            payload["input"] = "raw".into();
        }
        let job = self.run(json!({ "raw": raw, "it": payload })).await;
        let it = task(&job, "it");
        assert_eq!(it["status"], "error", "{it}");
        (text(&it["code"]).to_owned(), text(&it["message"]).to_owned())
    }

    /// Checks how both directions end with these members changed.
    async fn both_fail(&self, change: Value, expected: &str) {
        for (direction, code) in [("import", "DOWNLOAD_FAILED"), ("export", "UPLOAD_FAILED")] {
            let mut payload = self.one(direction, "notes.txt");
            payload.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let failure = self.fails(payload).await;
            assert_eq!(failure, (code.to_owned(), expected.to_owned()), "{direction} {change}");
        }
    }

    /// Returns what is wrong with a payload, by field.
    async fn refused(&self, change: Value) -> Value {
        let mut payload = self.one("import", "notes.txt");
        payload.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let path = format!("/{}", text(&payload["operation"]));
        let answer = self.world.send(Method::POST, &path, &[], &payload).await;
        assert_eq!(answer.status, 422, "{}", answer.text);
        answer.json()["errors"].clone()
    }

    async fn one_file_goes_and_comes(&self) {
        for content in ["first", "second and longer", ""] {
            let exported = self.put(&[("a.txt", content)], self.one("export", "notes.txt")).await;
            let files = json!([{ "filename": "notes.txt", "size": content.len() }]);
            assert_eq!(exported["result"]["files"], files);
            let found = self.get(self.one("import", "notes.txt")).await;
            assert_eq!(found, [("notes.txt".to_owned(), content.as_bytes().to_vec())]);
        }
        let mut import = self.one("import", "notes.txt");
        import["filename"] = "other.md".into();
        assert_eq!(self.get(import).await[0].0, "other.md");
    }

    /// Twice, as when a worker dies after its work: what is there is the same.
    async fn several_files_go_and_come(&self) {
        let files = [("b ü.txt", "2"), ("a.txt", "1"), ("a.txt", "3")];
        for _ in 0..2 {
            self.put(&files, self.several("export", "several/")).await;
            let found = self.get(self.several("import", "several/")).await;
            let found: Vec<_> =
                found.iter().map(|(name, it)| (name.as_str(), it.as_slice())).collect();
            assert_eq!(found, [("a-1.txt", &b"1"[..]), ("a-2.txt", b"3"), ("b ü.txt", b"2")]);
        }
    }

    async fn numbered_files_go(&self) {
        self.put(&[("x", "1"), ("y", "2")], self.one("export", "page-%02d.txt")).await;
        for (path, content) in [("page-01.txt", "1"), ("page-02.txt", "2")] {
            let found = self.get(self.one("import", path)).await;
            assert_eq!(found, [(path.to_owned(), content.as_bytes().to_vec())]);
        }
    }

    async fn a_large_file_goes_and_comes(&self) {
        let picture = bytes("photo.png");
        let large: Vec<_> = picture.iter().copied().cycle().take(LARGE).collect();
        let mut export = self.one("export", "large.bin");
        export["input"] = "upload".into();
        let tasks = json!({ "upload": { "operation": "import/upload" }, "export": export });
        let job = self.world.create(tasks).await;
        let uploaded = self.world.upload(task(&job, "upload"), "a.bin", large.clone()).await;
        assert_eq!(uploaded, 201);
        let job = self.world.ended(&job).await;
        assert_eq!(job["status"], "finished", "{job}");
        let found = self.get(self.one("import", "large.bin")).await;
        assert!(found[0].1 == large, "{} bytes came", found[0].1.len());
    }

    async fn what_is_missing_is_named(&self) {
        let (code, message) = self.fails(self.one("import", "nothing.txt")).await;
        assert_eq!(code, "DOWNLOAD_FAILED");
        assert!(message.starts_with("There is no "), "{message}");
        assert!(message.contains(&self.path("nothing.txt")), "{message}");
        let (code, message) = self.fails(self.several("import", "nothing/")).await;
        assert_eq!(code, "DOWNLOAD_FAILED");
        assert!(message.starts_with("There ") && message.contains("nothing/"), "{message}");
    }

    async fn secrets_are_not_shown(&self) {
        let answer = self
            .world
            .post("/jobs", &json!({ "tasks": { "it": self.one("import", "notes.txt") } }))
            .await;
        let job = self.world.ended(&answer.data()).await;
        let path = format!("/tasks/{}?include=payload", text(&task(&job, "it")["id"]));
        let shown = self.world.get(&path).await;
        let mut secrets = 0;
        for (name, value) in self.place.as_object().unwrap() {
            let secret = ["key", "token", "password"].iter().any(|word| name.contains(word))
                && !["host_key", "token_uri"].contains(&name.as_str());
            secrets += usize::from(secret);
            let expected = if secret { &json!("***") } else { value };
            assert_eq!(&shown.data()["payload"][name], expected, "{name}");
        }
        assert!(secrets > 0, "{}", self.place);
    }
}
