import { standardCoalIds } from '../../measures/standard-coal.ts';
import { waterNormIds } from '../../measures/water-norms.ts';
import { nearest } from '../../words/nearest.ts';
import type { Path } from '../document.ts';
import type { Draft, Section } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import { ENV, type Read } from '../schema.ts';
import { isSteamContent } from './steam.ts';

type Target = Section | 'channels';

const ZH: Readonly<Record<Target, string>> = {
  units: '用能单位',
  media: '介质',
  meters: '计量器具',
  channels: '计量器具或其通道',
  points: '计量点',
  streams: '物流',
  stocks: '库存',
  balances: '平衡',
  products: '产品',
  production: '正常生产条件',
  campaigns: '测试',
  options: '方案',
  outfalls: '排放口',
  devices: '设备',
};

/** Every id that is named exists, and a device speaks the protocol that the reading needs. */
export function referenceFindings(draft: Draft): Finding[] {
  const found: Finding[] = [];
  const known = (target: Target) => [...draft.ids[target].keys()];
  const refer = (id: string | undefined, path: Path, target: Target, at: 'key' | 'value' = 'value', also: readonly string[] = []) => {
    if (id === undefined || draft.ids[target].has(id) || also.includes(id)) return;
    found.push(dangling(id, path, ZH[target], target, [...known(target), ...also], at));
  };
  const content = (held: Readonly<Record<string, unknown>>, path: Path) => {
    for (const [balance, value] of Object.entries(held)) {
      refer(balance, [...path, balance], 'balances', 'key');
      if (isMeterContent(value)) refer(value.meter, [...path, balance, 'meter'], 'channels');
      if (!isSteamContent(value)) continue;
      for (const key of ['pressure', 'atmosphere', 'temperature'] as const) {
        const state = value.steam[key];
        if (state !== undefined && 'meter' in state) refer(state.meter, [...path, balance, 'steam', key, 'meter'], 'channels');
      }
    }
  };

  const { jurisdiction } = draft.plant;
  if (typeof jurisdiction === 'string' && draft.jurisdictions !== undefined && !draft.jurisdictions.includes(jurisdiction)) {
    found.push(dangling(jurisdiction, ['plant', 'jurisdiction'], '规则库', 'the jurisdictions of the rules', draft.jurisdictions));
  }
  for (const { item, path } of draft.units) refer(item.parent, [...path, 'parent'], 'units');
  for (const { item, path } of draft.media) {
    content(item.content, [...path, 'content']);
    const coal = item.standardCoal;
    if (coal !== undefined && !standardCoalIds().includes(coal)) {
      found.push(dangling(coal, [...path, 'standardCoal'], '折标煤系数', 'standard-coal factors', standardCoalIds()));
    }
  }
  for (const { item, path } of draft.meters) {
    for (const [index, { channel }] of item.replacements.entries()) {
      const names = Object.keys(item.channels);
      if (channel === undefined || names.includes(channel)) continue;
      found.push(dangling(channel, [...path, 'replacements', index, 'channel'], `${item.id} 的通道`, `the channels of ${item.id}`, names));
    }
  }
  for (const { item, path } of draft.points) {
    refer(item.unit, [...path, 'unit'], 'units');
    refer(item.sharedWith, [...path, 'sharedWith'], 'points');
    for (const [index, stream] of (item.streams ?? []).entries()) refer(stream, [...path, 'streams', index], 'streams');
    for (const [index, { meter }] of item.meters.entries()) refer(meter, [...path, 'meters', index, 'meter'], 'channels');
  }
  for (const { item, path } of draft.streams) {
    refer(item.from, [...path, 'from'], 'units', 'value', [ENV]);
    refer(item.to, [...path, 'to'], 'units', 'value', [ENV]);
    refer(item.medium, [...path, 'medium'], 'media');
    content(item.content, [...path, 'content']);
    if (item.amount.by === 'meter') {
      refer(item.amount.meter, [...path, 'amount', 'meter'], 'channels');
      refer(item.amount.point, [...path, 'amount', 'point'], 'points');
      const { raw, state } = item.amount.gas ?? {};
      refer(raw, [...path, 'amount', 'gas', 'raw'], 'channels');
      for (const key of ['pressure', 'atmosphere', 'temperature'] as const) {
        const given = state?.[key];
        if (given !== undefined && 'meter' in given) refer(given.meter, [...path, 'amount', 'gas', 'state', key, 'meter'], 'channels');
      }
    }
    if (item.amount.by === 'derived') refer(item.amount.stream, [...path, 'amount', 'stream'], 'streams');
    if (item.amount.by !== 'formula') continue;
    for (const [name, stream] of Object.entries(item.amount.of)) refer(stream, [...path, 'amount', 'of', name], 'streams');
  }
  for (const { item, path } of draft.stocks) {
    refer(item.unit, [...path, 'unit'], 'units');
    refer(item.medium, [...path, 'medium'], 'media');
    refer(item.meter, [...path, 'meter'], 'channels');
    const temperature = item.density?.temperature;
    if (temperature && 'meter' in temperature) refer(temperature.meter, [...path, 'density', 'temperature', 'meter'], 'channels');
  }
  for (const { item, path } of draft.products) {
    for (const [index, stream] of item.streams.entries()) refer(stream, [...path, 'streams', index], 'streams');
    for (const [index, stock] of (item.stocks ?? []).entries()) refer(stock, [...path, 'stocks', index], 'stocks');
    if (item.waterNorm !== undefined && !waterNormIds().includes(item.waterNorm)) {
      found.push(dangling(item.waterNorm, [...path, 'waterNorm'], '取水定额', 'water-intake norms', waterNormIds()));
    }
  }
  for (const { item, path } of draft.prices) refer(item.medium, [...path, 'medium'], 'media');
  for (const { item, path } of draft.production) refer(item.stream, [...path, 'stream'], 'streams');
  for (const { item, path } of draft.campaigns) {
    for (const [index, measured] of item.points.entries()) {
      const at: Path = [...path, 'points', index];
      refer(measured.stream, [...at, 'stream'], 'streams');
      refer(measured.point, [...at, 'point'], 'points');
      refer(measured.channel, [...at, 'channel'], 'channels');
    }
  }
  for (const { item, path } of draft.outfalls) {
    refer(item.unit, [...path, 'unit'], 'units');
    for (const [index, stream] of item.streams.entries()) refer(stream, [...path, 'streams', index], 'streams');
    for (const [code, channel] of Object.entries(item.monitored)) refer(channel, [...path, 'monitored', code], 'channels');
    refer(item.flow, [...path, 'flow'], 'channels');
    for (const key of ['electricity', 'load'] as const) refer(item.treatment?.[key], [...path, 'treatment', key], 'channels');
    for (const key of ['oxygen', 'moisture', 'temperature', 'pressure'] as const) refer(item.gas?.[key], [...path, 'gas', key], 'channels');
    for (const [code, channel] of Object.entries(item.gas?.converted ?? {}))
      refer(channel, [...path, 'gas', 'converted', code], 'channels');
  }
  const protocols = new Map(draft.devices.map(({ item }) => [item.id, item.protocol]));
  const stations = new Map(
    draft.devices.flatMap(({ item }) => (item.protocol === 'hj212' ? [[item.id, item.stations.map(({ mn }) => mn)] as const] : [])),
  );
  for (const { id, item, path } of draft.channels) {
    if (item.read === undefined) continue;
    refer(item.read.device, [...path, 'read', 'device'], 'devices');
    const wanted = protocolOf(item.read);
    const protocol = protocols.get(item.read.device);
    if (protocol !== undefined && protocol.split('-')[0] !== wanted) {
      const zh = `${id} 按 ${wanted} 读取，而设备 ${item.read.device} 是 ${protocol}`;
      found.push(
        fault(
          'read.protocol',
          [...path, 'read', 'device'],
          zh,
          `${id} is read by ${wanted}, but the device ${item.read.device} speaks ${protocol}`,
        ),
      );
    }
    const sending = 'station' in item.read ? stations.get(item.read.device) : undefined;
    if ('station' in item.read && sending !== undefined && !sending.includes(item.read.station)) {
      const at = `设备 ${item.read.device} 的站点`;
      found.push(dangling(item.read.station, [...path, 'read', 'station'], at, `the stations of ${item.read.device}`, sending));
    }
  }
  return found;
}

/** The protocol that a reading is written for, by the field that only its kind has; what follows a hyphen is its transport. */
function protocolOf(read: Read): string {
  if ('topic' in read || 'metric' in read) return 'mqtt';
  if ('node' in read) return 'opcua';
  if ('di' in read) return 'dlt645';
  if ('quantity' in read) return 'cjt188';
  return 'station' in read ? 'hj212' : 'modbus';
}

/** Whether a content is the mean of a meter rather than a factor. */
export function isMeterContent(value: unknown): value is { readonly meter: string } {
  return typeof value === 'object' && value !== null && 'meter' in value;
}

function dangling(id: string, path: Path, zh: string, en: string, known: readonly string[], at: 'key' | 'value' = 'value'): Finding {
  const near = nearest(id, known);
  const all = near === undefined && known.length > 0 && known.length <= 8 ? known : [];
  return fault(
    'reference.dangling',
    path,
    `${zh}中没有“${id}”${near ? `，是否应为“${near}”？` : ''}${all.length > 0 ? `；现有：${all.join('、')}` : ''}`,
    `there is no "${id}" among ${en}${near ? `; did you mean "${near}"?` : ''}${all.length > 0 ? `; there are: ${all.join(', ')}` : ''}`,
    at,
  );
}
