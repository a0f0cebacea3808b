import type { ClientPackage, DataValue, Session } from './client.ts';

/** A node whose changes are reported. */
export interface Reported {
  readonly node: string;
  /** How often the server looks. */
  readonly samplingMs: number;
  /** In the node's own unit, or in percent of its EURange; null: every change. */
  readonly deadband: { readonly kind: 'absolute' | 'percent'; readonly value: number } | null;
}

export interface Refused {
  readonly node: string;
  readonly why: string;
}

export const VALUE_ATTRIBUTE = 13;
/** Changes of value and of status, not of the time alone. @source OPC UA Part 4 (OPC 10000-4), 7.22.2 DataChangeFilter */
const STATUS_OR_VALUE = 1;
const DEADBAND = { none: 0, absolute: 1, percent: 2 } as const;
const SOURCE_TIMESTAMPS = 0;
/** The server says so often, at least, that it is there. */
const KEEP_ALIVE_MS = 10_000;
/** So many keep-alives may be lost before the server ends the subscription. */
const LIFETIME = 6;
/** Changes of one node that the server keeps between two messages. */
const QUEUE = 100;
const BAD = 2;

/**
 * One subscription with an item for each node. Its messages come as often as the quickest node is looked at.
 *
 * @param ended the server gave it up though the session lasts.
 */
export async function subscribe(
  opcua: ClientPackage,
  session: Session,
  nodes: readonly Reported[],
  changed: (index: number, value: DataValue) => void,
  ended: () => void,
): Promise<readonly Refused[]> {
  const publishingMs = Math.min(...nodes.map(({ samplingMs }) => samplingMs));
  const keepAlives = Math.max(1, Math.ceil(KEEP_ALIVE_MS / publishingMs));
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: publishingMs,
    requestedMaxKeepAliveCount: keepAlives,
    requestedLifetimeCount: LIFETIME * keepAlives,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
    priority: 0,
  });
  subscription.on('terminated', ended);
  const refused: Refused[] = [];
  for (const [index, { node, samplingMs, deadband }] of nodes.entries()) {
    const filter = new opcua.DataChangeFilter({
      trigger: STATUS_OR_VALUE,
      deadbandType: DEADBAND[deadband?.kind ?? 'none'],
      deadbandValue: deadband?.value ?? 0,
    });
    const parameters = { samplingInterval: samplingMs, queueSize: QUEUE, discardOldest: true, filter };
    try {
      const item = await subscription.monitor({ nodeId: node, attributeId: VALUE_ATTRIBUTE }, parameters, SOURCE_TIMESTAMPS);
      if (item.statusCode.value >>> 30 >= BAD) refused.push({ node, why: item.statusCode.toString() });
      else item.on('changed', (value) => changed(index, value));
    } catch (error) {
      refused.push({ node, why: error instanceof Error ? error.message : String(error) });
    }
  }
  return refused;
}
