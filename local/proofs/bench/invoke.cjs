'use strict';
/**
 * Imports a handler, invokes it once, and tells on file descriptor 3 what the process has cost: CPU time in ms, peak
 * memory in bytes.
 */
const { readFileSync, writeSync } = require('node:fs');

const [, , file, exportName, eventFile, functionArn] = process.argv;
const timeoutMs = 120_000;

const context = {
  functionName: functionArn.split(':').at(-1),
  functionVersion: '$LATEST',
  invokedFunctionArn: functionArn,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  awsRequestId: '8f507cfc-xmpl-4697-b07a-ac58fc914c95',
  getRemainingTimeInMillis: () => timeoutMs - performance.now(),
};

// On Linux the maximum of getrusage counts what the starting process held, too: there it is read elsewhere.
function peakBytes() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(kilobytes) * 1024;
}

require(file)
  [exportName](JSON.parse(readFileSync(eventFile, 'utf8')), context)
  .then(() => {
    const { user, system } = process.cpuUsage();
    writeSync(3, JSON.stringify({ cpuMs: (user + system) / 1000, peakBytes: peakBytes() }));
    process.exit();
  });
