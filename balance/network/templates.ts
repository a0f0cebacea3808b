import type { z } from 'zod';
import type { Problem, ProblemStream } from './problem.ts';
import { type ProblemDefect, ProblemError } from './problem-error.ts';
import { templateSchema } from './template-schema.ts';

/** What is known of units, handed in: this room knows numbers only. */
export interface UnitRules {
  /** What a unit measures; null where the text is no unit. */
  readonly dimensionOf: (unit: string) => string | null;
  /** How many `to` one `from` is; the two are of one dimension. */
  readonly factor: (from: string, to: string) => number;
}

/** Where nothing is known of units, each is its own dimension. */
const BY_NAME: UnitRules = { dimensionOf: (unit) => unit, factor: () => 1 };

/**
 * The problem with its templates written out as equations, each bearing its template's name; a network gains its node balances as
 * equations, each bearing its node's name. Without templates the problem as it is.
 *
 * @throws ProblemError for unknown quantities and for units that no factor converts, each at `templates[k]`.
 */
export function writtenOut(problem: Problem, units = BY_NAME): Problem {
  const { templates = [], ...rest } = problem;
  if (templates.length === 0) return problem;
  const streams = new Map(problem.streams.map((stream) => [stream.id, stream]));
  const defects: ProblemDefect[] = [];
  const equations = [...(problem.equations ?? [])];
  const names = equations.map((_, k) => problem.equationNames?.[k] ?? `equations[${k}]`);
  if (problem.kind === 'linear-network') {
    const writer = writerOf(streams, units, (code, zh, en) => defects.push({ code, path: ['streams'], zh, en }));
    for (const [node, text] of nodeBalances(problem.streams, writer)) {
      equations.push(text);
      names.push(node);
    }
  }
  templates.forEach((given: unknown, k) => {
    const { success, data: template, error } = templateSchema.safeParse(given);
    if (!success) {
      for (const { path, message } of error.issues)
        defects.push({
          code: 'template',
          path: ['templates', k, ...path.map((part) => (typeof part === 'symbol' ? String(part) : part))],
          zh: `模板写法不对：${message}`,
          en: `this is no template: ${message}`,
        });
      return;
    }
    const writer = writerOf(streams, units, (code, zh, en) => defects.push({ code, path: ['templates', k], zh, en }));
    const rows = rowsOf(template, writer);
    rows.forEach((text, row) => {
      equations.push(text);
      names.push(rows.length === 1 ? template.name : `${template.name}[${row}]`);
    });
  });
  if (defects.length > 0) throw new ProblemError(defects);
  return { ...rest, kind: 'equations', equations, equationNames: names };
}

/** In − out of every node but ENV, in the unit of the first stream that meets it. */
function nodeBalances(streams: readonly ProblemStream[], { term }: Writer): Map<string, string> {
  const meeting = new Map<string, [string, string][]>();
  const add = (node: string | null, sign: string, id: string) => {
    if (node === null || node === 'ENV') return;
    meeting.set(node, [...(meeting.get(node) ?? []), [sign, id]]);
  };
  for (const { id, from, to } of streams) {
    if (from === to) continue;
    add(to, '+', id);
    add(from, '-', id);
  }
  return new Map([...meeting].map(([node, ends]) => [node, ends.map(([sign, id]) => `${sign} ${term(id, ends[0]![1])}`).join(' ')]));
}

interface Writer {
  /** `id` in the unit of `like`, as text. */
  term(id: string, like: string): string;
  /** flow × content in the unit of the first product, as text. */
  load(pair: readonly [string, string], like: readonly [string, string]): string;
}

function rowsOf(template: z.output<typeof templateSchema>, { term, load }: Writer): string[] {
  const sum = (ids: readonly string[], like: string) => ids.map((id) => term(id, like)).join(' + ') || '0';
  switch (template.template) {
    case 'splitter': {
      const equal = template.same.flatMap(([first, ...others]) => others.map((id) => `${term(first!, first!)} - ${term(id, first!)}`));
      return [`${term(template.in, template.in)} - (${sum(template.out, template.in)})`, ...equal];
    }
    case 'transfer': {
      const { from, to, coefficient } = template;
      if (typeof coefficient === 'number') return [`${term(to, to)} - ${coefficient} * ${term(from, to)}`];
      return [`${term(to, to)} - ${term(coefficient, coefficient)} * ${term(from, to)}`];
    }
    case 'mixer': {
      const like = template.in[0] ?? template.out[0]!;
      return [`${sum(template.in, like)} - (${sum(template.out, like)})`];
    }
    case 'component': {
      const like = template.in[0] ?? template.out[0]!;
      const all = (pairs: readonly (readonly [string, string])[]) => pairs.map((pair) => load(pair, like)).join(' + ') || '0';
      const lost = template.lost === undefined ? '' : ` - "${template.lost}"`;
      return [`${all(template.in)} - (${all(template.out)})${lost}`];
    }
    case 'conversion': {
      const like = template.in[0] ?? template.out[0]!;
      return [`${sum(template.in, like)} + ${template.coefficient} * "${template.extent}" - (${sum(template.out, like)})`];
    }
  }
}

function writerOf(
  streams: ReadonlyMap<string, ProblemStream>,
  units: UnitRules,
  refuse: (code: string, zh: string, en: string) => void,
): Writer {
  const unitOf = (id: string) => {
    const stream = streams.get(id);
    if (stream === undefined) refuse('unknown-stream', `模板引用未知量 ${id}`, `the template names the unknown quantity ${id}`);
    const unit = stream?.unit;
    if (unit === undefined || units.dimensionOf(unit) !== null) return unit;
    refuse('unit', `${id} 的单位 ${unit} 未知`, `the unit ${unit} of ${id} is not known`);
    return undefined;
  };
  const factor = (id: string, from: string | undefined, to: string | undefined) => {
    if (from === undefined || to === undefined || from === to) return 1;
    const [mine, wanted] = [units.dimensionOf(from), units.dimensionOf(to)];
    if (mine === wanted) return units.factor(from, to);
    const [zh, en] = [
      `${id} 的单位 ${from}（${mine}）不能与 ${to}（${wanted}）同列一式`,
      `${id} in ${from} (${mine}) does not belong into a row of ${to} (${wanted})`,
    ];
    refuse('dimension', zh, en);
    return 1;
  };
  const scaled = (value: number, text: string) => (value === 1 ? text : `${value} * ${text}`);
  return {
    term: (id, like) => scaled(factor(id, unitOf(id), unitOf(like)), `"${id}"`),
    load: ([flow, content], [likeFlow, likeContent]) =>
      scaled(
        factor(flow, unitOf(flow), unitOf(likeFlow)) * factor(content, unitOf(content), unitOf(likeContent)),
        `"${flow}" * "${content}"`,
      ),
  };
}
