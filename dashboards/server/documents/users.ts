import { z } from 'zod';
import { nextSchema } from './page.ts';

const plants = z.union([z.literal('*'), z.array(z.string())]);

const user = z.object({
  name: z.string(),
  role: z.string(),
  plants,
  disabled: z.boolean(),
  hasPassword: z.boolean(),
  invited: z.boolean().describe('a one-time link is waiting'),
  createdMs: z.number(),
});
const token = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  plants,
  createdMs: z.number(),
  createdBy: z.string(),
  expiresMs: z.number().nullable(),
});
export const usersDocument = z.object({ users: z.array(user).describe('newest first'), next: nextSchema });
export const tokensDocument = z.object({ tokens: z.array(token).describe('newest first'), next: nextSchema });
export const trailDocument = z.object({
  entries: z.array(
    z.object({
      seq: z.int(),
      timeMs: z.number(),
      who: z.string(),
      action: z.string(),
      what: z.string(),
      from: z.string(),
      sha256: z.string(),
    }),
  ),
  total: z.int(),
  next: nextSchema,
  intact: z.boolean().describe('false: a line was changed, taken out, put in or torn'),
});

export type UsersDocument = z.output<typeof usersDocument>;
export type TokensDocument = z.output<typeof tokensDocument>;
export type TrailDocument = z.output<typeof trailDocument>;
