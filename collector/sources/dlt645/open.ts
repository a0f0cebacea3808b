import type { Channel, Plant } from '../../../config/plant/plant.ts';
import type { Device, Dlt645Read } from '../../../config/plant/schema.ts';
import { Fault } from '../../../config/words/fault.ts';
import type { Origin } from '../../sample/sample.ts';
import { type Asked, askedKey, askedOf, groupOf } from '../asked.ts';
import { fromBcd } from '../bcd.ts';
import type { Clock } from '../clock.ts';
import { openerOf, settingsOf } from '../meter-device.ts';
import { MeterLineSource, type Reading } from '../meter-line.ts';
import type { Source } from '../source.ts';
import { type Edition, questionOf } from './frame.ts';
import { clockIn, isTimeOfDay, layoutOf } from './identifier.ts';

type Dlt645Device = Extract<Device, { protocol: 'dlt645-tcp' | 'dlt645-serial' }>;

/**
 * Electricity meters on one line. Channels of one meter, identifier and interval are read by one question.
 *
 * @throws Fault where the bytes and decimals of an identifier are neither known nor stated, or it is of the other edition.
 */
export function openDlt645(device: Dlt645Device, channels: readonly Channel[], plant: Plant, origin: Origin, clock: Clock): Source {
  const byQuestion = new Map<string, { readonly read: Dlt645Read; readonly channels: (Asked & Reading['channels'][number])[] }>();
  for (const { id, read, range } of channels) {
    if (read === undefined || !('di' in read)) continue;
    const asked = askedOf({ read, range }, read.every);
    const key = `${read.meter} ${read.di.toUpperCase()} ${askedKey(asked)}`;
    const group = byQuestion.get(key) ?? { read, channels: [] };
    byQuestion.set(key, group);
    group.channels.push({ ...asked, channel: id, value: valueIn(id, read, device.edition, plant.offsetMinutes) });
  }
  const readings = [...byQuestion.values()].map(
    ({ read, channels: asked }): Reading => ({
      ...groupOf(asked[0]!, asked),
      meter: read.meter,
      question: questionOf(device.edition, read.meter, read.di, device.wakeUp),
      channels: asked,
    }),
  );
  return new MeterLineSource(settingsOf(device, origin), readings, openerOf(device, clock), clock);
}

function valueIn(channel: string, read: Dlt645Read, edition: Edition, offsetMinutes: number): Reading['channels'][number]['value'] {
  if (read.di.length !== (edition === '2007' ? 8 : 4)) {
    throw fault(channel, `DL/T 645-${edition} 的数据标识不是 ${read.di}`, `${read.di} is no data identifier of DL/T 645-${edition}`);
  }
  if (edition === '2007' && isTimeOfDay(read.di)) return (data, nowMs) => clockIn(data, nowMs, offsetMinutes);
  const layout = edition === '2007' ? layoutOf(read.di) : null;
  const bytes = read.bytes ?? layout?.bytes;
  const decimals = read.decimals ?? layout?.decimals;
  if (bytes === undefined || decimals === undefined) {
    throw fault(channel, `数据标识 ${read.di} 需要写明 bytes 和 decimals`, `the data identifier ${read.di} needs its bytes and decimals`);
  }
  const [from, to] = [read.index * bytes, (read.index + 1) * bytes];
  return (data) => {
    if (data.length < to || (data.length !== bytes && data.length % bytes !== 0)) return null;
    const integer = fromBcd(data.subarray(from, to), read.signed);
    return integer === null ? null : (integer / 10 ** decimals) * read.scale + read.offset;
  };
}

function fault(place: string, zh: string, en: string): Fault {
  return new Fault({ code: 'dlt645.read', place, zh, en });
}
