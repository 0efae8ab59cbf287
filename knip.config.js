/** Unused files, exports and dependencies: what nothing imports, nothing starts. */
export default {
  entry: [
    'src/handlers/*.ts',
    'src/packaging/{package,parts,declare-guard}.{cjs,ts}',
    'src/aws/{credentials,no-event-streams}.ts',
    'local/**/*.cjs',
    'local/proofs/bench/{bare-restart,two-clients}.ts',
    'local/proofs/scale/scenario-process.ts',
    'local/proofs/second-aws/rapid-client.node.js',
    'test/*.js',
    'test/packages/*.js',
  ],
  project: ['src/**', 'local/**', 'test/**'],
  ignoreExportsUsedInFile: true,
  // The first is found by its path, the second by the compiler.
  ignoreDependencies: ['aws-lambda-ric', '@types/sinonjs__fake-timers'],
};
