import { readFileSync } from 'node:fs';
import { Asking } from './asking.ts';
import type { Fleet } from './fleet.ts';
import { openApiOf } from './openapi.ts';
import { ReportJobs } from './report-jobs.ts';
import type { Route } from './route.ts';
import { auditRoutes } from './routes/audit.ts';
import { balanceRoutes } from './routes/balances.ts';
import { busRoutes } from './routes/bus.ts';
import { configureRoutes } from './routes/configure.ts';
import { meterRoutes } from './routes/meters.ts';
import { operationRoutes } from './routes/operation.ts';
import { oversightRoutes } from './routes/oversight.ts';
import { plantRoutes } from './routes/plant.ts';
import { reportRoutes } from './routes/reports.ts';
import { sessionRoutes } from './routes/session.ts';
import { storeRoutes } from './routes/stores.ts';
import { userRoutes } from './routes/users.ts';
import type { Users } from './users/users.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };

/** Every route of the server. */
export function apiRoutes(fleet: Fleet, users: Users, cookie: string, secure: boolean): Route[] {
  const asking = new Asking();
  const routes: Route[] = [];
  routes.push(
    ...operationRoutes(fleet, () => openApiOf(routes, version)),
    ...plantRoutes(),
    ...meterRoutes(),
    ...balanceRoutes(asking),
    ...auditRoutes(asking),
    ...reportRoutes(new ReportJobs()),
    ...oversightRoutes(fleet, asking),
    ...busRoutes(),
    ...storeRoutes(asking),
    ...configureRoutes(asking),
    ...sessionRoutes(fleet, users, cookie, secure),
    ...userRoutes(users),
  );
  return routes;
}
