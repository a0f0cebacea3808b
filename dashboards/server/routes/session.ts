import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { doneSchema } from '../documents/refusal.ts';
import { linkDocument, sessionDocument } from '../documents/session.ts';
import type { Fleet } from '../fleet.ts';
import { Refusal } from '../refusal.ts';
import { type Route, route } from '../route.ts';
import type { Users } from '../users/users.ts';

const LONGEST_S = 24 * 3600;
const name = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{1,39}$/u);
const password = z.string().min(1).max(1000);

/** How people come in and go out. */
export function sessionRoutes(fleet: Fleet, users: Users, cookie: string, secure: boolean): Route[] {
  const setCookie = (reply: FastifyReply, secret: string, seconds: number): void => {
    const flags = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure ? '; Secure' : ''}`;
    reply.header('set-cookie', `${cookie}=${secret}; ${flags}`);
  };
  return [
    route({
      method: 'GET',
      path: '/api/v1/session',
      summary: 'Who is signed in and what they may ask; whether an administrator has still to be made',
      access: 'public',
      answer: { json: sessionDocument },
      handle: async ({ caller }) => {
        if (caller?.session == null) {
          const state = (await users.hasAdministrator()) ? ('signed-out' as const) : ('set-up' as const);
          return { state, name: null, role: null, visitor: false, grants: [], plants: [], csrf: null };
        }
        const { role, kind, grants, session } = caller;
        const plants = fleet.grantedTo(caller.plants).map(({ plant }) => ({ id: plant.id, name: plant.file.plant.name }));
        return {
          state: 'signed-in' as const,
          name: caller.name,
          role,
          visitor: kind === 'visitor',
          grants: plants.length > 0 ? [...grants] : [],
          plants,
          csrf: session.csrf,
        };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/session',
      summary: 'Sign in',
      access: 'public',
      body: z.strictObject({ name: z.string().max(200), password }),
      answer: { json: doneSchema },
      refusals: [401, 403, 429],
      handle: async ({ body, request, reply }) => {
        setCookie(reply, await users.signIn(body.name, body.password, request.ip), LONGEST_S);
        return { done: true as const };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/session/link',
      summary: 'Open a one-time link; says what it still needs, and signs in once it has it',
      access: 'public',
      body: z.strictObject({ link: z.string().max(200), name: name.optional(), password: password.optional() }),
      answer: { json: linkDocument },
      refusals: [403, 409, 410, 429],
      handle: async ({ body: { link, name, password }, request, reply }) => {
        const given = { ...(name === undefined ? {} : { name }), ...(password === undefined ? {} : { password }) };
        const answer = await users.openLink(link, given, request.ip);
        if (answer.needs === null) setCookie(reply, answer.secret, LONGEST_S);
        return { needs: answer.needs, name: answer.needs === 'password' ? answer.name : null };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/session/end',
      summary: 'Sign out',
      access: 'signed-in',
      body: z.strictObject({}),
      answer: { json: doneSchema },
      handle: async ({ caller, request, reply }) => {
        users.sessions.end(caller!.session!.secret);
        await users.trail.add({ who: caller!.name, action: 'signed-out', what: '', from: request.ip });
        setCookie(reply, '', 0);
        return { done: true as const };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/session/password',
      summary: 'Change one’s own password; every other session of the user ends',
      access: 'signed-in',
      body: z.strictObject({ old: password, password }),
      answer: { json: doneSchema },
      refusals: [429],
      handle: async ({ body, caller, request }) => {
        if (caller!.kind !== 'user') throw new Refusal(403, 'not-granted');
        await users.changePassword(caller!.name, body.old, body.password, caller!.session!.secret, request.ip);
        return { done: true as const };
      },
    }),
  ];
}
