// Builds the program to dist/, or to the folder that is named, and copies the data that it reads at run time beside it. With --no-check
// types are left to the type check: for tests, which run the program as it is installed.
//
// Our own files are put together in few, and with them the packages that consist of many small ones: every command starts in half the time
// that it takes to find and read them one by one. Packages with native parts, or that read files of their own, stay in node_modules.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { rolldown } from 'rolldown';

/** Where the files are put. A folder of the same depth as the place of a source would do as well. */
const CODE = 'cli';
const ENTRIES = { main: 'cli/main.ts', start: 'cli/start.ts', 'compile-rules': 'config/rules/compile.ts' };
const TAKEN_IN = /^(zod|yaml|@stdlib|mathjs|docx|commander|write-excel-file|fflate|@duckdb\/node-api)(\/|$)/;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'no-check': { type: 'boolean' } } });
const [out = 'dist'] = positionals;
const into = (path) => join(out, path);

if (!values['no-check']) run(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noEmit']);
rmSync(out, { recursive: true, force: true });
const built = await rolldown({
  input: ENTRIES,
  platform: 'node',
  external: (id) => !/^[./]/.test(id) && !id.startsWith(resolve('.')) && !TAKEN_IN.test(id),
  plugins: [{ name: 'places', transform: asIfWhereItWas }],
});
await built.write({ dir: into(CODE), format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' });
await built.close();
cpSync('config', into('config'), { recursive: true, filter: (path) => !path.endsWith('.ts') && !path.includes('node_modules') });
cpSync('package.json', into('package.json'));
run([into('cli/compile-rules.js')]);
cpSync('dashboards/web/dist', into('dashboards/web/dist'), { recursive: true });
chmodSync(into('cli/main.js'), 0o755);

/** A file of ours that asks where it lies finds its data: it is told where it would lie, had it been compiled alone. */
function asIfWhereItWas(code, id) {
  const place = relative(resolve('.'), id);
  if (place.startsWith('..') || place.startsWith('node_modules') || !code.includes('import.meta')) return null;
  const url = `new URL(${JSON.stringify(`../${place.split(sep).join('/').replace(/\.ts$/, '.js')}`)}, import.meta.url)`;
  const asked = { url: `${url}.href`, filename: `pathOfUrl(${url})`, dirname: `pathOfUrl(new URL('.', ${url}))` };
  const told = code.replace(/import\.meta\.(url|filename|dirname)/g, (_, what) => asked[what]);
  return `import { fileURLToPath as pathOfUrl } from 'node:url';\n${told}`;
}

function run(args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
