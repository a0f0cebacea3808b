import { z } from 'zod';
import { nameSchema } from './names.ts';

export const sessionDocument = z.object({
  state: z.enum(['set-up', 'signed-out', 'signed-in']).describe('set-up: no administrator has been made yet'),
  name: z.string().nullable(),
  role: z.string().nullable(),
  visitor: z.boolean().describe('came by the link of a simulated plant'),
  grants: z.array(z.string()),
  plants: z.array(z.object({ id: z.string(), name: nameSchema })).describe('those that one may see'),
  csrf: z.string().nullable().describe('to be repeated as X-CSRF-Token with every POST'),
});
export const linkDocument = z.object({
  needs: z.enum(['name-and-password', 'password']).nullable().describe('null: signed in'),
  name: z.string().nullable(),
});
export const secretDocument = z.object({ secret: z.string().describe('not to be had again') });

export type SessionDocument = z.output<typeof sessionDocument>;
export type LinkDocument = z.output<typeof linkDocument>;
