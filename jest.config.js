/** Tests by what they need: `unit` and `fuzz` (random input) nothing, `contract`, `integration` and `reliability` (faults on purpose) a Docker Engine. */
const project = (displayName, testMatch, more = {}) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', '^interlink-docker$': '<rootDir>/src/sdk.ts', '^interlink-docker/(sdk|testing)$': '<rootDir>/src/$1.ts' },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/build'],
  ...more,
});

export default {
  maxWorkers: 2,
  projects: [
    project('unit', ['<rootDir>/test/unit/**/*.test.ts', '<rootDir>/test/architecture.test.ts']),
    project('fuzz', ['<rootDir>/test/fuzz/**/*.test.ts']),
    project('contract', ['<rootDir>/test/contract/**/*.test.ts']),
    project('integration', ['<rootDir>/test/integration/**/*.test.ts']),
    project('reliability', ['<rootDir>/test/reliability/**/*.test.ts']),
  ],
};
