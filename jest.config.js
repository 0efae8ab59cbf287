// What the SDK thinks of the Node.js that runs the tests is noise in their output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

export default {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/build-packages.js',
  globalTeardown: '<rootDir>/test/remove-packages.js',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/esbuild-transform.js' },
  modulePathIgnorePatterns: ['<rootDir>/.esbuild', '<rootDir>/.serverless'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
};
