import { readdirSync } from 'node:fs';
import config from '../jest.config.js';

const pure = readdirSync(new URL('../src/', import.meta.url)).filter((file) => file.endsWith('.ts'));

/** Jest for the mutants: the tables of sentences about src/*.ts. Nothing is packaged or served, and no law searches. */
export default {
  ...config,
  rootDir: '..',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  globalSetup: undefined,
  globalTeardown: undefined,
  testMatch: pure.map((file) => `<rootDir>/test/${file.replace(/\.ts$/, '.test.ts')}`),
};
