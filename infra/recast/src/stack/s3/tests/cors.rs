use super::{BUCKET, Server};

async fn check(server: &Server, request: &str, headers: &str, expected: &[&str]) {
    let answer = server.send(format!(
        "{request} /{BUCKET}/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{headers}\r\n"
    ));
    let answer = answer.await;
    for part in expected {
        assert!(answer.contains(part), "{request} {headers}: no {part} in {answer}");
    }
}

const ALLOWED: &str = "Origin: https://app.example\r\nAccess-Control-Request-Method: POST\r\n";
const OTHER: &str = "Origin: https://app.example.org\r\nAccess-Control-Request-Method: POST\r\n";

#[tokio::test]
async fn preflight_that_a_rule_allows_is_answered() {
    let server = Server::start().await;
    let headers = format!("{ALLOWED}Access-Control-Request-Headers: X-AMZ-Date, x-amz-meta-a\r\n");
    let expected = [
        "HTTP/1.1 200",
        "access-control-allow-origin: https://app.example\r\n",
        "access-control-allow-credentials: true\r\n",
        "access-control-allow-methods: GET, POST\r\n",
        "access-control-allow-headers: x-amz-date, x-amz-meta-a\r\n",
        "access-control-expose-headers: ETag\r\n",
        "access-control-max-age: 600\r\n",
        "vary: Origin, Access-Control-Request-Headers, Access-Control-Request-Method\r\n",
    ];
    check(&server, "OPTIONS", &headers, &expected).await;
}

#[tokio::test]
async fn preflight_that_no_rule_allows_is_refused() {
    let server = Server::start().await;
    let forbidden = ["HTTP/1.1 403", "<Code>AccessForbidden</Code>"];
    check(&server, "OPTIONS", OTHER, &forbidden).await;
    check(&server, "OPTIONS", &ALLOWED.replace("POST", "PUT"), &forbidden).await;
    let header = format!("{ALLOWED}Access-Control-Request-Headers: content-type\r\n");
    check(&server, "OPTIONS", &header, &forbidden).await;
    check(&server, "OPTIONS", "", &["HTTP/1.1 400", "Origin request header needed"]).await;
    check(&server, "OPTIONS", "Origin: https://app.example\r\n", &["HTTP/1.1 400"]).await;
}

#[tokio::test]
async fn errors_are_readable_across_origins_too() {
    let server = Server::start().await;
    let readable = ["HTTP/1.1 403", "access-control-allow-origin: https://app.example\r\n"];
    check(&server, "GET", ALLOWED, &readable).await;
    let answer = server
        .send(format!("GET /{BUCKET}/a HTTP/1.1\r\nConnection: close\r\nHost: h\r\n{OTHER}\r\n"));
    let answer = answer.await;
    assert!(!answer.contains("access-control-allow-origin"), "{answer}");
}
