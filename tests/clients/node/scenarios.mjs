// What programs do with the client, and what they must get.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serve } from './server.mjs';

const picture = fileURLToPath(new URL('../../files/photo.png', import.meta.url));

const toWebp = (source, more = {}) => ({
  tasks: {
    source,
    convert: { operation: 'convert', input: 'source', output_format: 'webp' },
    give: { operation: 'export/url', input: 'convert' }
  },
  ...more
});

const named = (job, name) => job.tasks.find(task => task.name === name);

const refused = status => error => {
  assert.equal(error.cause?.status, status, `${error.message}: status ${error.cause?.status}`);
  return true;
};

async function holdsWebp(file, name) {
  assert.equal(file.filename, name);
  const answer = await fetch(file.url);
  assert.equal(answer.status, 200);
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.equal(bytes.length, file.size);
  assert.equal(bytes.toString('latin1', 0, 4) + bytes.toString('latin1', 8, 12), 'RIFFWEBP');
}

async function upload(client, tag, filename = 'photo.png') {
  const job = await client.jobs.create(toWebp({ operation: 'import/upload' }, { tag }));
  await client.tasks.upload(named(job, 'source'), createReadStream(picture), filename);
  return client.jobs.wait(job.id);
}

async function uploadsAndDownloads(client) {
  const job = await upload(client, 'upload');
  assert.equal(job.status, 'finished');
  const files = client.jobs.getExportUrls(job);
  assert.equal(files.length, 1);
  await holdsWebp(files[0], 'photo.webp');
  const shown = await client.jobs.get(job.id, { include: 'payload' });
  assert.equal(named(shown, 'convert').payload.output_format, 'webp');
}

// The client writes the names of files as they are: without quotes, in UTF-8.
async function uploadsUnderOddNames(client) {
  const job = await upload(client, 'odd', 'summer photo é.png');
  assert.equal(job.status, 'finished', JSON.stringify(job));
  await holdsWebp(client.jobs.getExportUrls(job)[0], 'summer photo é.webp');
}

async function uploadsBytesToASingleTask(client) {
  const task = await client.tasks.create('import/upload', { name: 'alone' });
  await client.tasks.upload(task, new Uint8Array(readFileSync(picture)), 'photo.png');
  const waited = await client.tasks.wait(task.id);
  assert.equal(waited.status, 'finished');
  assert.equal(waited.result.files[0].filename, 'photo.png');
  const shown = await client.tasks.get(task.id);
  assert.deepEqual([shown.id, shown.status], [task.id, 'finished']);
}

async function importsFromAnAddress(client) {
  await serve(readFileSync(picture), async address => {
    const job = await client.jobs.create(
      toWebp({ operation: 'import/url', url: `${address}/photo.png` })
    );
    const waited = await client.jobs.wait(job.id);
    assert.equal(waited.status, 'finished');
    await holdsWebp(client.jobs.getExportUrls(waited)[0], 'photo.webp');
  });
}

async function lists(client) {
  const tag = randomUUID();
  const done = await upload(client, tag);
  const open = await client.jobs.create(toWebp({ operation: 'import/upload' }, { tag }));
  const jobs = async filters =>
    (await client.jobs.all({ 'filter[tag]': tag, ...filters })).map(job => job.id);
  assert.deepEqual(await jobs({}), [open.id, done.id]);
  assert.deepEqual(await jobs({ 'filter[status]': 'finished' }), [done.id]);
  assert.deepEqual(await jobs({ per_page: 1, page: 2 }), [done.id]);
  const conversion = { 'filter[operation]': 'convert', 'filter[status]': 'finished' };
  const tasks = await client.tasks.all({ 'filter[job_id]': done.id, ...conversion });
  assert.deepEqual(tasks.map(task => task.id), [named(done, 'convert').id]);
}

async function cancels(client) {
  const task = await client.tasks.create('import/upload');
  const cancelled = await client.tasks.cancel(task.id);
  assert.deepEqual([cancelled.status, cancelled.code], ['error', 'CANCELLED']);
  await assert.rejects(client.tasks.cancel(task.id), refused(422));
}

// The client has no method for it, but the one that all its others call is public.
async function retries(client) {
  const task = await client.tasks.create('import/upload');
  await client.tasks.cancel(task.id);
  const again = await client.call('POST', `tasks/${task.id}/retry`);
  assert.deepEqual([again.status, again.retry_of_task_id], ['waiting', task.id]);
  await client.tasks.upload(again, createReadStream(picture), 'photo.png');
  assert.equal((await client.tasks.wait(again.id)).status, 'finished');
}

async function deletes(client) {
  const job = await upload(client, 'deleted');
  await client.jobs.delete(job.id);
  await assert.rejects(client.jobs.get(job.id), refused(404));
  const task = await client.tasks.create('import/upload');
  await client.tasks.delete(task.id);
  await assert.rejects(client.tasks.get(task.id), refused(404));
}

async function saysWhatIsWrong(client) {
  const wrong = client.tasks.create('convert', {});
  await assert.rejects(wrong, refused(422));
  const { code, errors } = await wrong.catch(error => error.cause.json());
  assert.equal(code, 'INVALID_DATA');
  assert.deepEqual(Object.keys(errors).sort(), ['input', 'output_format']);
}

async function showsTheOwner(client) {
  const me = await client.users.me();
  assert.equal(me.username, 'default');
  for (const field of ['id', 'email', 'credits', 'created_at']) assert.ok(me[field], field);
}

async function verifiesSignatures(client) {
  const known = '5c4c0691bce8a1a2af738b7073fe0627e792734813358c5f88a658819dd0a6d2';
  assert.ok(client.webhooks.verify('cloudconvert', known, '90sffs0d8fs0f9sf0'));
  assert.ok(!client.webhooks.verify('cloudconvert', known, 'another secret'));
}

async function verifiesWhatItIsTold(client, secret) {
  await serve('', async (address, posted) => {
    const text = { operation: 'import/raw', file: '# Notes', filename: 'notes.md' };
    const job = await client.jobs.create({ tasks: { text }, webhook_url: `${address}/told` });
    const { headers, body } = await posted();
    const told = JSON.parse(body);
    assert.deepEqual([told.event, told.job.id], ['job.finished', job.id]);
    const signature = headers['cloudconvert-signature'];
    assert.ok(client.webhooks.verify(body, signature, secret), signature);
    assert.ok(!client.webhooks.verify(`${body} `, signature, secret));
  });
}

export const scenarios = [
  uploadsAndDownloads,
  uploadsUnderOddNames,
  uploadsBytesToASingleTask,
  importsFromAnAddress,
  lists,
  cancels,
  retries,
  deletes,
  saysWhatIsWrong,
  showsTheOwner,
  verifiesSignatures
];

// With the owner's signing secret.
export const told = [verifiesWhatItIsTold];
