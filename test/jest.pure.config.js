import { readdirSync } from 'node:fs';
import config from '../jest.config.js';

/**
 * Rooms of src/ and test/ whose tests run what is packaged, in processes of its own: there a mutant of src/ is not at
 * work. All other tests judge the mutants: those of each room, the stories and the laws.
 */
const PACKAGED = ['cli', 'handlers', 'local', 'nightly', 'packaging', 'project', 'stack'];

const rooms = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !PACKAGED.includes(entry.name))
  .map(({ name }) => name);

/** Jest for the mutants. What the stories deploy has been packaged by stryker.config.js. */
export default {
  ...config,
  rootDir: '..',
  roots: ['<rootDir>/src', '<rootDir>/test'],
  globalSetup: undefined,
  globalTeardown: undefined,
  testMatch: rooms.map((room) => `<rootDir>/test/${room}/**/*.test.ts`),
};
