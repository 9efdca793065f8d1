use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::stream::{self, StreamExt};
use russh::client::{self, AuthResult, Handle, KeyboardInteractiveAuthResponse};
use russh::keys::{HashAlg, PrivateKeyWithHashAlg, PublicKeyOrCertificate, decode_secret_key};
use russh_sftp::client::SftpSession;
use russh_sftp::client::error::Error;
use russh_sftp::protocol::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::super::Place;
use super::super::sftp::{Login, Sftp};
use super::{Attributes, Body, Incoming, MOST, Shelf, Trouble};
use crate::run::Bench;

/// A server that the user is logged in to.
pub(in crate::storage) struct Server {
    sftp: SftpSession,
    /// Kept open as long as files go over it.
    _session: Handle<Client>,
    host_key: String,
}

/// How much of a file is read at once, in bytes.
const CHUNK: usize = 256 * 1024;

/// How long a server may be silent.
const IDLE: Duration = Duration::from_secs(60);

impl Place for Sftp {
    type Shelf = Server;

    async fn open(&self, bench: &Bench<'_>) -> Result<Server, Trouble> {
        let stream = bench.egress.connect(&self.host, self.port).await?;
        let config = client::Config { inactivity_timeout: Some(IDLE), ..client::Config::default() };
        let seen = Arc::new(Mutex::new(None));
        let client = Client { expected: self.host_key.clone(), seen: seen.clone() };
        let session = client::connect_stream(Arc::new(config), stream, client).await;
        let host_key = seen.lock().map(|seen| seen.clone().unwrap_or_default()).unwrap_or_default();
        let mut session = session.map_err(|error| self.unopened(&error, &host_key))?;
        self.login(&mut session).await?;
        let sftp = begin(&session).await.ok_or_else(|| self.without_sftp())?;
        Ok(Server { sftp, _session: session, host_key })
    }
}

/// Looks at the key by which the server shows who it is.
struct Client {
    expected: Option<String>,
    seen: Arc<Mutex<Option<String>>>,
}

impl client::Handler for Client {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        key: &PublicKeyOrCertificate,
    ) -> Result<bool, russh::Error> {
        let fingerprint = key.public_key().fingerprint(HashAlg::Sha256).to_string();
        let expected = self.expected.as_ref().is_none_or(|expected| *expected == fingerprint);
        if let Ok(mut seen) = self.seen.lock() {
            *seen = Some(fingerprint);
        }
        Ok(expected)
    }
}

impl Sftp {
    fn unopened(&self, error: &russh::Error, host_key: &str) -> Trouble {
        if matches!(error, russh::Error::UnknownKey) {
            let sentence = format!("The server {} shows another host key: {host_key}.", self.host);
            return Trouble::Told(sentence);
        }
        Trouble::Told(format!("No SSH session could be set up with {}.", self.host))
    }

    fn without_sftp(&self) -> Trouble {
        Trouble::Told(format!("The server {} offers no SFTP.", self.host))
    }

    async fn login(&self, session: &mut Handle<Client>) -> Result<(), Trouble> {
        let accepted = match &self.login {
            Login::Password(password) => self.by_password(session, &password.0).await,
            Login::Key(key) => {
                let unreadable = "The private key cannot be read: it must have no passphrase.";
                let key = decode_secret_key(&key.0, None).map_err(|_| Trouble::told(unreadable))?;
                let hash = session.best_supported_rsa_hash().await.ok().flatten().flatten();
                let key = PrivateKeyWithHashAlg::new(Arc::new(key), hash);
                session.authenticate_publickey(&self.username, key).await.map(|it| it.success())
            }
        };
        match accepted {
            Ok(true) => Ok(()),
            Ok(false) => Err(Trouble::Told(format!(
                "The server {} does not accept the credentials.",
                self.host
            ))),
            Err(_) => Err(self.broken()),
        }
    }

    /// Some servers take passwords only as answers to a question.
    async fn by_password(
        &self,
        session: &mut Handle<Client>,
        password: &str,
    ) -> Result<bool, russh::Error> {
        match session.authenticate_password(&self.username, password).await? {
            AuthResult::Success => return Ok(true),
            AuthResult::Failure { .. } => {}
        }
        let name = &self.username;
        let mut answer = session.authenticate_keyboard_interactive_start(name, None).await?;
        // A question about a password, and an empty one to end with.
        for _ in 0..2 {
            let KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. } = answer else {
                break;
            };
            let responses = prompts.iter().map(|_| password.to_owned()).collect();
            answer = session.authenticate_keyboard_interactive_respond(responses).await?;
        }
        Ok(matches!(answer, KeyboardInteractiveAuthResponse::Success))
    }

    fn broken(&self) -> Trouble {
        Trouble::Told(format!("The server {} broke off.", self.host))
    }
}

async fn begin(session: &Handle<Client>) -> Option<SftpSession> {
    let channel = session.channel_open_session().await.ok()?;
    channel.request_subsystem(true, "sftp").await.ok()?;
    SftpSession::new(channel.into_stream()).await.ok()
}

impl Shelf for Server {
    /// The files of a directory, not of those within it.
    async fn list(&self, prefix: &str) -> Result<Vec<String>, Trouble> {
        let directory = if prefix.is_empty() { "." } else { prefix };
        let entries = self.sftp.read_dir(directory).await;
        let entries = entries.map_err(|error| explain(&error, directory))?;
        let files = entries.filter(|entry| entry.metadata().is_regular());
        Ok(files.map(|entry| format!("{prefix}{}", entry.file_name())).take(MOST + 1).collect())
    }

    async fn read(&self, path: &str) -> Result<Incoming, Trouble> {
        let explained = |error| explain(&error, path);
        let metadata = self.sftp.metadata(path).await.map_err(explained)?;
        if metadata.is_dir() {
            return Err(Trouble::Told(format!("{path} is a directory.")));
        }
        let file = self.sftp.open(path).await.map_err(explained)?;
        let body = stream::try_unfold((file, path.to_owned()), async |(mut file, path)| {
            let mut chunk = vec![0; CHUNK];
            let read = file.read(&mut chunk).await;
            let read = read.map_err(|_| Trouble::Told(format!("Reading {path} broke off.")))?;
            chunk.truncate(read);
            Ok((read > 0).then(|| (chunk.into(), (file, path))))
        });
        Ok(Incoming { size: metadata.size, body: body.boxed() })
    }

    async fn write(&self, path: &str, _: &Attributes, mut body: Body) -> Result<(), Trouble> {
        let file = self.sftp.create(path).await;
        let mut file = file.map_err(|error| explain(&error, path))?;
        let broken = |_| Trouble::Told(format!("Writing {path} broke off."));
        while let Some(chunk) = body.next().await {
            file.write_all(&chunk?).await.map_err(broken)?;
        }
        file.flush().await.map_err(broken)?;
        file.shutdown().await.map_err(broken)
    }

    /// Who did not say which key to expect can compare it now.
    fn remark(&self) -> Option<String> {
        Some(format!("The server's host key is {}.", self.host_key))
    }
}

fn explain(error: &Error, path: &str) -> Trouble {
    Trouble::Told(match error {
        Error::Status(status) if status.status_code == StatusCode::NoSuchFile => {
            format!("There is no file or directory {path}.")
        }
        Error::Status(status) if status.status_code == StatusCode::PermissionDenied => {
            format!("The server denies access to {path}.")
        }
        Error::Status(_) => format!("The server could not do it with {path}."),
        Error::Timeout => "The server timed out.".to_owned(),
        Error::IO(_)
        | Error::Limited(_)
        | Error::UnexpectedPacket
        | Error::UnexpectedBehavior(_) => "The server broke off.".to_owned(),
    })
}
