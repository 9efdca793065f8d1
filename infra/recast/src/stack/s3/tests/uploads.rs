use aws_sdk_s3::{
    Client,
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};

use super::{BUCKET, Server, code};

const KEY: &str = "uploads/1/parts";
const PART: usize = 5 * 1024 * 1024;

async fn create(client: &Client) -> String {
    let upload = client.create_multipart_upload().bucket(BUCKET).key(KEY).content_type("a/b");
    upload.send().await.unwrap().upload_id.unwrap()
}

async fn put_part(client: &Client, id: &str, number: i32, body: Vec<u8>) -> CompletedPart {
    let part = client.upload_part().bucket(BUCKET).key(KEY).upload_id(id).part_number(number);
    let part = part.body(ByteStream::from(body)).send().await.unwrap();
    CompletedPart::builder().part_number(number).e_tag(part.e_tag.unwrap()).build()
}

async fn complete(client: &Client, id: &str, parts: &[CompletedPart]) -> Result<String, String> {
    let parts = CompletedMultipartUpload::builder().set_parts(Some(parts.to_vec())).build();
    let complete = client.complete_multipart_upload().bucket(BUCKET).key(KEY).upload_id(id);
    let result = complete.multipart_upload(parts).send().await;
    match result {
        Ok(output) => Ok(output.e_tag.unwrap()),
        Err(error) => Err(code::<(), _>(Err(error))),
    }
}

#[tokio::test]
async fn parts_become_one_object_however_often_it_is_completed() {
    let server = Server::start().await;
    let client = server.client();
    let id = create(&client).await;
    let second = put_part(&client, &id, 7, b"end".to_vec()).await;
    put_part(&client, &id, 1, b"replaced".to_vec()).await;
    let first = put_part(&client, &id, 1, vec![b'x'; PART]).await;
    let parts = [first, second];
    let e_tag = complete(&client, &id, &parts).await.unwrap();
    assert!(e_tag.ends_with("-2\""), "{e_tag}");
    assert_eq!(complete(&client, &id, &parts).await, Ok(e_tag));
    let object = client.get_object().bucket(BUCKET).key(KEY).send().await.unwrap();
    assert_eq!(object.content_type(), Some("a/b"));
    let body = object.body.collect().await.unwrap().to_vec();
    assert_eq!((body.len(), &body[PART - 1..]), (PART + 3, &b"xend"[..]));
    let event_name = "ObjectCreated:CompleteMultipartUpload";
    assert_eq!(server.events(), [(event_name, KEY.to_owned(), PART as u64 + 3)]);
    assert_eq!(server.count("blobs"), 1);
}

#[tokio::test]
async fn parts_that_do_not_fit_are_refused() {
    let server = Server::start().await;
    let client = server.client();
    let id = create(&client).await;
    let one = put_part(&client, &id, 1, b"small".to_vec()).await;
    let two = put_part(&client, &id, 2, b"last".to_vec()).await;
    let unknown = CompletedPart::builder().part_number(3).e_tag(one.e_tag().unwrap()).build();
    for (parts, expected) in [
        (vec![one.clone(), two.clone()], "400 EntityTooSmall"),
        (vec![two, one.clone()], "400 InvalidPartOrder"),
        (vec![unknown], "400 InvalidPart"),
        (vec![], "400 MalformedXML"),
    ] {
        assert_eq!(complete(&client, &id, &parts).await, Err(expected.to_owned()));
    }
    let number = client.upload_part().bucket(BUCKET).key(KEY).upload_id(&id).part_number(10_001);
    assert_eq!(code(number.send().await), "400 InvalidArgument");
    assert!(complete(&client, &id, &[one]).await.is_ok());
}

#[tokio::test]
async fn aborted_upload_leaves_nothing() {
    let server = Server::start().await;
    let client = server.client();
    let id = create(&client).await;
    let part = put_part(&client, &id, 1, b"part".to_vec()).await;
    let abort = || client.abort_multipart_upload().bucket(BUCKET).key(KEY).upload_id(&id).send();
    abort().await.unwrap();
    assert_eq!(server.count("blobs"), 0);
    assert_eq!(complete(&client, &id, &[part]).await, Err("404 NoSuchUpload".to_owned()));
    assert_eq!(code(abort().await), "404 NoSuchUpload");
    assert_eq!(server.events(), []);
}
