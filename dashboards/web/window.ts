import { computed, ref } from 'vue';

export interface Chosen {
  readonly from: string;
  readonly to: string;
}

/** The window that the auditor's pages are about; null: the last complete 72 hours. */
export const chosen = ref<Chosen | null>(null);
/** A window with how long it is. */
export const withHours = ({ from, to }: Chosen) => ({ from, to, hours: (Date.parse(to) - Date.parse(from)) / 3_600_000 });
export const windowQuery = computed(() =>
  chosen.value === null ? '' : `?from=${encodeURIComponent(chosen.value.from)}&to=${encodeURIComponent(chosen.value.to)}`,
);
