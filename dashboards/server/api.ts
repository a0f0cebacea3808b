import { readFileSync } from 'node:fs';
import { openApiOf } from './openapi.ts';
import type { Route } from './route.ts';
import { operationRoutes } from './routes/operation.ts';
import { plantRoutes } from './routes/plant.ts';
import { sessionRoutes } from './routes/session.ts';
import { userRoutes } from './routes/users.ts';
import type { Services } from './services.ts';
import type { Users } from './users/users.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

/** Every route of the server. */
export function apiRoutes(services: Services, users: Users, cookie: string, secure: boolean): Route[] {
  const routes: Route[] = [];
  routes.push(
    ...operationRoutes(services, () => openApiOf(routes, version)),
    ...plantRoutes(services),
    ...sessionRoutes(users, cookie, secure),
    ...userRoutes(users),
  );
  return routes;
}
