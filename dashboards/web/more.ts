import { computed, type Ref, ref, watch } from 'vue';
import type { Loaded } from './load.ts';
import { api } from './session.ts';

/** A list that is read page by page: its newest page, which is read anew by itself, and the older ones that were asked for. */
export interface More<D> {
  /** Every page that is there, newest first. */
  readonly pages: Ref<readonly D[]>;
  readonly hasMore: Ref<boolean>;
  more(): Promise<void>;
  /** Reads the newest page anew and lets go of the others: something in them has changed. */
  again(): Promise<void>;
}

/** Once the newest page ends elsewhere, the older ones no longer follow on it: they are asked for again. */
export function useMore<D extends { readonly next: string | null }>(first: Loaded<D>, path: string): More<D> {
  const older = ref<D[]>([]) as Ref<D[]>;
  watch(
    () => first.data.value?.next,
    () => {
      older.value = [];
    },
  );
  const pages = computed(() => [...(first.data.value ? [first.data.value] : []), ...older.value]);
  const next = computed(() => pages.value.at(-1)?.next ?? null);
  async function more(): Promise<void> {
    const from = next.value;
    if (from === null) return;
    const answer = await fetch(api(`${path}${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(from)}`));
    if (answer.ok && next.value === from) older.value = [...older.value, (await answer.json()) as D];
    else if (!answer.ok) await first.read();
  }
  async function again(): Promise<void> {
    older.value = [];
    await first.read();
  }
  return { pages, hasMore: computed(() => next.value !== null), more, again };
}
