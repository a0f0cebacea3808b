import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import { type RenderedImage, type ResvgRenderOptions, renderAsync } from '@resvg/resvg-js';
import type { Place } from '../diagram/layout.ts';

export interface Png {
  readonly data: Uint8Array;
  /** px */
  readonly width: number;
  readonly height: number;
}

type Request = { readonly graph: unknown } | { readonly svg: string; readonly options: ResvgRenderOptions };
type Answer = { readonly id: number } & ({ readonly value: unknown } | { readonly error: string });

/**
 * What the thread runs, as plain JavaScript: it needs nothing of ours, so that it starts at once wherever the program runs from source,
 * from the build, or in a test.
 */
const SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const elk = new (require(workerData.elk))();
const answer = async ({ graph, svg, options }) => {
  if (graph) return elk.layout(graph);
  const { Resvg } = require(workerData.resvg);
  const image = new Resvg(svg, options).render();
  return { data: new Uint8Array(image.asPng()), width: image.width, height: image.height };
};
parentPort.on('message', ({ id, request }) =>
  answer(request).then(
    (value) => parentPort.postMessage({ id, value }),
    (error) => parentPort.postMessage({ id, error: String(error?.message ?? error) }),
  ),
);`;

interface DrawingThread {
  ask(request: Request): Promise<unknown>;
  close(): Promise<void>;
}

/** The thread of the reports that are being written now, and how many they are. */
let open: { readonly thread: DrawingThread; users: number } | null = null;

/** Runs `work` with a second thread for layouts and pictures, which end with it. */
export async function withDrawingThread<T>(work: () => Promise<T>): Promise<T> {
  open ??= { thread: startThread(), users: 0 };
  const own = open;
  own.users += 1;
  try {
    return await work();
  } finally {
    own.users -= 1;
    if (own.users === 0) {
      if (open === own) open = null;
      await own.thread.close();
    }
  }
}

/** Lays out in the second thread where there is one; undefined: on the calling thread. */
export function placeElsewhere(): Place | undefined {
  const thread = open?.thread;
  return thread && ((graph) => thread.ask({ graph }) as ReturnType<Place>);
}

/** An SVG document as PNG, in the second thread where there is one. */
export async function rasterised(svg: string, options: ResvgRenderOptions): Promise<Png> {
  if (open !== null) return (await open.thread.ask({ svg, options })) as Png;
  const image: RenderedImage = await renderAsync(svg, options);
  return { data: image.asPng(), width: image.width, height: image.height };
}

function startThread(): DrawingThread {
  const { resolve } = createRequire(import.meta.url);
  const workerData = { elk: resolve('elkjs/lib/elk.bundled.js'), resvg: resolve('@resvg/resvg-js') };
  const worker = new Worker(SOURCE, { eval: true, workerData, execArgv: [] });
  const waiting = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: unknown) => void }>();
  let nextId = 1;
  let failed: unknown = null;
  const fail = (error: unknown) => {
    failed = error;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(failed ?? new Error('the drawing thread ended')));
  worker.on('message', (answer: Answer) => {
    const one = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('error' in answer) one?.reject(new Error(answer.error));
    else one?.resolve(answer.value);
  });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (failed !== null) return reject(failed);
        const id = nextId++;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, request });
      }),
    close: async () => {
      await worker.terminate();
    },
  };
}
