/** An encoder of Sparkplug B payloads of the tests' own: protocol buffers by hand, so that nothing of the decoder's library is shared. */
export type Wire = readonly [
  field: number,
  kind: 'varint' | 'float' | 'double' | 'text' | 'inside',
  value: number | bigint | string | readonly Wire[],
];

export function encode(fields: readonly Wire[]): Buffer {
  return Buffer.concat(fields.map(([field, kind, value]) => encodeField(field, kind, value)));
}

function encodeField(field: number, kind: Wire[1], value: Wire[2]): Buffer {
  const tag = (type: number) => varint(BigInt(field * 8 + type));
  if (kind === 'varint') return Buffer.concat([tag(0), varint(BigInt(value as number | bigint))]);
  if (kind === 'float' || kind === 'double') {
    const bytes = Buffer.alloc(kind === 'float' ? 4 : 8);
    if (kind === 'float') bytes.writeFloatLE(value as number);
    else bytes.writeDoubleLE(value as number);
    return Buffer.concat([tag(kind === 'float' ? 5 : 1), bytes]);
  }
  const body = kind === 'text' ? Buffer.from(value as string) : encode(value as readonly Wire[]);
  return Buffer.concat([tag(2), varint(BigInt(body.length)), body]);
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
    if (rest < 0x80n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}

export interface MetricFields {
  readonly name?: string;
  readonly alias?: number;
  readonly timeMs?: number;
  readonly type?: number;
  readonly isNull?: boolean;
  readonly quality?: number;
  readonly int?: number | bigint;
  readonly long?: number | bigint;
  readonly float?: number;
  readonly double?: number;
  readonly boolean?: boolean;
  readonly text?: string;
}

/** Numbers of fields as in chapter 6.4 of Sparkplug 3.0.0. */
export function metric(fields: MetricFields): Wire {
  const { name, alias, timeMs, type, isNull, quality, int, long, float, double, boolean, text } = fields;
  const list: (Wire | null)[] = [
    name === undefined ? null : [1, 'text', name],
    alias === undefined ? null : [2, 'varint', alias],
    timeMs === undefined ? null : [3, 'varint', timeMs],
    type === undefined ? null : [4, 'varint', type],
    isNull === undefined ? null : [7, 'varint', Number(isNull)],
    quality === undefined
      ? null
      : [
          9,
          'inside',
          [
            [1, 'text', 'Quality'],
            [
              2,
              'inside',
              [
                [1, 'varint', 3],
                [3, 'varint', quality],
              ],
            ],
          ],
        ],
    int === undefined ? null : [10, 'varint', int],
    long === undefined ? null : [11, 'varint', long],
    float === undefined ? null : [12, 'float', float],
    double === undefined ? null : [13, 'double', double],
    boolean === undefined ? null : [14, 'varint', Number(boolean)],
    text === undefined ? null : [15, 'text', text],
  ];
  return [2, 'inside', list.filter((field) => field !== null)];
}

export function payload(seq: number | null, metrics: readonly MetricFields[], timeMs = 1_772_323_200_000): Buffer {
  return encode([[1, 'varint', timeMs], ...metrics.map(metric), ...(seq === null ? [] : [[3, 'varint', seq] as const])]);
}
