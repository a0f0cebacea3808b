import { FULL, TIGHT } from '../../../collector/sources/budget.ts';
import type { Device } from '../../../config/plant/schema.ts';
import { budgetsOf } from '../budgets.ts';
import { busDocument } from '../documents/devices.ts';
import { type Route, route } from '../route.ts';

/** Lines and devices: how busy the plan of readings keeps each. */
export function busRoutes(): Route[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/bus',
      summary: 'Devices with the poll budget of each, as `check --budget` computes it',
      access: 'sources',
      answer: {
        json: busDocument,
        table: (rows) => ({
          columns: [
            'device',
            'protocol',
            'address',
            'channels',
            'state',
            'requests',
            'utilisation',
            'roundMs',
            'shortestEveryMs',
            'verdict',
            'lateCycles',
          ],
          rows: rows.map(({ device, protocol, address, channels, state, budget, lateCycles }) => [
            ...[
              device,
              protocol,
              address,
              channels,
              state,
              budget?.requests,
              budget?.utilisation,
              budget?.roundMs,
              budget?.shortestEveryMs,
            ],
            ...[budget?.verdict, lateCycles],
          ]),
        }),
      },
      handle: ({ services: { plant, sources } }) => {
        const budgets = new Map(budgetsOf(plant).map((budget) => [budget.device, budget]));
        const states = new Map(sources().map((source) => [source.id, source]));
        return [...plant.devices.values()].map((device) => {
          const { requests, utilisation, roundMs, shortestEveryMs, dead } = budgets.get(device.id) ?? {};
          const known = requests !== undefined && utilisation !== undefined && roundMs !== undefined && shortestEveryMs !== undefined;
          const verdict = (utilisation ?? 0) > FULL ? ('full' as const) : (utilisation ?? 0) > TIGHT ? ('tight' as const) : ('ok' as const);
          return {
            device: device.id,
            protocol: device.protocol,
            address: addressOf(device),
            channels: [...plant.channels.values()].filter(({ read }) => read?.device === device.id).length,
            state: states.get(device.id)?.state ?? null,
            budget: known ? { requests, utilisation, roundMs, shortestEveryMs, verdict, dead: dead ?? [] } : null,
            lateCycles: states.get(device.id)?.counts.lateCycles ?? null,
          };
        });
      },
    }),
  ];
}

/** Where a device is, without anything secret. */
function addressOf(device: Device): string {
  if ('path' in device) return `${device.path}${'line' in device && device.line ? ` ${device.line.baud}` : ''}`;
  if ('host' in device) return `${device.host}:${device.port}`;
  if ('url' in device) return device.url.replace(/\/\/[^@/]*@/, '//');
  if ('listen' in device && device.listen) return `${device.listen.host}:${device.listen.port}`;
  return '';
}
