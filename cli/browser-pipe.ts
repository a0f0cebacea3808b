import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

/** A browser that prints, as long as it runs. */
export interface Browser {
  /** Once it answers. @throws Error that it ended, or did not answer, and what it said of it */
  readonly ready: Promise<void>;
  /** The PDF of the page at a URL. @throws Error what the browser said, or that it ended */
  print(url: string): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** For one answer of the browser. */
const DEADLINE_MS = 300_000;

/** Of what a browser says, so many letters are kept, and waited for so long once it ended. */
const MOST_SAID = 1000;
const SAID_MS = 10_000;

/** The pages behind a browser's address bar, of which there is none here: they take as long to start as all the rest of it. */
const UNUSED = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup'];

/** With the structure that screen readers follow, and an outline of the headings. */
const PRINT = { printBackground: true, preferCSSPageSize: true, generateTaggedPDF: true, generateDocumentOutline: true };

/** The address of the page once it is loaded with its fonts. */
const READY = `new Promise((done) => {
  const end = () => document.fonts.ready.then(() => done(location.href));
  if (document.readyState === 'complete') end();
  else addEventListener('load', end);
})`;

interface Message {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/**
 * Starts a Chromium and speaks its DevTools protocol over a pair of pipes: no port is opened, and nobody else can reach it.
 *
 * @param profile folder of its own
 * @source Chrome DevTools Protocol (Target, Page, Runtime): messages are JSON, each ended by a zero byte, on descriptors 3 (in) and 4 (out)
 */
export function startBrowser(path: string, profile: string): Browser {
  // The page runs no script; Chromium has no sandbox for root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const options = ['--headless', '--disable-gpu', '--disable-background-networking', '--disable-extensions', '--no-first-run'];
  const args = [
    ...asRoot,
    ...options,
    `--disable-features=${UNUSED.join()}`,
    `--user-data-dir=${profile}`,
    '--remote-debugging-pipe',
    'about:blank',
  ];
  // A group of its own: what is started may be a script that starts the browser, and passes no signal on.
  const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'], detached: true });
  let said = '';
  const closed = once(child.stderr as Readable, 'close').catch(() => undefined);
  (child.stderr as Readable).on('data', (text: Buffer) => {
    said = (said + text.toString('utf8')).slice(-MOST_SAID);
  });
  const toBrowser = child.stdio[3] as Writable;
  const waiting = new Map<number, (message: Message) => void>();
  let ended: string | null = null;
  let nextId = 1;

  const fail = (why: string) => {
    ended ??= why;
    for (const answer of waiting.values()) answer({ error: { message: ended } });
    waiting.clear();
  };
  const exited = once(child, 'exit').then(
    async ([code, signal]) => {
      // What it said last comes behind its end; a child of its own may keep the pipe open.
      await Promise.race([closed, setTimeout(SAID_MS, undefined, { ref: false })]);
      fail([`ended (${String(code ?? signal)})`, ...lastLine(said)].join(': '));
    },
    (error: Error) => fail(error.message),
  );
  // A pipe breaks where the browser ends, which says more.
  toBrowser.on('error', (error) => {
    void Promise.race([exited, setTimeout(3 * SAID_MS, undefined, { ref: false })]).then(() => fail(error.message));
  });
  eachMessage(child.stdio[4] as Readable, (message) => {
    if (message.id !== undefined) waiting.get(message.id)?.(message);
  });

  const ask = async (method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> => {
    const id = nextId++;
    const answer = await new Promise<Message>((resolve) => {
      if (ended !== null) return resolve({ error: { message: ended } });
      const late = globalThis.setTimeout(() => resolve({ error: { message: `no answer to ${method}` } }), DEADLINE_MS);
      waiting.set(id, (message) => {
        clearTimeout(late);
        waiting.delete(id);
        resolve(message);
      });
      toBrowser.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    });
    if (answer.error) throw new Error(`Chromium: ${answer.error.message}`);
    return answer.result ?? {};
  };

  const page = (async () => {
    const { targetId } = await ask('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true });
    await ask('Page.enable', {}, String(sessionId));
    return String(sessionId);
  })();
  const ready = page.then(() => undefined);
  ready.catch(() => undefined);

  return {
    ready,
    async print(url) {
      const session = await page;
      // Answered when the page has taken the place of the one before it.
      const { errorText } = await ask('Page.navigate', { url }, session);
      if (errorText !== undefined) throw new Error(`Chromium: ${String(errorText)}`);
      const { result } = await ask('Runtime.evaluate', { expression: READY, awaitPromise: true, returnByValue: true }, session);
      const shown = (result as { value?: unknown } | undefined)?.value;
      if (shown !== url) throw new Error(`Chromium: shows ${String(shown)} instead of ${url}`);
      const { data } = await ask('Page.printToPDF', PRINT, session);
      return Buffer.from(String(data), 'base64');
    },
    async close() {
      if (ended === null) killGroup(child);
      await exited;
    },
  };
}

/** The last thing that was said, where anything was. */
function lastLine(said: string): string[] {
  const lines = said.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').slice(-1);
}

/** Nothing is lost: what the browser wrote down goes with its profile. */
function killGroup(child: ChildProcess): void {
  try {
    process.kill(-child.pid!, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

/** Calls `onMessage` for each message that a stream brings. */
function eachMessage(from: Readable, onMessage: (message: Message) => void): void {
  let parts: Buffer[] = [];
  from.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, start)) {
      parts.push(chunk.subarray(start, end));
      onMessage(JSON.parse(Buffer.concat(parts).toString('utf8')) as Message);
      parts = [];
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
  });
  from.on('error', () => undefined);
}
