/** Tests run as CommonJS through swc; type checking is `npm run typecheck`. */
export default {
  // Sources too: a file that no test loads counts as uncovered only when it lies below a root.
  roots: ['test', 'sandbox', 'lambda', 'lib', 'ssm-documents'].map((folder) => `<rootDir>/${folder}`),
  testMatch: ['**/*.test.ts'],
  testEnvironment: 'node',
  transform: {
    '^.+\\.(ts|mjs|js)$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!(croner)/)'],
  // Much of a test's time is waiting, for a deadline or a server: more workers than cores.
  maxWorkers: 3,
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  // A machine that does other things, too, is slow, not broken.
  testTimeout: 60_000,
  // The handlers and adapters run in their bundles, end to end, where jest sees nothing of them.
  collectCoverageFrom: ['lambda/core/**/*.ts'],
  coverageReporters: [['text', { skipFull: true }], 'lcovonly'],
  coverageThreshold: { './lambda/core/': { statements: 95, branches: 95, functions: 95, lines: 95 } },
  reporters: ['default', '<rootDir>/test/support/gap-reporter.cjs'],
};
