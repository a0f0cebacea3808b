import type { FastifyRequest } from 'fastify';
import { type Caller, callerOf } from './caller.ts';
import type { Fleet } from './fleet.ts';
import { Refusal } from './refusal.ts';
import type { Route } from './route.ts';
import type { Services } from './services.ts';
import { Buckets } from './users/limits.ts';
import type { Users } from './users/users.ts';

/** Questions of one address: a page that is opened, and programs that ask often. */
const ASKED = { burst: 2000, perSecond: 500 } as const;
/** Passwords and links tried from one address. */
const TRIED = { burst: 20, perSecond: 1 / 3 } as const;

/** A question that was let through: who asks, and about which plant. */
export interface Admitted {
  readonly caller: Caller | null;
  readonly services: Services;
}

/**
 * Lets a request through to its route, or refuses it: 401 where nobody is known to ask, 404 where the plant is none of theirs (as if
 * there were no such thing), 403 where they may not ask this of it, 429 where they ask too often.
 */
export class Gate {
  readonly #users: Users;
  readonly #fleet: Fleet;
  readonly #cookie: string;
  readonly #asked = new Buckets(ASKED.burst, ASKED.perSecond);
  readonly #tried = new Buckets(TRIED.burst, TRIED.perSecond);

  constructor(users: Users, fleet: Fleet, cookie: string) {
    this.#users = users;
    this.#fleet = fleet;
    this.#cookie = cookie;
  }

  /** @throws Refusal */
  limit(request: FastifyRequest): void {
    if (!this.#asked.take(request.ip)) throw new Refusal(429, 'too-many', { 'retry-after': '1' });
  }

  /** @throws Refusal */
  async admit(route: Pick<Route, 'method' | 'access'>, request: FastifyRequest): Promise<Admitted> {
    const services = this.#fleet.askedBy(request);
    const caller = await callerOf(request, this.#users, services?.plant.id ?? null, this.#cookie);
    if (route.method === 'POST') this.#checkOrigin(request);
    if (route.access === 'public') {
      if (route.method === 'POST' && !this.#tried.take(request.ip)) throw new Refusal(429, 'too-many', { 'retry-after': '3' });
      // What anyone may ask is not about a plant: whether there is one of a name stays unsaid.
      return { caller, services: this.#fleet.first };
    }
    if (caller === null) throw new Refusal(401, 'sign-in');
    if (route.access === 'signed-in') {
      if (caller.session === null) throw new Refusal(403, 'not-granted');
    } else {
      if (!caller.covered) throw new Refusal(404, 'not-found');
      if (!caller.grants.includes(route.access)) throw new Refusal(403, 'not-granted');
    }
    if (route.method === 'POST' && caller.session !== null && caller.session.csrf !== request.headers['x-csrf-token'])
      throw new Refusal(403, 'csrf');
    return { caller, services: services ?? this.#fleet.first };
  }

  /** A page of another site can send a form with the cookie's owner none the wiser; it cannot send JSON, nor hide where it comes from. */
  #checkOrigin(request: FastifyRequest): void {
    const { origin, host } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const foreign = (origin !== undefined && origin !== `${request.protocol}://${host}`) || (site !== undefined && site !== 'same-origin');
    if (foreign) throw new Refusal(403, 'other-origin');
  }
}
