import { z } from 'zod';

export const nextSchema = z.string().nullable().describe('cursor of the page after; null on the last');
