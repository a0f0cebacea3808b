import { z } from 'zod';
import { healthSchema, readySchema } from '../documents/plant.ts';
import type { Fleet } from '../fleet.ts';
import { prometheusText } from '../metrics.ts';
import { figuresOf, readiness } from '../operation.ts';
import { Refusal } from '../refusal.ts';
import { type Route, route } from '../route.ts';

/** What those who run the program ask. `document` gives the OpenAPI document of all routes. */
export function operationRoutes(fleet: Fleet, document: () => unknown): Route[] {
  return [
    route({
      method: 'GET',
      path: '/healthz',
      summary: 'The process answers',
      access: 'public',
      answer: { json: healthSchema },
      handle: () => ({ ok: true as const }),
    }),
    route({
      method: 'GET',
      path: '/readyz',
      summary: 'The store answers and holds what the journal held at the start; 503 until then',
      access: 'public',
      answer: { json: readySchema },
      refusals: [503],
      handle: async () => {
        const ready = (await Promise.all(fleet.all().map(readiness))).every((one) => one.ready);
        if (!ready) throw new Refusal(503, 'not-ready', { 'retry-after': '5' });
        return { ready };
      },
    }),
    route({
      method: 'GET',
      path: '/metrics',
      summary: 'Sources, journal, stores and channels in the text format of Prometheus',
      access: 'metrics',
      answer: { type: 'text/plain; version=0.0.4; charset=utf-8' },
      handle: async ({ services }) => prometheusText(await figuresOf(services)),
    }),
    route({
      method: 'GET',
      path: '/api/v1/openapi.json',
      summary: 'This document',
      access: 'public',
      answer: { json: z.looseObject({ openapi: z.string(), paths: z.looseObject({}) }) },
      handle: () => document() as { openapi: string; paths: Record<string, unknown> },
    }),
  ];
}
