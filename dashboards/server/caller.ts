import type { FastifyRequest } from 'fastify';
import type { Grant } from './grants.ts';
import { covers, type Plants } from './users/book.ts';
import { grantsOf, type Role } from './users/roles.ts';
import { digestOf } from './users/secret.ts';
import type { Users } from './users/users.ts';

/** Whoever asks, once known: a person with a session or a program with a token. */
export interface Caller {
  readonly name: string;
  readonly kind: 'user' | 'visitor' | 'token';
  readonly role: Role | null;
  readonly grants: readonly Grant[];
  /** Plants that are granted. */
  readonly plants: Plants;
  /** Whether the plant that is asked for is among them. */
  readonly covered: boolean;
  /** Of a session only. */
  readonly session: { readonly secret: string; readonly csrf: string } | null;
}

/** Name of the session's cookie: servers of other plants on the same machine share a cookie jar. */
export const cookieName = (plant: string, secure: boolean): string => `${secure ? '__Host-' : ''}liangheng-${plant}`;

/** Who a request is from; null where it does not say, or says what is not so. `plant` is the one that is asked for, null where there is none such. */
export async function callerOf(request: FastifyRequest, users: Users, plant: string | null, cookie: string): Promise<Caller | null> {
  const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return tokenCaller(bearer, users, plant);
  const secret = cookieOf(request.headers.cookie, cookie);
  const session = secret === null ? null : users.sessions.find(secret);
  if (secret === null || session === null) return null;
  const own = { secret, csrf: session.csrf };
  if (session.visitor !== null)
    return {
      name: session.user,
      kind: 'visitor',
      role: session.visitor,
      grants: grantsOf(session.visitor),
      plants: '*',
      covered: plant !== null,
      session: own,
    };
  const user = (await users.book.read()).users.find(({ name, disabled }) => name === session.user && !disabled);
  if (user === undefined) return null;
  const { role, plants } = user;
  const covered = plant !== null && covers(plants, plant);
  return { name: user.name, kind: 'user', role, grants: grantsOf(role), plants, covered, session: own };
}

async function tokenCaller(secret: string, users: Users, plant: string | null): Promise<Caller | null> {
  const sha256 = digestOf(secret);
  const { tokens } = await users.book.read();
  const token = tokens.find((one) => one.sha256 === sha256 && (one.expiresMs === null || one.expiresMs > Date.now()));
  if (token === undefined) return null;
  const { plants } = token;
  const covered = plant !== null && covers(plants, plant);
  return { name: `token ${token.name}`, kind: 'token', role: null, grants: token.scopes, plants, covered, session: null };
}

function cookieOf(header: string | undefined, name: string): string | null {
  for (const pair of (header ?? '').split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name && value) return value;
  }
  return null;
}
