export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/esbuild-transform.js' },
  modulePathIgnorePatterns: ['<rootDir>/.esbuild', '<rootDir>/.serverless'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['src/**/*.ts'],
};
