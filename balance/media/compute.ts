import type { StoreReader } from '../../collector/stores/store.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { formatInstant, instantMs } from '../../config/plant/time.ts';
import type { Problem, Reconciliation } from '../network/problem.ts';
import { campaignsOf } from '../window/campaign.ts';
import { channelMean, weightedMean } from '../window/channel-mean.ts';
import { channelTotal } from '../window/channel-total.ts';
import { type Counts, countsOf, type Gap, gapsOf } from '../window/completeness.ts';
import { productionRecord, unsteadyStreams } from '../window/production.ts';
import { standardUncertainty } from '../window/quantity.ts';
import { type ChannelReadings, readWindow } from '../window/readings.ts';
import { specOf } from '../window/spec.ts';
import { hourly } from '../window/spread.ts';
import { AUDIT_HOURS, hoursOf, type Window } from '../window/window.ts';
import { adviceOn } from './advice.ts';
import { streamAmounts, type TotalOf } from './amounts.ts';
import { balanceResults } from './balances.ts';
import { contentOf, type MeanOf } from './content.ts';
import { energyTable } from './energy-table.ts';
import { type BalanceFlows, flowsOf, type StockChangeOf } from './flows.ts';
import { indicatorsOf } from './indicators/indicators.ts';
import { productionOf as producedBy } from './indicators/products.ts';
import { type CourseOf, lossesOf } from './losses/losses.ts';
import { problemOf } from './network.ts';
import { periodResults } from './periods.ts';
import { reconciledWith } from './reconciled.ts';
import { relationsOf } from './relations.ts';
import type { BalanceReport, BalanceResult } from './result.ts';
import { standardCoalOf } from './standard-coal.ts';
import { stockChanges } from './stock-changes.ts';

/**
 * All balances of a plant over a window, at the plant and at every smaller unit that can be balanced.
 *
 * Pure but for the reader: the same readings and plant file give the same report. Its revision is 0; `keepRevision` numbers it.
 *
 * @param journal the part of the journal that the reader has followed, null where unknown
 * @param seen is handed each balance's network
 * @throws Fault for what the plant file or the table of factors does not allow; nothing that a meter does throws
 */
export async function computeBalances(
  plant: Plant,
  reader: StoreReader,
  window: Window,
  journal: BalanceReport['journal'],
  seen?: (balance: string, problem: Problem) => void,
): Promise<BalanceReport> {
  const channels = [...plant.channels.values()]
    .filter(({ kind }) => kind !== 'state')
    .map((channel) => ({ channel, spec: specOf(channel, plant.offsetMinutes) }));
  const readings = await readWindow(reader, channels, window);
  const meanOf: MeanOf = (channel, { id }) => {
    const flow = flowMeter(plant, readings, id);
    if (flow === null) return channelMean(known(readings, channel), window, plant.offsetMinutes);
    return weightedMean(known(readings, channel), window, plant.offsetMinutes, hourly(flow, window));
  };
  const totalOf: TotalOf = (channel, span) => channelTotal(known(readings, channel), span, plant.offsetMinutes);
  const amounts = streamAmounts(plant, window, totalOf, meanOf);
  const factorsAtMs = plant.file.plant.at === undefined ? window.toMs : instantMs(plant.file.plant.at, plant.offsetMinutes);
  const changeOf = stockChanges(plant, readings, window);
  const balances: BalanceResult[] = [];
  const drawn: BalanceFlows[] = [];
  const solved = new Map<string, Reconciliation | null>();
  for (const definition of plant.balances.values()) {
    const flows = flowsOf(plant, definition, amounts, meanOf, changeOf, window);
    drawn.push(flows);
    const plain = problemOf(flows);
    if (plain) seen?.(definition.id, plain);
    const related = relationsOf(plant, flows, amounts, (balance, stream) =>
      contentOf(plant, plant.balances.get(balance)!, plant.streams.get(stream)!, meanOf, window),
    );
    const { problem, reconciliation, remark } = reconciledWith(plain, related && problemOf(flows, related));
    solved.set(definition.id, reconciliation);
    const coal =
      definition.kind === 'energy'
        ? (flow: Parameters<typeof standardCoalOf>[1]) => standardCoalOf(plant, flow, factorsAtMs)
        : () => undefined;
    const advice = problem && reconciliation && adviceOn(plant, flows, problem, reconciliation);
    balances.push(...balanceResults(plant, flows, reconciliation, coal, advice, remark));
  }
  const completeness = completenessOf(plant, readings, window);
  const courseOf: CourseOf = (stream) => {
    const flow = flowMeter(plant, readings, stream);
    return flow && hourly(flow, window);
  };
  const energyTables = drawn.filter(({ definition }) => definition.kind === 'energy').flatMap((flows) => energyTable(plant, flows) ?? []);
  const losses = lossesOf(plant, window, drawn, amounts, courseOf, factorsAtMs);
  const periods = periodResults(plant, window, totalOf, meanOf);
  const campaigns = campaignsOf(plant, window);
  const indicators = indicatorsOf(plant, drawn, amounts, changeOf, factorsAtMs, solved);
  return {
    plant: plant.id,
    window: {
      from: formatInstant(window.fromMs, plant.offsetMinutes),
      to: formatInstant(window.toMs, plant.offsetMinutes),
      hours: hoursOf(window),
    },
    revision: 0,
    balances,
    ...(indicators.length > 0 ? { indicators } : {}),
    ...producedOf(plant, amounts, changeOf),
    ...(energyTables.length > 0 ? { energyTables } : {}),
    ...(losses.length > 0 ? { losses } : {}),
    ...productionOf(plant, readings, window),
    ...(periods.length > 0 ? { periods } : {}),
    ...(campaigns.length > 0 ? { campaigns } : {}),
    depth: depthOf(window, completeness, balances),
    completeness,
    journal,
    simulated: plant.simulated,
  };
}

function known(readings: ReadonlyMap<string, ChannelReadings>, channel: string): ChannelReadings {
  const found = readings.get(channel);
  if (found === undefined) throw new RangeError(`channel ${channel} is not in the plant`);
  return found;
}

/** What was made of each product, where the plant file names products. */
function producedOf(plant: Plant, amounts: Parameters<typeof producedBy>[2], changeOf: StockChangeOf): Pick<BalanceReport, 'produced'> {
  const { products = [] } = plant.file;
  if (products.length === 0) return {};
  return {
    produced: products.map((product) => {
      const { amount, unit } = producedBy(plant, product, amounts, changeOf);
      const u = amount === null ? null : standardUncertainty(amount);
      return { product: product.id, value: amount?.value ?? null, u: u !== null && Number.isFinite(u) ? u : null, unit };
    }),
  };
}

/** The load beside the records of normal production, where there are any. */
function productionOf(plant: Plant, readings: ReadonlyMap<string, ChannelReadings>, window: Window): Pick<BalanceReport, 'production'> {
  const { production = [] } = plant.file;
  if (production.length === 0) return {};
  const records = production.map((record) =>
    productionRecord(record, flowMeter(plant, readings, record.stream), window, plant.offsetMinutes),
  );
  const metered = [...plant.streams.keys()].flatMap((stream) => {
    const flow = flowMeter(plant, readings, stream);
    return flow === null ? [] : [{ stream, readings: flow }];
  });
  return { production: { records, ...unsteadyStreams(metered, window, plant.offsetMinutes) } };
}

/** The meter whose course weighs a stream's concentration: the one that its amount is by; null where there is none that runs on. */
function flowMeter(plant: Plant, readings: ReadonlyMap<string, ChannelReadings>, stream: string): ChannelReadings | null {
  const amount = plant.streams.get(stream)?.amount;
  if (amount?.by !== 'meter') return null;
  const mains = amount.point === undefined ? [] : (plant.points.get(amount.point)?.meters ?? []).filter(({ role }) => role === 'main');
  const meter = amount.meter ?? (mains.length === 1 ? mains[0]!.meter : undefined);
  const found = meter === undefined ? undefined : readings.get(meter);
  return found && (found.channel.kind === 'counter' || found.channel.kind === 'rate') ? found : null;
}

function completenessOf(plant: Plant, readings: ReadonlyMap<string, ChannelReadings>, window: Window): BalanceReport['completeness'] {
  const total: Counts = { good: 0, suspect: 0, missing: {} };
  const gaps: Gap[] = [];
  for (const { channel, partials, spec, broken } of readings.values()) {
    const counts = countsOf(partials, window);
    total.good += counts.good;
    total.suspect += counts.suspect;
    for (const [reason, n] of Object.entries(counts.missing)) total.missing[reason] = (total.missing[reason] ?? 0) + n;
    if (channel.read !== undefined) gaps.push(...gapsOf(channel.id, partials, broken, window, spec.maxGapMs));
  }
  const at = (timeMs: number) => formatInstant(timeMs, plant.offsetMinutes);
  return {
    channels: readings.size,
    ...total,
    gaps: gaps.map(({ channel, fromMs, toMs, reason }) => ({ channel, from: at(fromMs), to: at(toMs), reason })),
  };
}

/**
 * Whether the window can carry an audit balance, and why not. Coverage of meters, focus and qualifications, on which the depth type
 * rests as well, are judged in balance/audit.
 *
 * @source 云经资源〔2007〕518号 附件二: 一个周期（不少于72小时）的在线检测
 */
function depthOf(window: Window, completeness: BalanceReport['completeness'], balances: readonly BalanceResult[]): BalanceReport['depth'] {
  const reasons: { zh: string; en: string }[] = [];
  const hours = hoursOf(window);
  if (hours < AUDIT_HOURS) {
    reasons.push({
      zh: `窗口 ${Number(hours.toFixed(2))} 小时，不足 72 小时（云经资源〔2007〕518号），不能作为审核平衡`,
      en: `the window has ${Number(hours.toFixed(2))} h, fewer than 72 h (云经资源〔2007〕518号): this is no audit balance`,
    });
  }
  if (completeness.good + completeness.suspect === 0) {
    reasons.push({ zh: '窗口内没有任何读数，没有进行在线检测', en: 'no reading lies in the window: nothing was measured online' });
  }
  if (balances.length === 0) reasons.push({ zh: '企业文件没有定义平衡', en: 'the plant file defines no balance' });
  return { auditBalance: reasons.length === 0, type: null, reasons };
}
