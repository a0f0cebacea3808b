import { ref } from 'vue';

export interface SessionDocument {
  readonly state: 'set-up' | 'signed-out' | 'signed-in';
  readonly name: string | null;
  readonly role: string | null;
  readonly visitor: boolean;
  readonly grants: readonly string[];
  readonly csrf: string | null;
}

/** Who is signed in; null before the server has answered. */
export const session = ref<SessionDocument | null>(null);
/** Why the server could not be asked, empty while it can. */
export const unreachable = ref('');

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

/** Sends JSON. @throws Error whose message is the server's code. */
export async function post<T>(path: string, body: object): Promise<T> {
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json' };
  if (session.value?.csrf) headers['x-csrf-token'] = session.value.csrf;
  const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
  const document = (await answer.json()) as T & { error?: string };
  if (!answer.ok) throw new Error(document.error ?? String(answer.status));
  return document;
}

export async function signOut(): Promise<void> {
  await post('/api/v1/session/end', {}).catch(() => undefined);
  await refreshSession();
}
