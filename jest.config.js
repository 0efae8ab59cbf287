// What the SDK thinks of the Node.js that runs the tests is noise in their output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

export default {
  testEnvironment: 'node',
  // It finds what hangs. No test may depend on how fast the machine is.
  testTimeout: 600_000,
  // Much of it waits for processes: one worker for each core, not one less.
  maxWorkers: '100%',
  // Jest keeps what test files have loaded: to collect around it costs more than a new worker, and to free it at the end takes longer
  // than the half second after which Jest says that a worker has not exited.
  workerIdleMemoryLimit: '500MB',
  globalSetup: '<rootDir>/test/packages/build-packages.js',
  globalTeardown: '<rootDir>/test/packages/remove-packages.js',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // What takes long is left to .ci/nightly.
  testPathIgnorePatterns: ['/node_modules/', ...(process.env.NIGHTLY ? [] : ['<rootDir>/test/nightly/'])],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/esbuild-transform.js' },
  modulePathIgnorePatterns: ['<rootDir>/.esbuild', '<rootDir>/.serverless'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
};
