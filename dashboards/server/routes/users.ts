import { z } from 'zod';
import { doneSchema } from '../documents/refusal.ts';
import { secretDocument } from '../documents/session.ts';
import { tokensDocument, trailDocument, usersDocument } from '../documents/users.ts';
import { pageOf, pageSchema } from '../page.ts';
import { type Route, route } from '../route.ts';
import { ROLES, SCOPES } from '../users/roles.ts';
import type { Users } from '../users/users.ts';

const userName = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{1,39}$/u);
const plantsSchema = z.union([z.literal('*'), z.array(z.string().max(64)).max(1000)]);
const place = z.string().regex(/^\d{1,15}$/);
const byName = z.object({ name: z.string().max(200) });

/** A page of what was made at one time or another: by that time, then by what tells it from the others. */
function newestOf<T extends { readonly createdMs: number }>(list: readonly T[], idOf: (one: T) => string, query: Page): PageOf<T> {
  const key = (one: T): string => `${String(one.createdMs).padStart(15, '0')} ${idOf(one)}`;
  return pageOf(
    list.toSorted((a, b) => (key(a) < key(b) ? 1 : -1)),
    key,
    query,
  );
}
type Page = z.output<ReturnType<typeof pageSchema>>;
type PageOf<T> = ReturnType<typeof pageOf<T>>;

/** What administrators do: users, tokens for programs, and the trail. */
export function userRoutes(users: Users): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/users',
      summary: 'Users with their roles and plants, page by page, the newest first',
      access: 'users',
      query: pageSchema(100),
      answer: {
        json: usersDocument,
        table: ({ users: rows }) => ({
          columns: ['name', 'role', 'plants', 'disabled', 'hasPassword', 'invited', 'created'],
          rows: rows.map((one) => [
            ...[one.name, one.role, one.plants === '*' ? '*' : one.plants.join(' '), one.disabled, one.hasPassword, one.invited],
            new Date(one.createdMs).toISOString(),
          ]),
        }),
      },
      handle: async ({ query }) => {
        const { page, next } = newestOf((await users.book.read()).users, ({ name }) => name, query);
        const shown = page.map(({ name, role, plants, disabled, password, link, createdMs }) => {
          const invited = link !== null && link.expiresMs > Date.now();
          return { name, role, plants, disabled, hasPassword: password !== null, invited, createdMs };
        });
        return { users: shown, next };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/users',
      summary: 'Add a user; answers the one-time link by which they choose a password',
      access: 'users',
      body: z.strictObject({ name: userName, role: z.enum(ROLES), plants: plantsSchema }),
      answer: { json: secretDocument },
      refusals: [409],
      handle: async ({ body, caller, request }) => ({ secret: await users.add(body, caller!.name, request.ip) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/users/:name',
      summary: 'Change a user’s role, plants or whether they may come in; their sessions end',
      access: 'users',
      params: byName,
      body: z.strictObject({ role: z.enum(ROLES).optional(), plants: plantsSchema.optional(), disabled: z.boolean().optional() }),
      answer: { json: doneSchema },
      refusals: [409],
      handle: async ({ params, body: { role, plants, disabled }, caller, request }) => {
        const to = {
          ...(role === undefined ? {} : { role }),
          ...(plants === undefined ? {} : { plants }),
          ...(disabled === undefined ? {} : { disabled }),
        };
        await users.change(params.name, to, caller!.name, request.ip);
        return { done: true as const };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/users/:name/link',
      summary: 'A new one-time link for a user who has lost the password',
      access: 'users',
      params: byName,
      body: z.strictObject({}),
      answer: { json: secretDocument },
      handle: async ({ params, caller, request }) => ({ secret: await users.renewLink(params.name, caller!.name, request.ip) }),
    }),
    route({
      method: 'GET',
      path: '/api/v1/tokens',
      summary: 'Tokens of programs, without their secrets, page by page, the newest first',
      access: 'users',
      query: pageSchema(100),
      answer: {
        json: tokensDocument,
        table: ({ tokens }) => ({
          columns: ['id', 'name', 'scopes', 'plants', 'createdBy', 'created', 'expires'],
          rows: tokens.map((one) => [
            ...[one.id, one.name, one.scopes.join(' '), one.plants === '*' ? '*' : one.plants.join(' '), one.createdBy],
            ...[new Date(one.createdMs).toISOString(), one.expiresMs === null ? null : new Date(one.expiresMs).toISOString()],
          ]),
        }),
      },
      handle: async ({ query }) => {
        const { page, next } = newestOf((await users.book.read()).tokens, ({ id }) => id, query);
        return { tokens: page.map(({ sha256: _, ...token }) => token), next };
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/tokens',
      summary: 'A token for a program; its secret is answered this once',
      access: 'users',
      body: z.strictObject({
        name: userName,
        scopes: z.array(z.enum(SCOPES)).min(1),
        plants: plantsSchema,
        days: z.int().min(1).max(3660),
      }),
      answer: { json: secretDocument },
      handle: async ({ body, caller, request }) => ({ secret: await users.addToken(body, caller!.name, request.ip) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/tokens/:id/revoke',
      summary: 'Revoke a token',
      access: 'users',
      params: z.object({ id: z.string().max(64) }),
      body: z.strictObject({}),
      answer: { json: doneSchema },
      handle: async ({ params, caller, request }) => {
        await users.revokeToken(params.id, caller!.name, request.ip);
        return { done: true as const };
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/trail',
      summary: 'Who did what: the newest entries, page by page towards older ones, and whether the whole chain holds',
      access: 'users',
      query: pageSchema(200).extend({ cursor: place.optional() }),
      answer: {
        json: trailDocument,
        table: ({ entries }) => ({
          columns: ['seq', 'time', 'who', 'action', 'what', 'from', 'sha256'],
          rows: entries.map((one) => [one.seq, new Date(one.timeMs).toISOString(), one.who, one.action, one.what, one.from, one.sha256]),
        }),
      },
      handle: ({ query: { limit, cursor } }) => users.trail.read(limit, cursor === undefined ? undefined : Number(cursor)),
    }),
  ];
}
