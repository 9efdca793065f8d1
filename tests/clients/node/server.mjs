// A server of the script's own, for what the service fetches and what it tells.

import { createServer } from 'node:http';
import { once } from 'node:events';

// Serves `content` to whoever asks and keeps what is posted, each as its headers and raw text.
export async function serve(content, use) {
  const posts = [];
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    if (request.method === 'POST') {
      posts.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      server.emit('posted');
    }
    response.end(request.method === 'GET' ? content : undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const posted = async () => {
    while (posts.length === 0) await once(server, 'posted', { signal: AbortSignal.timeout(60_000) });
    return posts.shift();
  };
  try {
    return await use(`http://127.0.0.1:${server.address().port}`, posted);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
