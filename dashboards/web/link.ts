import { ref } from 'vue';

const LINK = '#link=';

/** The secret of a one-time link that was opened, until it has been used. */
export const link = ref('');

/** The secret leaves the address at once, so that it stays in no history. */
export function takeLink(): boolean {
  if (!location.hash.startsWith(LINK)) return false;
  link.value = location.hash.slice(LINK.length);
  history.replaceState(null, '', `${location.pathname}#/`);
  return true;
}
