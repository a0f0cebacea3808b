import { convert, isConvertible } from '../measures/units.ts';
import { Fault } from '../words/fault.ts';
import type { Path } from './document.ts';
import type { Edit } from './edit.ts';
import { labelOf } from './label.ts';
import type { Meter } from './schema.ts';

/** A value as a sheet holds it. */
export type Cell = string | number | boolean | Date | null;

/** One column of the ledger: its heading, other headings that mean the same, and the way there and back. */
export interface Column {
  readonly heading: string;
  readonly also: readonly string[];
  readonly width: number;
  write(meter: Meter): string | null;
  /** What a cell sets in a meter, as edits under it; nothing where it says what the meter says. Throws Fault where it cannot be read. */
  read?(cell: string, meter: Meter): readonly Edit[];
}

const STATUS = { qualified: '合格', limited: '准用', 'out-of-service': '停用' } as const;
const CHECK = { verification: '检定', calibration: '校准', confirmation: '计量确认' } as const;

function textColumn(
  heading: string,
  also: readonly string[],
  key: 'model' | 'maker' | 'serial' | 'assetNumber' | 'place' | 'instrument',
  width = 16,
): Column {
  return {
    heading,
    also,
    width,
    write: (meter) => meter[key] ?? null,
    read: (cell, meter) => (cell === meter[key] ? [] : [{ path: [key], value: cell }]),
  };
}

function wordColumn<K extends string>(
  heading: string,
  also: readonly string[],
  words: Readonly<Record<K, string>>,
  path: Path,
  of: (meter: Meter) => K | undefined,
): Column {
  return {
    heading,
    also,
    width: 10,
    write: (meter) => {
      const value = of(meter);
      return value === undefined ? null : words[value];
    },
    read: (cell, meter) => {
      const value = (Object.keys(words) as K[]).find((key) => words[key] === cell || key === cell);
      if (value === undefined)
        throw unreadable(heading, cell, `请写 ${Object.values(words).join('、')}`, `one of ${Object.values(words).join(', ')}`);
      return value === of(meter) ? [] : [{ path, value }];
    },
  };
}

function verificationColumn(heading: string, also: readonly string[], key: 'certificate' | 'date' | 'due' | 'by'): Column {
  return {
    heading,
    also,
    width: 14,
    write: (meter) => meter.verification?.[key] ?? null,
    read: (cell, meter) => {
      const value = key === 'date' || key === 'due' ? dayOf(heading, cell) : cell;
      return value === meter.verification?.[key] ? [] : [{ path: ['verification', key], value }];
    },
  };
}

/** The plant's own interval, in months; who set it stays as the plant file has it. */
function intervalColumn(): Column {
  const heading = '检定周期/校准间隔';
  return {
    heading,
    also: ['检定周期', '校准间隔', '检定校准周期', '复校间隔'],
    width: 14,
    write: ({ verification }) => (verification?.interval === undefined ? null : `${verification.interval.months} 个月`),
    read: (cell, { verification }) => {
      const match = /^(\d+)\s*(个?月|年)?$/.exec(cell);
      const months = Number(match?.[1]) * (match?.[2] === '年' ? 12 : 1);
      if (match === null || months === 0)
        throw unreadable(heading, cell, '请写 12 个月或 1 年', 'write a number of months (个月) or years (年)');
      const before = verification?.interval;
      return months === before?.months ? [] : [{ path: ['verification', 'interval'], value: { months, origin: before?.origin ?? '台账' } }];
    },
  };
}

/**
 * The meter ledger 计量器具台账.
 *
 * @source GB 17167-2006 5.3: name, model, accuracy class, range, maker, factory number, the user's own number, place, state (合格, 准用,
 * 停用); JJF 1356-2012 form B.3 adds the verification. The column of the face value
 * compared with the reading is written and never read: it is signed with `commission`. The first column is this program's id; unit and kind let a new meter be added.
 */
export const LEDGER_COLUMNS: readonly Column[] = [
  { heading: '编号', also: ['系统编号', '仪表位号', '位号', 'id'], width: 14, write: (meter) => meter.id },
  {
    heading: '计量器具名称',
    also: ['器具名称', '名称', '仪表名称', '设备名称'],
    width: 24,
    write: (meter) => labelOf(meter.name, 'zh'),
    read: (cell, { name }) =>
      cell === labelOf(name, 'zh') ? [] : [{ path: typeof name === 'string' ? ['name'] : ['name', 'zh'], value: cell }],
  },
  textColumn('计量器具类型', ['类型', '仪表类型'], 'instrument'),
  textColumn('型号规格', ['规格型号', '型号', '规格'], 'model'),
  {
    heading: '准确度等级',
    also: ['精度等级', '准确度', '精度'],
    width: 12,
    write: (meter) => meter.accuracy?.class ?? null,
    read: (cell, { accuracy }) => (cell === accuracy?.class ? [] : [{ path: ['accuracy', 'class'], value: cell }]),
  },
  { heading: '最大允许误差', also: ['允许误差', '最大允差'], width: 16, write: (meter) => errorText(meter), read: readError },
  { heading: '测量范围', also: ['量程', '测量范围量程'], width: 18, write: (meter) => rangeText(meter), read: readRange },
  textColumn('生产厂家', ['制造厂', '生产厂商', '制造厂家', '制造单位', '生产单位'], 'maker', 20),
  textColumn('出厂编号', ['器具编号', '出厂号'], 'serial'),
  textColumn('用能单位管理编号', ['管理编号', '本单位管理编号', '内部编号', '单位管理编号'], 'assetNumber'),
  textColumn('安装使用地点', ['安装地点', '使用地点', '安装位置', '安装使用地点'], 'place', 24),
  wordColumn('状态', ['使用状态', '器具状态', '状态合格准用停用'], STATUS, ['status'], (meter) => meter.status),
  wordColumn('检定或校准', ['检定校准', '检定类别', '溯源方式'], CHECK, ['verification', 'kind'], (meter) => meter.verification?.kind),
  verificationColumn('证书编号', ['检定证书编号', '证书号'], 'certificate'),
  verificationColumn('检定日期', ['检定校准日期', '校准日期', '最近检定日期'], 'date'),
  verificationColumn('有效期至', ['下次检定日期', '有效期', '检定有效期', '到期日期'], 'due'),
  intervalColumn(),
  verificationColumn('检定单位', ['检定机构', '检定校准单位', '检定校准机构'], 'by'),
  { heading: '投运核对', also: [], width: 30, write: (meter) => commissionedText(meter), read: () => [] },
  { heading: '计量单位', also: ['单位'], width: 10, write: (meter) => meter.unit },
  { heading: '读数种类', also: ['读数类型', 'kind'], width: 12, write: (meter) => meter.kind },
];

/** Who compared the face with the reading, when, and what both said. */
function commissionedText({ commissioned, unit }: Meter): string {
  if (commissioned === undefined) return '未经投运核对';
  const { by, at, face, reading } = commissioned;
  return `${by} ${at.slice(0, 10)} 表盘 ${face} ${unit} 读数 ${reading} ${unit}`;
}

function errorText({ accuracy, unit }: Meter): string | null {
  if (accuracy === undefined) return null;
  if ('percentOfReading' in accuracy) return `±${accuracy.percentOfReading}% 读数`;
  return 'percentOfSpan' in accuracy ? `±${accuracy.percentOfSpan}% 量程` : `±${accuracy.absolute} ${unit}`;
}

function readError(cell: string, meter: Meter): readonly Edit[] {
  const match = /^±?\s*(\d+(?:\.\d+)?)\s*(.*)$/.exec(cell);
  const [value, rest] = [Number(match?.[1]), (match?.[2] ?? '').replaceAll(/\s/g, '')];
  const key = /^[%％](读数|示值)$/.test(rest) ? 'percentOfReading' : /^[%％](量程|FS|F\.S\.?|满量程)$/i.test(rest) ? 'percentOfSpan' : null;
  const before = meter.accuracy;
  if (key !== null) {
    const same = before !== undefined && key in before && (before as Readonly<Record<string, unknown>>)[key] === value;
    return same ? [] : [{ path: ['accuracy'], value: { class: before?.class ?? '', [key]: value } }];
  }
  if (!match || !isConvertible(rest, meter.unit)) {
    throw unreadable(
      '最大允许误差',
      cell,
      '请写成 ±0.5% 读数、±1% 量程 或 ±0.02 MPa',
      `write ±0.5% 读数 (of reading), ±1% 量程 (of span) or ±0.02 ${meter.unit}`,
    );
  }
  const absolute = convert(value, rest, meter.unit);
  const same = before !== undefined && 'absolute' in before && before.absolute === absolute;
  return same ? [] : [{ path: ['accuracy'], value: { class: before?.class ?? '', absolute } }];
}

function rangeText(meter: Meter): string | null {
  const { range } = meter;
  return range === undefined ? null : `${range[0]}～${range[1]} ${rangeUnit(meter)}`;
}

/** A counter's range is that of the flow that it counts. */
const rangeUnit = ({ kind, unit }: Meter): string => (kind === 'counter' ? `${unit}/h` : unit);

function readRange(cell: string, meter: Meter): readonly Edit[] {
  const match = /^[（(]?\s*(-?\d+(?:\.\d+)?)\s*[～~—–-]\s*(-?\d+(?:\.\d+)?)\s*[）)]?\s*(.*)$/.exec(cell);
  const unit = (match?.[3] ?? '').trim();
  const own = rangeUnit(meter);
  if (!match || (unit !== '' && !isConvertible(unit, own))) {
    throw unreadable('测量范围', cell, `请写成 0～200 ${own}`, `write it like 0～200 ${own}`);
  }
  const [low, high] = [match[1], match[2]].map((bound) => (unit === '' ? Number(bound) : convert(Number(bound), unit, own))) as [
    number,
    number,
  ];
  return meter.range?.[0] === low && meter.range[1] === high ? [] : [{ path: ['range'], value: [low, high] }];
}

/** `2026-06-05`, `2026/6/5`, `2026.6.5`, `2026年6月5日` → `2026-06-05`. */
function dayOf(heading: string, cell: string): string {
  const match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(cell);
  if (!match) throw unreadable(heading, cell, '请写成 2026-06-05', 'write it like 2026-06-05');
  return `${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}`;
}

function unreadable(heading: string, cell: string, zh: string, en: string): Fault {
  return new Fault({
    code: 'ledger.cell',
    zh: `“${heading}”读不懂：“${cell}”；${zh}`,
    en: `cannot read "${cell}" under ${heading}; ${en}`,
  });
}
