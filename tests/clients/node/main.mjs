// Runs every scenario against a running `recast serve`:
//
//     node main.mjs elsewhere|region DATA
//
// DATA is its data directory. `region` needs `--tls` there and NODE_EXTRA_CA_CERTS here.

import { readFileSync } from 'node:fs';
import * as clients from './client.mjs';
import { scenarios } from './scenarios.mjs';

const [way, data] = process.argv.slice(2);
const endpoints = JSON.parse(readFileSync(`${data}/endpoints.json`, 'utf8'));
const client = clients[way](endpoints);
for (const scenario of scenarios) {
  await scenario(client);
  console.log(`node ${way}: ${scenario.name}`);
}
