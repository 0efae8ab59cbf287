import type { Server } from 'node:http';

/** A server that listens. */
export interface Listening {
  readonly url: string;
  /** Cuts all connections and stops listening. */
  readonly close: () => Promise<void>;
}

/** Lets a server listen on 127.0.0.1, on a port of the system's choice; it does not keep the process alive. */
export async function listen(server: Server): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  server.unref();
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
