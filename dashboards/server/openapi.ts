import { z } from 'zod';
import { refusalSchema } from './documents/refusal.ts';
import type { Route } from './route.ts';
import { TABLE_TYPES } from './table-file.ts';

type Json = Record<string, unknown>;
const FORMATS = Object.keys(TABLE_TYPES) as (keyof typeof TABLE_TYPES)[];
const bare = (type: string): string => type.replace(/;.*/, '');
const TABLES = Object.fromEntries(FORMATS.map((format) => [bare(TABLE_TYPES[format]), { schema: { type: 'string' } }]));
/** Which plant is asked about, of a server of several. */
const PLANT: Json = { name: 'plant', in: 'query', required: false, schema: { type: 'string' }, description: 'default: the first plant' };

/**
 * The OpenAPI 3.1 document of the routes, made from the schemas that their answers are held to.
 *
 * @source https://spec.openapis.org/oas/v3.1.1
 */
export function openApiOf(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: '量衡 Liangheng', version, description: 'What the pages show, and the users who may see it. Times are UTC.' },
    paths,
    components: {
      schemas: { Refusal: schemaOf(refusalSchema) },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'liangheng-<plant>' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

function operation({ method, path, summary, access, params, query, body, answer, refusals }: Route): Json {
  const parameters = [...parametersOf('path', params), ...parametersOf('query', query)];
  if (access !== 'public' && access !== 'signed-in' && access !== 'users') parameters.push(PLANT);
  const table = 'json' in answer && answer.table !== undefined;
  if (table) parameters.push({ name: 'format', in: 'query', required: false, schema: { type: 'string', enum: ['json', ...FORMATS] } });
  const content =
    'json' in answer
      ? { 'application/json': { schema: schemaOf(answer.json) }, ...(table ? TABLES : {}) }
      : { [bare(answer.type)]: { schema: { type: 'string' } } };
  const refused = [
    ...new Set([...(access === 'public' ? [] : [401, 403, 404]), ...(params || query || body ? [400] : []), ...(refusals ?? [])]),
  ];
  return {
    operationId: `${method.toLowerCase()}${path.replaceAll(/\W+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary,
    security:
      access === 'public'
        ? []
        : [{ session: [] }, ...(access === 'signed-in' || access === 'users' || access === 'configure' ? [] : [{ token: [access] }])],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body
      ? {
          requestBody: {
            required: true,
            content: { [isBytes(body) ? 'application/octet-stream' : 'application/json']: { schema: bodySchema(body) } },
          },
        }
      : {}),
    responses: {
      200: { description: 'OK', content },
      ...Object.fromEntries(
        refused.map((status) => [
          status,
          { description: 'refused', content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } } },
        ]),
      ),
    },
  };
}

function parametersOf(place: 'path' | 'query', schema: z.ZodObject | undefined): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !z.safeParse(field, undefined).success,
    schema: schemaOf(field as z.ZodType, 'input'),
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}

/** A file that is sent up as it is. */
const isBytes = (schema: z.ZodType): boolean => schema instanceof z.ZodCustom;
const bodySchema = (schema: z.ZodType): Json => (isBytes(schema) ? { type: 'string', format: 'binary' } : schemaOf(schema, 'input'));
