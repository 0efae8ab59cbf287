import { defineConfig, globalIgnores } from 'eslint/config';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** What each room under src/ may import, types included; docs/architecture.md says why. Everything else is a wall. */
const ROOMS = {
  foreign: [],
  kinds: ['foreign'],
  baseline: ['kinds', 'foreign'],
  config: ['baseline', 'kinds', 'foreign'],
  record: ['baseline', 'kinds', 'foreign'],
  windows: ['record', 'kinds', 'foreign'],
  containment: ['record', 'config', 'kinds', 'foreign'],
  incident: ['windows', 'record', 'config', 'baseline', 'kinds', 'foreign'],
  report: ['incident', 'record', 'kinds', 'foreign'],
  alert: ['report', 'foreign'],
  evidence: ['report', 'record', 'kinds', 'foreign'],
  drill: ['baseline', 'report', 'kinds', 'foreign'],
  capture: ['baseline', 'kinds', 'foreign'],
  prevention: ['baseline', 'kinds', 'foreign'],
  doctor: ['config', 'baseline', 'kinds', 'foreign'],
  loop: ['kinds', 'foreign'],
  watching: ['healing', 'loop', 'windows', 'incident', 'record', 'config', 'baseline', 'kinds', 'foreign'],
  healing: ['loop', 'alert', 'windows', 'incident', 'record', 'config', 'baseline', 'kinds', 'foreign'],
  telling: [
    ...['loop', 'alert', 'report', 'windows', 'incident', 'containment'],
    ...['record', 'config', 'baseline', 'kinds', 'foreign'],
  ],
  aws: [
    'telling',
    'windows',
    'alert',
    'evidence',
    'drill',
    'incident',
    'containment',
    'capture',
    'doctor',
    'record',
    'baseline',
    'kinds',
    'foreign',
  ],
  packaging: ['containment', 'incident', 'config', 'baseline', 'kinds', 'foreign'],
  cli: [
    ...[
      'aws',
      'drill',
      'doctor',
      'packaging',
      'evidence',
      'capture',
      'prevention',
      'report',
      'windows',
      'record',
    ],
    ...['config', 'baseline', 'kinds', 'foreign'],
  ],
  handlers: [
    'aws',
    'windows',
    'healing',
    'telling',
    'watching',
    'loop',
    'alert',
    'containment',
    'incident',
    'record',
    'config',
    'baseline',
    'kinds',
    'foreign',
  ],
};

/** Rooms whose files wait, read the clock or the environment, or speak to AWS. All others are pure and synchronous. */
const IMPURE = ['drill', 'loop', 'healing', 'telling', 'watching', 'aws', 'packaging', 'cli', 'handlers'];

/** A room beside or above this file that is not among the allowed ones. A kind knows of no other kind. */
function wall(room, allowed) {
  const open = [room, ...allowed].join('|');
  return {
    regex:
      room === 'kinds'
        ? String.raw`^\.\./(?!foreign/)[\w-]+/|^(?:\.\./){2}(?!(?:${open})/)[\w-]+/`
        : String.raw`^(?:\.\./)+(?!(?:${open})/)[\w-]+/`,
    message: `${room} may import ${allowed.join(', ') || 'no other room'}: see docs/architecture.md.`,
  };
}

/** What runs when a baseline is read or packaged never enters a function's package. */
const NOT_IN_THE_PACKAGE = ['zod', 'yaml', 'diff', 'commander', 'picocolors'].map((name) => ({
  name,
  message: `${name} stays out of the functions' packages.`,
  allowTypeImports: true,
}));

const READS_FILES = ['src/**/*schema*.ts', 'src/baseline/read.ts', 'src/{capture,packaging,cli}/**/*.ts'];

const SDK = {
  regex: '^@(?:aws-sdk|aws-lambda-powertools|smithy|middy)/',
  message: 'AWS is spoken to in src/aws only.',
};

export default defineConfig(
  globalIgnores(['.serverless/', '.esbuild/', 'coverage/']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts'] })],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
    },
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'import-x/no-cycle': 'error',
    },
  },
  ...Object.entries(ROOMS).map(([room, allowed]) => ({
    files: [`src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [wall(room, allowed), ...(['aws', 'handlers'].includes(room) ? [] : [SDK])] },
      ],
    },
  })),
  {
    files: ['src/**/*.ts'],
    ignores: IMPURE.map((room) => `src/${room}/**`),
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: ':function[async=true]', message: 'This room is synchronous.' },
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Pass the time in.' },
        {
          selector: 'MemberExpression[object.name="Date"][property.name="now"]',
          message: 'Pass the time in.',
        },
        { selector: 'MemberExpression[object.name="process"]', message: 'Pass the environment in.' },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: READS_FILES,
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { paths: NOT_IN_THE_PACKAGE }] },
  },
  { files: ['src/*.ts'], rules: { 'no-restricted-syntax': ['error', 'Program'] } },
  {
    files: ['test/**/*.ts'],
    ignores: ['test/laws/fast-check.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: 'fast-check', message: 'Its settings are in test/laws/fast-check.ts.' }] },
      ],
    },
  },
);
