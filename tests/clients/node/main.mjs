// Runs every scenario against a running `recast serve --allow-host 127.0.0.1`:
//
//     node main.mjs elsewhere|region DATA
//
// DATA is its data directory. `region` needs `--tls` there and NODE_EXTRA_CA_CERTS here. With the
// owner's signing secret as RECAST_SIGNING_SECRET, deliveries are verified, too.

import { readFileSync } from 'node:fs';
import * as clients from './client.mjs';
import { scenarios, told } from './scenarios.mjs';

const [way, data] = process.argv.slice(2);
const endpoints = JSON.parse(readFileSync(`${data}/endpoints.json`, 'utf8'));
const secret = process.env.RECAST_SIGNING_SECRET;
const client = clients[way](endpoints);
for (const scenario of secret ? [...scenarios, ...told] : scenarios) {
  await scenario(client, secret);
  console.log(`node ${way}: ${scenario.name}`);
}
