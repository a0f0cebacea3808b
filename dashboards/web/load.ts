import { onMounted, onUnmounted, type Ref, ref } from 'vue';
import { refreshSession } from './session.ts';

export interface Loaded<T> {
  readonly data: Ref<T | null>;
  /** What went wrong last, empty while all is well. */
  readonly error: Ref<string>;
  readonly loading: Ref<boolean>;
  /** Reads it anew, at once. */
  read(): Promise<void>;
}

/**
 * Reads a JSON document of the API now and then again every `everyMs`. 503 means that there is nothing yet, which is no error; 401 that
 * the session has ended, which leads back to signing in.
 */
export function useDocument<T>(path: string, everyMs: number): Loaded<T> {
  const data = ref<T | null>(null) as Ref<T | null>;
  const error = ref('');
  const loading = ref(true);
  let timer = 0;
  let ended = false;
  async function read(): Promise<void> {
    clearTimeout(timer);
    try {
      const answer = await fetch(path, { headers: { accept: 'application/json' } });
      if (answer.ok) data.value = (await answer.json()) as T;
      else if (answer.status === 401) await refreshSession();
      else if (answer.status !== 503) throw new Error(`${answer.status} ${answer.statusText}`);
      error.value = '';
    } catch (cause) {
      error.value = cause instanceof Error ? cause.message : String(cause);
    }
    loading.value = false;
    if (!ended) timer = window.setTimeout(read, data.value === null ? Math.min(everyMs, 3_000) : everyMs);
  }
  onMounted(read);
  onUnmounted(() => {
    ended = true;
    clearTimeout(timer);
  });
  return { data, error, loading, read };
}
