import { OptionDefaults } from 'typedoc';

/** `npm run api-docs`: the reference of the package's doors, out of their docstrings. What has none fails it. */
export default {
  name: 'interlink-docker',
  entryPoints: ['src/sdk.ts', 'src/testing.ts'],
  out: 'build/api',
  readme: 'none',
  excludePrivate: true,
  excludeExternals: true,
  disableSources: true,
  excludeInternal: true,
  treatWarningsAsErrors: true,
  // Descriptions of the API document, in the types made from it.
  blockTags: [...OptionDefaults.blockTags, '@description'],
  validation: { notExported: true, invalidLink: true, notDocumented: true },
  requiredToBeDocumented: ['Class', 'Interface', 'TypeAlias', 'Function', 'Variable'],
};
