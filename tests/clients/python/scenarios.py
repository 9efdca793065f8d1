"""What programs do with the client, and what they must get."""

import json
import os
import pathlib
import shutil
import tempfile
import uuid

import cloudconvert
from cloudconvert.exceptions.exceptions import ResourceInvalid

from server import serving

PICTURE = pathlib.Path(__file__).parents[2] / "files" / "photo.png"


def to_webp(source, **more):
    tasks = {
        "source": source,
        "convert": {"operation": "convert", "input": "source", "output_format": "webp"},
        "give": {"operation": "export/url", "input": "convert"},
    }
    return {"tasks": tasks, **more}


def named(job, name):
    return next(task for task in job["tasks"] if task["name"] == name)


def equal(found, expected):
    assert found == expected, f"{found!r}, not {expected!r}"


def holds_webp(job, name):
    equal(job["status"], "finished")
    (file,) = named(job, "give")["result"]["files"]
    equal(file["filename"], name)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "result")
        assert cloudconvert.download(filename=str(path), url=file["url"]), file
        content = path.read_bytes()
    equal(len(content), file["size"])
    equal(content[:4] + content[8:12], b"RIFFWEBP")


def uploaded(tag="upload", name=PICTURE.name):
    job = cloudconvert.Job.create(payload=to_webp({"operation": "import/upload"}, tag=tag))
    task = cloudconvert.Task.find(id=named(job, "source")["id"])
    with tempfile.TemporaryDirectory() as folder:
        path = shutil.copy(PICTURE, pathlib.Path(folder, name))
        assert cloudconvert.Task.upload(file_name=path, task=task)
    return cloudconvert.Job.wait(id=job["id"])


def uploads_and_downloads():
    job = uploaded()
    holds_webp(job, "photo.webp")
    equal(cloudconvert.Job.show(id=job["id"])["status"], "finished")


def uploads_under_odd_names():
    holds_webp(uploaded(name="summer photo é.png"), "summer photo é.webp")


def imports_from_an_address():
    with serving(PICTURE.read_bytes()) as (address, _):
        job = to_webp({"operation": "import/url", "url": f"{address}/photo.png"})
        job = cloudconvert.Job.create(payload=job)
        holds_webp(cloudconvert.Job.wait(id=job["id"]), "photo.webp")


def waits_for_a_single_task():
    with serving(PICTURE.read_bytes()) as (address, _):
        payload = {"url": f"{address}/photo.png"}
        task = cloudconvert.Task.create(operation="import/url", payload=payload)
        task = cloudconvert.Task.wait(id=task["id"])
    equal((task["status"], task["result"]["files"][0]["filename"]), ("finished", "photo.png"))


def lists():
    tag = str(uuid.uuid4())
    done = uploaded(tag)
    waiting = cloudconvert.Job.create(payload=to_webp({"operation": "import/upload"}, tag=tag))

    def jobs(**filters):
        return [job["id"] for job in cloudconvert.Job.all({"filter[tag]": tag, **filters})]

    equal(jobs(), [waiting["id"], done["id"]])
    equal(jobs(**{"filter[status]": "finished"}), [done["id"]])
    equal(jobs(per_page=1, page=2), [done["id"]])
    conversion = {"filter[job_id]": done["id"], "filter[operation]": "convert"}
    tasks = cloudconvert.Task.all({**conversion, "filter[status]": "finished"})
    equal([task["id"] for task in tasks], [named(done, "convert")["id"]])


def cancels_and_retries():
    task = cloudconvert.Task.create(operation="import/upload")
    assert cloudconvert.Task.cancel(id=task["id"])
    cancelled = cloudconvert.Task.show(id=task["id"])
    equal((cancelled["status"], cancelled["code"]), ("error", "CANCELLED"))
    again = cloudconvert.Task.retry(id=task["id"])
    equal((again["status"], again["retry_of_task_id"]), ("waiting", task["id"]))
    assert cloudconvert.Task.upload(file_name=str(PICTURE), task=again)
    equal(cloudconvert.Task.wait(id=again["id"])["status"], "finished")


# The client hands out the body of a 404.
def deletes():
    job = uploaded()
    assert cloudconvert.Job.delete(id=job["id"])
    equal(cloudconvert.Job.show(id=job["id"])["code"], "NOT_FOUND")
    task = cloudconvert.Task.create(operation="import/upload")
    assert cloudconvert.Task.delete(id=task["id"])
    equal(cloudconvert.Task.show(id=task["id"])["code"], "NOT_FOUND")


def says_what_is_wrong():
    try:
        cloudconvert.Task.create(operation="convert", payload={})
    except ResourceInvalid as error:
        errors = error.response.json()["errors"]
        equal(sorted(errors), ["input", "output_format"])
    else:
        raise AssertionError("it was taken")


# The client has no method for it, but the one that all its others call is public.
def shows_the_owner():
    me = cloudconvert.default_client().get("v2/users/me")["data"]
    equal(me["username"], "default")
    assert all(me[field] for field in ["id", "email", "credits", "created_at"]), me


def verifies_signatures():
    known = "5c4c0691bce8a1a2af738b7073fe0627e792734813358c5f88a658819dd0a6d2"
    assert cloudconvert.Webhook.verify("cloudconvert", known, "90sffs0d8fs0f9sf0")
    assert not cloudconvert.Webhook.verify("cloudconvert", known, "another secret")


def verifies_what_it_is_told():
    secret = os.environ["RECAST_SIGNING_SECRET"]
    with serving(b"") as (address, posts):
        text = {"operation": "import/raw", "file": "# Notes", "filename": "notes.md"}
        job = {"tasks": {"text": text}, "webhook_url": f"{address}/told"}
        job = cloudconvert.Job.create(payload=job)
        headers, body = posts.get(timeout=60)
    body, signature = body.decode(), headers["CloudConvert-Signature"]
    told = json.loads(body)
    equal((told["event"], told["job"]["id"]), ("job.finished", job["id"]))
    assert cloudconvert.Webhook.verify(body, signature, secret), signature
    assert not cloudconvert.Webhook.verify(body + " ", signature, secret)


ALL = [
    uploads_and_downloads,
    uploads_under_odd_names,
    imports_from_an_address,
    waits_for_a_single_task,
    lists,
    cancels_and_retries,
    deletes,
    says_what_is_wrong,
    shows_the_owner,
    verifies_signatures,
]

# With the owner's signing secret.
TOLD = [verifies_what_it_is_told]
