'use strict';
/**
 * Stands in for the native part of AWS's runtime client: the four calls of the Lambda Runtime API, made by Node.js. The
 * runtime client requires `./rapid-client.node`, and this file lies beside it under that name.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
const BASE = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;

// The native client posts before it returns; here the next invocation waits for the post instead.
let posted = Promise.resolve();

const post = (path, body, headers = {}) => {
  posted = fetch(`${BASE}/${path}`, { method: 'POST', body, headers }).then((answer) => answer.text());
};

exports.next = async () => {
  await posted;
  const answer = await fetch(`${BASE}/next`);
  return { bodyJson: await answer.text(), headers: Object.fromEntries(answer.headers) };
};

exports.done = (id, body) => {
  post(`${id}/response`, body);
};

exports.error = (id, body, xRayCause) => {
  post(`${id}/error`, body, { 'Lambda-Runtime-Function-XRay-Error-Cause': encodeURIComponent(xRayCause) });
};
