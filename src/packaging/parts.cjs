// serverless.yml reads its values from CommonJS only; the reading itself is written in TypeScript.
const { require: load } = require('tsx/cjs/api');

module.exports = (serverless) => load('./parts.ts', __filename).parts(serverless);
