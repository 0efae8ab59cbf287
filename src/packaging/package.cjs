// serverless.yml reads its values from CommonJS only; the reading itself is written in TypeScript.
const { require: load } = require('tsx/cjs/api');

module.exports = (serverless) => load('./package.ts', __filename).packaged(serverless);
