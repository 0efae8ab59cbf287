import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Endpoint } from './exchange.ts';

/** An HTTP server, not yet listening, that serves an endpoint. A broken connection is a closed socket. */
export function httpServer(endpoint: Endpoint): Server {
  const server = createServer((request, response) => {
    serve(endpoint, request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  // Clients keep their connections longer than Node's five seconds; closing one under a request looks like a fault.
  server.keepAliveTimeout = 60_000;
  return server;
}

async function serve(endpoint: Endpoint, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url = '/', headers } = request;
  const [path = '/', query = ''] = url.split('?');
  const answered = await endpoint({
    method,
    path,
    query: new URLSearchParams(query),
    headers,
    body: await textOf(request),
  });
  if (answered) response.writeHead(answered.status, answered.headers).end(answered.body);
  else request.socket.destroy();
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}
