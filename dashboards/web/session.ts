import { computed, ref } from 'vue';
import type { SaidFault } from '../server/documents/refusal.ts';
import type { SessionDocument } from '../server/documents/session.ts';
import { takeEarly } from './early.ts';

/** Who is signed in; null before the server has answered. */
export const session = ref(takeEarly<SessionDocument>('/api/v1/session'));
/** Why the server could not be asked, empty while it can. */
export const unreachable = ref('');

const wanted = ref(sessionStorage.getItem('liangheng.plant') ?? '');
/** The plant that the pages show: the one chosen, else the first that is granted. */
export const plantId = computed(() => {
  const plants = session.value?.plants ?? [];
  return plants.find(({ id }) => id === wanted.value)?.id ?? plants[0]?.id ?? '';
});
export function choosePlant(id: string): void {
  wanted.value = id;
  sessionStorage.setItem('liangheng.plant', id);
}

export const may = (grant: string): boolean => session.value?.grants.includes(grant) ?? false;

/** An address of the API about the plant that is shown. */
export function api(path: string): string {
  return plantId.value === '' ? path : `${path}${path.includes('?') ? '&' : '?'}plant=${encodeURIComponent(plantId.value)}`;
}

/** Asks the server who is signed in. */
export async function refreshSession(): Promise<void> {
  try {
    const answer = await fetch('/api/v1/session', { headers: { accept: 'application/json' } });
    if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
    session.value = (await answer.json()) as SessionDocument;
    unreachable.value = '';
  } catch (error) {
    unreachable.value = error instanceof Error ? error.message : String(error);
  }
}

/** The server refused: its code, and what to put right where it says so. */
export class Refused extends Error {
  readonly faults: readonly SaidFault[];

  constructor(code: string, faults: readonly SaidFault[] = []) {
    super(code);
    this.faults = faults;
  }
}

/** Sends JSON, or bytes. @throws Refused */
export async function post<T>(path: string, body: object): Promise<T> {
  const isBytes = body instanceof Blob;
  const headers: Record<string, string> = {
    'content-type': isBytes ? 'application/octet-stream' : 'application/json',
    accept: 'application/json',
  };
  if (session.value?.csrf) headers['x-csrf-token'] = session.value.csrf;
  const answer = await fetch(path, { method: 'POST', headers, body: isBytes ? body : JSON.stringify(body) });
  const document = (await answer.json()) as T & { error?: string; faults?: SaidFault[] };
  if (!answer.ok) throw new Refused(document.error ?? String(answer.status), document.faults);
  return document;
}

export async function signOut(): Promise<void> {
  await post('/api/v1/session/end', {}).catch(() => undefined);
  await refreshSession();
}
