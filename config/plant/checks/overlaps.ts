import { spanOf } from '../address.ts';
import type { Draft, PlacedChannel } from '../draft.ts';
import { type Finding, warning } from '../finding.ts';
import type { ModbusRead } from '../schema.ts';

/** Two channels that read the same registers as different things: one of the addresses or types is probably wrong. */
export function overlapFindings(draft: Draft): Finding[] {
  const tables = new Map<string, { channel: PlacedChannel; read: ModbusRead; start: number; end: number }[]>();
  for (const channel of draft.channels) {
    const { read } = channel.item;
    if (read === undefined || !('unit' in read) || read.type === 'bit') continue;
    const span = spanOf(read);
    if (!span) continue;
    const key = JSON.stringify([read.device, read.unit, span.table]);
    const spans = tables.get(key) ?? [];
    tables.set(key, spans);
    spans.push({ channel, read, start: span.start, end: span.end });
  }
  return [...tables.values()].flatMap((spans) => {
    const sorted = spans.toSorted((a, b) => a.start - b.start || b.end - a.end);
    return sorted.flatMap((late, index) => {
      const early = sorted
        .slice(Math.max(0, index - 4), index)
        .find((other) => late.start < other.end && !isSame(other.read, late.read, other.start === late.start));
      if (!early) return [];
      const zh = `${late.channel.id} 与 ${early.channel.id} 读取的寄存器重叠，但类型或字节序不同`;
      const en = `${late.channel.id} reads registers of ${early.channel.id} as another type or order`;
      return [warning('modbus.overlap', [...late.channel.path, 'read', 'address'], zh, en)];
    });
  });
}

function isSame(a: ModbusRead, b: ModbusRead, sameStart: boolean): boolean {
  return sameStart && a.type === b.type && a.order === b.order;
}
