import type { RunningServer } from '../../dashboards/server/server.ts';
import type { Role } from '../../dashboards/server/users/roles.ts';

/** A password costs next to nothing to try in tests that are about something else. */
export const CHEAP = { n: 1024, r: 8, p: 1 } as const;
export const PASSWORD = 'correct horse 电池';
export const PLANT = 'yunnan-phosphate';

/** Someone with a browser: a cookie, and the word that goes with each POST. */
export interface Person {
  readonly cookie: string;
  get(path: string): Promise<Response>;
  post(path: string, body: object, headers?: Record<string, string>): Promise<Response>;
}

/** What POSTing JSON with a cookie takes. */
function personOf(server: RunningServer, cookie: string, csrf: string): Person {
  return {
    cookie,
    get: (path) => fetch(server.url + path, { headers: { cookie } }),
    post: (path, body, headers = { 'x-csrf-token': csrf }) =>
      fetch(server.url + path, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
  };
}

export const send = (server: RunningServer, path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

/** Follows an answer's cookie to a person. @throws where it set none. */
export async function enter(server: RunningServer, answer: Response): Promise<Person> {
  const cookie = answer.headers.get('set-cookie')?.split(';')[0];
  if (!answer.ok || !cookie) throw new Error(`not let in: ${answer.status} ${await answer.text()}`);
  const session = await fetch(`${server.url}/api/v1/session`, { headers: { cookie } });
  return personOf(server, cookie, ((await session.json()) as { csrf: string }).csrf);
}

export const secretOf = (link: string): string => link.split('#link=')[1]!;

/** The first administrator, by the printed link. */
export async function administrator(server: RunningServer): Promise<Person> {
  const link = secretOf((await server.setUpLink())!);
  return enter(server, await send(server, '/api/v1/session/link', { link, name: 'root', password: PASSWORD }));
}

/** A visitor of the simulated plant, by the printed link. */
export async function visitor(server: RunningServer): Promise<Person> {
  return enter(server, await send(server, '/api/v1/session/link', { link: secretOf(server.visitLink()) }));
}

/** A user made by an administrator, who has chosen a password. */
export async function user(server: RunningServer, by: Person, name: string, role: Role, plants: '*' | string[] = [PLANT]): Promise<Person> {
  const { secret } = (await (await by.post('/api/v1/users', { name, role, plants })).json()) as { secret: string };
  return enter(server, await send(server, '/api/v1/session/link', { link: secret, password: PASSWORD }));
}

/** A program with a token. */
export async function program(server: RunningServer, by: Person, scopes: string[], plants: '*' | string[] = [PLANT]): Promise<Person> {
  const made = await by.post('/api/v1/tokens', { name: 'program', scopes, plants, days: 1 });
  const { secret } = (await made.json()) as { secret: string };
  const authorization = `Bearer ${secret}`;
  return {
    cookie: '',
    get: (path) => fetch(server.url + path, { headers: { authorization } }),
    post: (path, body) => send(server, path, body, { authorization }),
  };
}
