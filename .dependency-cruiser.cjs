// The house: imports run only to floors below, sibling rooms keep apart, pages know nothing of Node.
const floors = ['config', 'collector', 'balance', 'dashboards', 'cli'];
const above = (floor) => floors.slice(floors.indexOf(floor) + 1).join('|');

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: '\\.d\\.ts$|^cli/|^dashboards/web' }, to: {} },
    // The OPC UA client is optional: npm installs it under Node 22 and newer only.
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^node-opcua-client$' } },
    ...floors.slice(0, -1).map((floor) => ({
      name: `${floor}-imports-nothing-above`,
      severity: 'error',
      from: { path: `^${floor}/` },
      to: { path: `^(${above(floor)})/` },
    })),
    { name: 'product-code-never-imports-tests', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },
    {
      name: 'sources-know-no-stores',
      severity: 'error',
      from: { path: '^collector/sources/' },
      to: { path: '^collector/(stores|journal)/' },
    },
    { name: 'stores-know-no-sources', severity: 'error', from: { path: '^collector/stores/' }, to: { path: '^collector/sources/' } },
    {
      name: 'journal-knows-neither',
      severity: 'error',
      from: { path: '^collector/journal/' },
      to: { path: '^collector/(sources|stores)/' },
    },
    {
      name: 'one-protocol-or-engine-does-not-know-another',
      severity: 'error',
      from: { path: '^collector/(sources|stores)/([^/]+)/' },
      to: { path: '^collector/$1/[^/]+/', pathNot: '^collector/$1/$2/' },
    },
    {
      name: 'coverage-knows-no-stores',
      severity: 'error',
      from: { path: '^collector/coverage/' },
      to: { path: '^collector/(stores|sources)/' },
    },
    {
      name: 'network-is-numbers-only',
      severity: 'error',
      from: { path: '^balance/network/' },
      // The steam tables are numbers too.
      to: {
        path: '^(config|collector|balance/(window|media|audit|oversight|report|diagram))/|^node:',
        pathNot: '^config/measures/steam/',
        dependencyTypesNot: [],
      },
    },
    {
      name: 'network-imports-nothing-of-node',
      severity: 'error',
      from: { path: '^balance/(network|diagram)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'window-knows-no-equations',
      severity: 'error',
      from: { path: '^balance/window/' },
      to: { path: '^balance/(network|media|audit|oversight|report)/' },
    },
    {
      name: 'media-knows-no-reports',
      severity: 'error',
      from: { path: '^balance/media/' },
      to: { path: '^balance/(report|audit|oversight)/' },
    },
    { name: 'pages-know-nothing-of-node', severity: 'error', from: { path: '^dashboards/web/' }, to: { dependencyTypes: ['core'] } },
    {
      name: 'pages-talk-over-http',
      severity: 'error',
      from: { path: '^dashboards/web/' },
      to: { path: '^(collector|cli)/|^dashboards/server/(?!documents/)|^balance/(?!diagram)' },
    },
    {
      // The shapes of what the API answers: nothing of them is left in a page.
      name: 'pages-take-types-of-documents-only',
      severity: 'error',
      from: { path: '^dashboards/web/' },
      to: { path: '^dashboards/server/documents/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'documents-are-shapes-only',
      severity: 'error',
      from: { path: '^dashboards/server/documents/' },
      to: { pathNot: '^dashboards/server/documents/|^node_modules/zod/' },
    },
    {
      name: 'config-plant-knows-no-rules-room',
      severity: 'error',
      from: { path: '^config/measures/' },
      to: { path: '^config/(plant|rules)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|dashboards/web/dist)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.json', '.vue'],
    },
  },
};
