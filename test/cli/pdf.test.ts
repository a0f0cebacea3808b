import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { hasBrowser, openPrinter } from '../../cli/pdf.ts';
import { Fault } from '../../config/words/fault.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'liangheng-pdf-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

const PAGE = '<!DOCTYPE html><html><head><meta charset="utf-8"/></head><body>水</body></html>';
/** As a package says that stands in for the browser until it is installed. */
const STUB = "#!/bin/sh\necho >&2\necho 'requires the chromium snap to be installed' >&2\nexit 10\n";
/** A program for another processor. */
const FOREIGN = Buffer.concat([
  Buffer.from('\x7fELF\x02\x01\x01', 'latin1'),
  Buffer.alloc(9),
  Buffer.of(2, 0, 0xb7, 0, 1, 0, 0, 0),
  Buffer.alloc(40),
]);
/** As much of a browser as printing asks for; it fails at pages where it is told to. */
const fake = (fails: boolean): string => `#!${process.execPath}
const fs = require('node:fs');
const from = fs.createReadStream(null, { fd: 3 });
let [rest, url] = ['', ''];
from.on('data', (chunk) => {
  const parts = (rest + chunk).split('\\0');
  rest = parts.pop();
  for (const part of parts) {
    const { id, method, params } = JSON.parse(part);
    if (method === 'Page.navigate') url = params.url;
    const result = {
      'Target.createTarget': { targetId: 't' },
      'Target.attachToTarget': { sessionId: 's' },
      'Runtime.evaluate': { result: { value: url } },
      'Page.printToPDF': { data: Buffer.from('%PDF of a fake').toString('base64') },
    }[method] ?? {};
    const answer = ${fails} && method === 'Page.printToPDF' ? { id, error: { message: 'Printing failed' } } : { id, result };
    fs.writeSync(4, JSON.stringify(answer) + '\\0');
  }
});
`;

/** A folder with these programs. */
async function folder(programs: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const bin = await mkdtemp(join(dir, 'bin-'));
  for (const [name, content] of Object.entries(programs)) {
    await writeFile(join(bin, name), content);
    await chmod(join(bin, name), 0o755);
  }
  return bin;
}

/** What printing with these folders as PATH comes to. */
async function printed(...folders: readonly string[]): Promise<string | Fault> {
  vi.stubEnv('PATH', folders.join(delimiter));
  const printer = await openPrinter();
  try {
    return Buffer.from(await printer.print(PAGE)).toString('latin1');
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  } finally {
    await printer.close();
  }
}

it('a browser that is there and does not start gives way to the next one', async () => {
  const broken = await folder({ 'chromium-headless-shell': FOREIGN, chromium: STUB, 'chromium-browser': '#!/nowhere/sh\n' });
  await mkdir(join(broken, 'google-chrome'));
  const working = await folder({ chromium: fake(false) });
  expect(await printed(broken, working)).toBe('%PDF of a fake');
}, 120_000);

it('where none starts it is said of each what it said', async () => {
  const [one, two] = [await folder({ 'chromium-headless-shell': FOREIGN, chromium: STUB }), await folder({ chromium: '#!/nowhere/sh\n' })];
  const fault = (await printed(one, two)) as Fault;
  expect(fault.code).toBe('report.browser-broken');
  for (const text of [fault.zh, fault.en]) {
    expect(text).toMatch(
      new RegExp(`${join(one, 'chromium-headless-shell')}: .+; ${join(one, 'chromium')}: .*10.*requires the chromium snap`),
    );
    expect(text).toContain(`${join(two, 'chromium')}: `);
  }
}, 120_000);

it('a browser that fails at the page, or is not there, is a fault too', async () => {
  const failing = await printed(await folder({ chromium: fake(true) }));
  expect(failing).toMatchObject({ code: 'report.not-printed', en: expect.stringContaining('Printing failed') as string });
  expect(await printed(await folder({}))).toMatchObject({ code: 'report.no-browser' });
  expect(await hasBrowser()).toBe(false);
}, 120_000);
