import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Caller } from './caller.ts';
import type { Table } from './csv.ts';
import type { Access } from './grants.ts';
import type { Services } from './services.ts';

/** A question, checked: `params`, `query` and `body` are what the route's schemas made of it. */
export interface Asked<P = unknown, Q = unknown, B = unknown> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Known wherever `access` is not public. */
  readonly caller: Caller | null;
  /** The plant that is asked about. */
  readonly services: Services;
  /** Whether the gate would still let this question through: for answers that go on. */
  admitted(): Promise<boolean>;
  /** Enters a deed of the caller into the trail. */
  note(action: string, what: string): Promise<void>;
}

/** One route of the API: the server, the OpenAPI document and the tests all walk the same table of these. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** With `:name` for its parameters. */
  readonly path: string;
  readonly summary: string;
  readonly access: Access;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Bytes that a body may have; 64 KiB where nothing is said. */
  readonly largest?: number;
  /** What a 200 carries: a JSON document by this schema, or a text or file of this media type. */
  readonly answer: { readonly json: z.ZodType; readonly table?: (document: never) => Table } | { readonly type: string };
  /** Statuses besides 200 and those of `access` that mean something here. */
  readonly refusals?: readonly number[];
  readonly handle: (asked: Asked<never, never, never>) => unknown;
}

interface Definition<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, J extends z.ZodType>
  extends Omit<Route, 'params' | 'query' | 'body' | 'answer' | 'handle'> {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: { readonly json: J; readonly table?: (document: Given<z.input<J>>) => Table } | { readonly type: string };
  readonly handle: (asked: Asked<z.output<P>, z.output<Q>, z.output<B>>) => Given<z.input<J>> | Promise<Given<z.input<J>>>;
}

/** What a handler may give for a document: what is readonly too, and more than the schema names where the schema is loose. */
export type Given<T> = T extends readonly (infer E)[]
  ? readonly Given<E>[]
  : T extends object
    ? { readonly [K in keyof T as string extends K ? (unknown extends T[K] ? never : K) : K]: Given<T[K]> }
    : T;

/** A route whose handler is held to its schemas by the compiler. A `type` route answers a string or bytes, or sends by itself. */
export function route<
  P extends z.ZodObject = z.ZodObject,
  Q extends z.ZodObject = z.ZodObject,
  B extends z.ZodType = z.ZodType,
  J extends z.ZodType = z.ZodType,
>(definition: Definition<P, Q, B, J>): Route {
  return definition as unknown as Route;
}
