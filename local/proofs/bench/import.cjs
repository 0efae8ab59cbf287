'use strict';
/** Times the import of a module, and tells it on file descriptor 3: elapsed and CPU time, in ms. */
const { writeSync } = require('node:fs');

const [, , file] = process.argv;
const used = process.cpuUsage();
const began = performance.now();
require(file);
const importMs = performance.now() - began;
const { user, system } = process.cpuUsage(used);
writeSync(3, JSON.stringify({ importMs, cpuMs: (user + system) / 1000 }));
