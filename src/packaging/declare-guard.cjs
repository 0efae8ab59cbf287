// The framework takes plugins in CommonJS only; what this one does is written in TypeScript.
const { require: load } = require('tsx/cjs/api');

module.exports = class DeclareGuard {
  constructor(serverless) {
    this.hooks = {
      // The template is whole by then, and not yet written.
      'before:aws:package:finalize:saveServiceState': () =>
        load('./declare-guard.ts', __filename).declareGuard(serverless),
    };
  }
};
