'use strict';
/**
 * The inside of a Lambda container: loads the handler once, then runs one invocation at a time and tells the host of
 * its log lines, its result or its error. What is written to stdout and stderr goes through the same channel as the
 * results, so that the host knows which invocation wrote it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
const { existsSync } = require('node:fs');
const http = require('node:http');
const { syncBuiltinESMExports } = require('node:module');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const tell = (message) => process.send(message);

const capture = (chunk, encoding, done) => {
  tell({ type: 'log', text: String(chunk) });
  const callback = typeof encoding === 'function' ? encoding : done;
  if (callback) callback();
  return true;
};
process.stdout.write = capture;
process.stderr.write = capture;

const asError = (error) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

process.on('uncaughtException', (error) => crash('Runtime.UncaughtException', error));
process.on('unhandledRejection', (error) => crash('Runtime.UnhandledPromiseRejection', error));
process.on('disconnect', () => process.exit());

function crash(errorType, error) {
  const { errorMessage, trace } = asError(error);
  process.send({ type: 'crash', error: { errorType, errorMessage, trace } }, () => process.exit(1));
}

/** Request ids of the answers that this invocation has had. */
let answered = [];

// Each request tells what had been answered when it was sent: so the host knows what waited for what.
const { request } = http;
http.request = (options, ...rest) => {
  const headers = { ...options.headers, 'x-answered-before': answered.join(',') };
  return request({ ...options, headers }, ...rest).on('response', (answer) => {
    answer.on('end', () => answered.push(answer.headers['x-amzn-requestid']));
  });
};
syncBuiltinESMExports();

async function load() {
  const [, modulePath, exportName] = /^(.*)\.([^./]+)$/.exec(process.env._HANDLER);
  const base = join(process.env.LAMBDA_TASK_ROOT, modulePath);
  const file = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find(existsSync);
  if (!file) throw new Error(`Cannot find module '${modulePath}'`);
  const loaded = await import(pathToFileURL(file).href);
  const handler = loaded[exportName] ?? loaded.default?.[exportName];
  if (typeof handler !== 'function') throw new Error(`${process.env._HANDLER} is undefined or not exported`);
  return handler;
}

async function invoke(handler, { event, context, deadline }) {
  answered = [];
  const result = await handler(event, {
    ...context,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  });
  return { type: 'done', result: JSON.stringify(result) ?? 'null' };
}

const began = performance.now();
const loading = load().then(
  (handler) => {
    tell({ type: 'ready', initMs: performance.now() - began });
    return handler;
  },
  (error) => crash('Runtime.ImportModuleError', error),
);

process.on('message', async (invocation) => {
  const handler = await loading;
  if (!handler) return;
  tell(await invoke(handler, invocation).catch((error) => ({ type: 'failed', error: asError(error) })));
});
