use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::process::Command;

use super::Storage;
use super::server::Server;
use crate::harness::{World, absent, missing};

const SSHD: &str = "/usr/sbin/sshd";

/// Debian's own SSH server, for the user that runs it.
struct Sshd {
    _server: Server,
    port: u16,
    user: String,
    directory: TempDir,
}

async fn keygen(path: &Path, kind: &str) {
    let mut make = Command::new("ssh-keygen");
    make.args(["-q", "-t", kind, "-N", "", "-f"]).arg(path);
    assert!(make.status().await.unwrap().success());
}

async fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().await.unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

impl Sshd {
    async fn start() -> Option<Self> {
        if missing("ssh-keygen") || absent("sshd", Path::new(SSHD).is_file()) {
            return None;
        }
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        keygen(&at("host"), "ed25519").await;
        for kind in ["ed25519", "rsa", "ecdsa"] {
            keygen(&at(kind), kind).await;
        }
        let keys = ["ed25519.pub", "rsa.pub", "ecdsa.pub"]
            .map(|it| std::fs::read_to_string(at(it)).unwrap());
        std::fs::write(at("authorized_keys"), keys.concat()).unwrap();
        // Where privileges are separated, which root's server insists on.
        if Path::new("/run").metadata().is_ok_and(|run| run.permissions().mode() & 0o200 != 0) {
            drop(std::fs::create_dir("/run/sshd"));
        }
        // It takes no socket of ours: the port is free until a moment before.
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let config = format!(
            "ListenAddress 127.0.0.1:{port}\nHostKey {host}\nPidFile none\nUsePAM no\n\
             AuthorizedKeysFile {keys}\nStrictModes no\nPermitRootLogin yes\n\
             PasswordAuthentication yes\nSubsystem sftp internal-sftp\n",
            host = at("host").display(),
            keys = at("authorized_keys").display(),
        );
        std::fs::write(at("config"), config).unwrap();
        let mut command = Command::new(SSHD);
        command.args(["-D", "-e", "-f"]).arg(at("config"));
        let server = Server::start(command, "Server listening on").await;
        std::fs::create_dir_all(at("files/several")).unwrap();
        let user = output("id", &["-un"]).await;
        Some(Self { _server: server, port, user, directory })
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.directory.path().join(name)).unwrap()
    }

    /// Returns what leads to the server with a key of that kind.
    fn place(&self, kind: &str) -> Value {
        json!({
            "host": "127.0.0.1",
            "port": self.port,
            "username": self.user,
            "private_key": self.read(kind),
        })
    }

    fn storage<'a>(&self, world: &'a World, place: Value) -> Storage<'a> {
        let root = format!("{}/files/", self.directory.path().display());
        Storage { world, service: "sftp", place, members: ["file", "path"], root }
    }

    async fn world(&self) -> World {
        let host = format!("127.0.0.1:{}", self.port);
        World::with(|options| options.allow_hosts = host).await
    }

    async fn fingerprint(&self) -> String {
        let host = self.directory.path().join("host.pub");
        let printed = output("ssh-keygen", &["-lf", host.to_str().unwrap()]).await;
        printed.split(' ').nth(1).unwrap().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_go_to_a_server_and_come_from_there() {
    let Some(sshd) = Sshd::start().await else { return };
    let world = sshd.world().await;
    sshd.storage(&world, sshd.place("ed25519")).hold().await;
    for kind in ["rsa", "ecdsa"] {
        sshd.storage(&world, sshd.place(kind)).one_file_goes_and_comes().await;
    }
    assert_eq!(sshd.read("files/page-02.txt"), "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_known_is_not_let_in() {
    let Some(sshd) = Sshd::start().await else { return };
    let world = sshd.world().await;
    let storage = sshd.storage(&world, sshd.place("ed25519"));
    let unknown = "The server 127.0.0.1 does not accept the credentials.";
    storage.both_fail(json!({ "private_key": sshd.read("host") }), unknown).await;
    let password = json!({ "private_key": null, "password": "wrong" });
    storage.both_fail(password, unknown).await;
    let broken = "-----BEGIN OPENSSH PRIVATE KEY-----\nYQ==\n-----END OPENSSH PRIVATE KEY-----\n";
    let unreadable = "The private key cannot be read: it must have no passphrase.";
    storage.both_fail(json!({ "private_key": broken }), unreadable).await;
    let missing = storage.operation("export", json!({ "file": "/nowhere/at/all" }));
    let failure = storage.fails(missing).await;
    assert_eq!(failure.1, "There is no file or directory /nowhere/at/all.");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_key_is_told_and_can_be_demanded() {
    let Some(sshd) = Sshd::start().await else { return };
    let world = sshd.world().await;
    let fingerprint = sshd.fingerprint().await;
    let storage = sshd.storage(&world, sshd.place("ed25519"));
    let mut export = storage.one("export", "notes.txt");
    let exported = storage.put(&[("a.txt", "a")], export.clone()).await;
    assert_eq!(exported["message"], format!("The server's host key is {fingerprint}."));
    export["host_key"] = fingerprint.clone().into();
    storage.put(&[("a.txt", "a")], export).await;
    let other = format!("SHA256:{}", "a".repeat(43));
    let message = format!("The server 127.0.0.1 shows another host key: {fingerprint}.");
    storage.both_fail(json!({ "host_key": other }), &message).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn private_addresses_are_refused() {
    let world = World::new().await;
    let place = json!({ "host": "example.org", "username": "me", "password": "secret" });
    let storage = Storage {
        world: &world,
        service: "sftp",
        place,
        members: ["file", "path"],
        root: String::new(),
    };
    for host in ["127.0.0.1", "0x7f.1", "localhost", "::1", "10.0.0.1"] {
        let errors = storage.refused(json!({ "host": host })).await;
        assert_eq!(errors, json!({ "host": ["The host points to a private address."] }), "{host}");
    }
    storage
        .both_fail(json!({ "host": "nowhere.invalid" }), "could not resolve nowhere.invalid")
        .await;
}
