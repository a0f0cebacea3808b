import type { FastifyRequest } from 'fastify';
import type { Services } from './services.ts';
import { covers, type Plants } from './users/book.ts';

/** The plants of a server. A question is about the one that its `plant` names, about the first one where it names none. */
export class Fleet {
  readonly first: Services;
  readonly #byId: ReadonlyMap<string, Services>;

  constructor(plants: readonly Services[]) {
    const [first] = plants;
    if (first === undefined) throw new RangeError('a server without a plant');
    this.first = first;
    this.#byId = new Map(plants.map((services) => [services.plant.id, services]));
  }

  all(): readonly Services[] {
    return [...this.#byId.values()];
  }

  /** null where there is no such plant. */
  askedBy(request: FastifyRequest): Services | null {
    const { plant } = request.query as { plant?: unknown };
    if (plant === undefined) return this.first;
    return typeof plant === 'string' ? (this.#byId.get(plant) ?? null) : null;
  }

  /** Those that someone may see, in the order in which they were given. */
  grantedTo(plants: Plants): Services[] {
    return [...this.#byId.values()].filter(({ plant }) => covers(plants, plant.id));
  }
}
