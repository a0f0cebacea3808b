import { type MaybeRefOrGetter, onMounted, onUnmounted, type Ref, ref, toValue, watch } from 'vue';
import type { SaidFault } from '../server/documents/refusal.ts';
import { takeEarly } from './early.ts';
import { api, Refused, refreshSession } from './session.ts';

export interface Loaded<T> {
  readonly data: Ref<T | null>;
  /** The server's code for what went wrong last, empty while all is well. With data still there: what is shown is old. */
  readonly error: Ref<string>;
  readonly faults: Ref<readonly SaidFault[]>;
  readonly loading: Ref<boolean>;
  /** When the data came. */
  readonly atMs: Ref<number>;
  /** Reads it anew, at once. */
  read(): Promise<void>;
}

/** Codes of a 503 that says there is nothing yet, which is no error. */
const NOT_YET = new Set(['not-computed-yet', 'not-ready']);
const LONGEST_WAIT_MS = 60_000;

/**
 * Reads a JSON document of the API about the plant that is shown, now, whenever its path changes and then again every `everyMs` (0:
 * once); what came with the page itself is there before anything is drawn. 401 says that the session has ended, which leads back to
 * signing in. A null path reads nothing.
 */
export function useDocument<T>(path: MaybeRefOrGetter<string | null>, everyMs: number): Loaded<T> {
  const data = ref<T | null>(null) as Ref<T | null>;
  const [error, loading, atMs] = [ref(''), ref(true), ref(0)];
  const faults = ref<readonly SaidFault[]>([]);
  let timer = 0;
  let ended = false;
  let asked = 0;
  const url = () => {
    const wanted = toValue(path);
    return wanted === null ? null : api(wanted);
  };

  async function read(): Promise<void> {
    clearTimeout(timer);
    const from = url();
    const turn = ++asked;
    if (from === null) {
      loading.value = false;
      return;
    }
    try {
      const document = await fetched<T>(from);
      if (turn !== asked) return;
      if (document !== null) take(document);
      [error.value, faults.value] = ['', []];
    } catch (cause) {
      if (turn !== asked) return;
      [error.value, faults.value] = [
        cause instanceof Error && cause.name !== 'TypeError' ? cause.message : 'unreachable',
        cause instanceof Refused ? cause.faults : [],
      ];
    }
    loading.value = false;
    readLater();
  }
  function take(document: T): void {
    [data.value, atMs.value] = [document, Date.now()];
  }
  function readLater(): void {
    const again = everyMs > 0 ? everyMs : LONGEST_WAIT_MS;
    const wait = data.value === null ? Math.min(again, 3_000) : again;
    if (!ended && (everyMs > 0 || data.value === null) && faults.value.length === 0) timer = window.setTimeout(read, wait);
  }
  const first = url();
  const early = first === null ? null : takeEarly<T>(first);
  if (early !== null) {
    take(early);
    loading.value = false;
  }
  onMounted(early === null ? read : readLater);
  watch(url, () => {
    [data.value, loading.value] = [null, true];
    void read();
  });
  onUnmounted(() => {
    ended = true;
    clearTimeout(timer);
  });
  return { data, error, faults, loading, atMs, read };
}

/** null where there is nothing yet, or the session has ended. @throws Refused */
async function fetched<T>(url: string): Promise<T | null> {
  const answer = await fetch(url, { headers: { accept: 'application/json' } });
  if (answer.ok) return (await answer.json()) as T;
  if (answer.status === 401) {
    await refreshSession();
    return null;
  }
  const refusal = (await answer.json().catch(() => ({}))) as { error?: string; faults?: SaidFault[] };
  if (answer.status === 503 && NOT_YET.has(refusal.error ?? '')) return null;
  throw new Refused(refusal.error ?? String(answer.status), refusal.faults);
}
