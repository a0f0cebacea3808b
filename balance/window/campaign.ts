import type { Campaign } from '../../config/plant/campaign.ts';
import { labelOf } from '../../config/plant/label.ts';
import type { Plant } from '../../config/plant/plant.ts';
import { durationMs, formatInstant, instantMs } from '../../config/plant/time.ts';
import { HOUR_MS, type Window } from './window.ts';

type Text = { readonly zh: string; readonly en: string };

/** A test campaign beside the window of a report. */
export interface CampaignResult {
  readonly id: string;
  readonly name: Text;
  readonly plan: { readonly document: string; readonly date: string; readonly approvedBy: string };
  readonly from: string;
  readonly to: string;
  readonly hours: number;
  /** Whether the window of the report lies within it. */
  readonly holdsWindow: boolean;
  readonly points: readonly {
    readonly id: string;
    readonly name: Text;
    readonly stream: string | null;
    readonly point: string | null;
    readonly channel: string | null;
    readonly every: string | null;
    readonly method: string;
    readonly instrument: string | null;
    readonly by: string;
    /** Samples that the frequency asks for between from and to, and sheets that are there. */
    readonly planned: number;
    readonly taken: number;
  }[];
  readonly instruments: readonly {
    readonly id: string;
    readonly name: Text;
    readonly serial: string;
    readonly accuracy: string;
    readonly certificate: string;
    readonly due: string;
    /** The certificate holds from the start to the end of the campaign. */
    readonly valid: boolean;
  }[];
  readonly people: readonly {
    readonly id: string;
    readonly name: string;
    readonly role: string;
    readonly qualification: string;
    readonly qualified: boolean;
  }[];
  readonly sheets: Campaign['sheets'];
  readonly signatures: readonly { readonly by: string; readonly name: string; readonly at: string; readonly as: string }[];
  /** What is missing to rest an audit on it. */
  readonly remarks: readonly Text[];
}

/** The campaigns of the plant whose time meets a window, in order of time. */
export function campaignsOf(plant: Plant, window: Window): readonly CampaignResult[] {
  const at = (text: string) => instantMs(text, plant.offsetMinutes);
  return (plant.file.campaigns ?? [])
    .map((campaign) => ({ campaign, span: { fromMs: at(campaign.from), toMs: at(campaign.to) } }))
    .filter(({ span }) => span.fromMs < window.toMs && span.toMs > window.fromMs)
    .sort((a, b) => a.span.fromMs - b.span.fromMs)
    .map(({ campaign, span }) => resultOf(campaign, span, window, at, plant.offsetMinutes));
}

function resultOf(campaign: Campaign, span: Window, window: Window, at: (text: string) => number, offsetMinutes: number): CampaignResult {
  const instruments = campaign.instruments.map(({ id, name, serial, accuracy, certificate, date, due }) => {
    const valid = at(date) <= span.fromMs && at(due) >= span.toMs;
    return { id, name: names(name), serial, accuracy, certificate, due, valid };
  });
  const people = campaign.people.map(({ id, name, role, qualification, due }) => {
    return { id, name, role, qualification, qualified: due === undefined || at(due) >= span.toMs };
  });
  const inTime = campaign.sheets.filter((sheet) => at(sheet.at) >= span.fromMs && at(sheet.at) <= span.toMs);
  const points = campaign.points.map(({ id, name, stream, point, channel, every, method, instrument, by }) => ({
    id,
    name: names(name),
    stream: stream ?? null,
    point: point ?? null,
    channel: channel ?? null,
    every: every ?? null,
    method,
    instrument: instrument ?? null,
    by,
    planned: every === undefined ? 1 : Math.max(1, Math.floor((span.toMs - span.fromMs) / durationMs(every))),
    taken: inTime.filter((sheet) => sheet.point === id).length,
  }));
  const signed = campaign.signatures.map(({ by, at: when, as }) => ({
    by,
    name: people.find(({ id }) => id === by)?.name ?? by,
    at: when,
    as,
  }));
  return {
    id: campaign.id,
    name: names(campaign.name),
    plan: campaign.plan,
    from: formatInstant(span.fromMs, offsetMinutes),
    to: formatInstant(span.toMs, offsetMinutes),
    hours: (span.toMs - span.fromMs) / HOUR_MS,
    holdsWindow: span.fromMs <= window.fromMs && span.toMs >= window.toMs,
    points,
    instruments,
    people,
    sheets: campaign.sheets,
    signatures: signed,
    remarks: remarksOn({ campaign, points, instruments, people, outside: campaign.sheets.length - inTime.length }),
  };
}

function remarksOn(of: {
  readonly campaign: Campaign;
  readonly points: CampaignResult['points'];
  readonly instruments: CampaignResult['instruments'];
  readonly people: CampaignResult['people'];
  readonly outside: number;
}): readonly Text[] {
  const remarks: Text[] = [];
  const list = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id).join(', ');
  const short = of.points.filter(({ taken, planned }) => taken < planned);
  if (short.length > 0) {
    const zh = short.map(({ id, taken, planned }) => `${id} ${taken}/${planned}`).join('、');
    remarks.push({ zh: `采样单少于方案的频次：${zh}`, en: `fewer sheets than planned: ${zh.replaceAll('、', ', ')}` });
  }
  if (of.outside > 0)
    remarks.push({
      zh: `${of.outside} 张采样单在测试期间之外，未计入`,
      en: `${of.outside} sheets lie outside of the campaign and do not count`,
    });
  const invalid = of.instruments.filter(({ valid }) => !valid);
  if (invalid.length > 0)
    remarks.push({ zh: `证书不覆盖测试期间：${list(invalid)}`, en: `certificates that do not hold all through: ${list(invalid)}` });
  const unqualified = of.people.filter(({ qualified }) => !qualified);
  if (unqualified.length > 0)
    remarks.push({ zh: `资格在测试结束前到期：${list(unqualified)}`, en: `qualifications that ended before it did: ${list(unqualified)}` });
  if (of.campaign.signatures.length === 0) remarks.push({ zh: '无人签字', en: 'nobody has signed' });
  return remarks;
}

function names(label: Parameters<typeof labelOf>[0]): Text {
  return { zh: labelOf(label, 'zh'), en: labelOf(label, 'en') };
}
