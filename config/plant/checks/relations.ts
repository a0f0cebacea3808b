import { isConvertible, isUnit } from '../../measures/units.ts';
import { nearest } from '../../words/nearest.ts';
import type { Path } from '../document.ts';
import type { Draft, Placed } from '../draft.ts';
import { type Finding, fault } from '../finding.ts';
import { type Relation, streamsOf } from '../relations.ts';
import type { BalanceDefinition, Stream } from '../schema.ts';
import { instantOr } from './dates.ts';
import { instantFinding } from './instants.ts';

/** Relations name streams that are in their balance, each once; times out of service have an order. */
export function relationFindings(draft: Draft): Finding[] {
  return [...draft.balances.flatMap((balance) => ofBalance(draft, balance)), ...draft.streams.flatMap((stream) => outOf(draft, stream))];
}

function ofBalance(draft: Draft, { item: balance, path }: Placed<BalanceDefinition>): Finding[] {
  const found: Finding[] = [];
  const relations = balance.relations ?? [];
  const ids = relations.map(({ id }) => id);
  for (const [index, relation] of relations.entries()) {
    const at: Path = [...path, 'relations', index];
    if (ids.indexOf(relation.id) !== index) {
      const zh = `平衡 ${balance.id} 的约束关系中 id“${relation.id}”重复`;
      found.push(
        fault('relation.duplicate', [...at, 'id'], zh, `the id "${relation.id}" stands twice among the relations of ${balance.id}`),
      );
    }
    found.push(...ofRelation(draft, balance, relation, at));
  }
  return found;
}

function ofRelation(draft: Draft, balance: BalanceDefinition, relation: Relation, path: Path): Finding[] {
  const found: Finding[] = [];
  const named = streamsOf(relation);
  for (const stream of new Set(named)) {
    found.push(...ofStream(draft, balance, relation, stream, path));
    if (named.filter((one) => one === stream).length === 1) continue;
    const zh = `约束关系 ${relation.id} 中物流 ${stream} 出现不止一次`;
    found.push(fault('relation.repeated', path, zh, `the relation ${relation.id} names the stream ${stream} more than once`));
  }
  if (relation.template === 'component') {
    if (!draft.ids.balances.has(relation.of) || relation.of === balance.id) {
      const others = [...draft.ids.balances.keys()].filter((id) => id !== balance.id);
      const zh = `组分平衡 of 应为另一平衡，现有：${others.join('、')}`;
      const en = `the component is of another balance; there are: ${others.join(', ')}`;
      found.push(fault('relation.component', [...path, 'of'], zh, en));
    } else if (!named.some((stream) => isIn(draft, stream, relation.of))) {
      const zh = `${relation.id} 的物流都不含 ${relation.of}`;
      found.push(fault('relation.component', [...path, 'of'], zh, `no stream of ${relation.id} holds any ${relation.of}`));
    }
  }
  if (relation.template === 'splitter') found.push(...split(draft, relation, path));
  return found;
}

function ofStream(draft: Draft, balance: BalanceDefinition, relation: Relation, stream: string, path: Path): Finding[] {
  if (!draft.ids.streams.has(stream)) {
    const near = nearest(stream, [...draft.ids.streams.keys()]);
    const zh = `约束关系 ${relation.id} 引用未知物流“${stream}”${near ? `，是否应为“${near}”？` : ''}`;
    const en = `the relation ${relation.id} names the unknown stream "${stream}"${near ? `; did you mean "${near}"?` : ''}`;
    return [fault('relation.stream', path, zh, en)];
  }
  if (isIn(draft, stream, balance.id) !== false) return [];
  const zh = `物流 ${stream} 不在平衡 ${balance.id} 中（没有 content），约束关系 ${relation.id} 不能引用它`;
  const en = `the stream ${stream} is not in the balance ${balance.id} (it has no content there): ${relation.id} cannot name it`;
  return [fault('relation.not-in-balance', path, zh, en)];
}

/** Whether a stream holds something in a balance; undefined where the stream or its medium is not well shaped. */
function isIn(draft: Draft, stream: string, balance: string): boolean | undefined {
  const item = draft.streams.find((one) => one.item.id === stream)?.item;
  const medium = draft.media.find((one) => one.item.id === item?.medium)?.item;
  if (item === undefined || medium === undefined) return undefined;
  return balance in item.content || balance in medium.content;
}

/** The amounts of a splitter's streams compare. */
function split(draft: Draft, relation: Extract<Relation, { template: 'splitter' }>, path: Path): Finding[] {
  const unitOf = (id: string) => {
    const medium = draft.streams.find(({ item }) => item.id === id)?.item.medium;
    return draft.media.find(({ item }) => item.id === medium)?.item.unit;
  };
  const unit = unitOf(relation.in);
  return relation.out.flatMap((out, index) => {
    const own = unitOf(out);
    if (unit === undefined || own === undefined || !isUnit(unit) || !isUnit(own) || isConvertible(own, unit)) return [];
    const zh = `分流 ${relation.id} 的出口 ${out} 以 ${own} 计，与入口的 ${unit} 不可比`;
    const en = `the outlet ${out} of the splitter ${relation.id} counts in ${own}, which does not compare with ${unit} of its inlet`;
    return [fault('unit.misfit', [...path, 'out', index], zh, en)];
  });
}

function outOf(draft: Draft, { item, path }: Placed<Stream>): Finding[] {
  return (item.outOfService ?? []).flatMap(({ from, to }, index): Finding[] => {
    const at: Path = [...path, 'outOfService', index];
    const wrong = [
      ...instantFinding(from, [...at, 'from'], draft.offsetMinutes),
      ...instantFinding(to, [...at, 'to'], draft.offsetMinutes),
    ];
    if (wrong.length > 0) return wrong;
    const [fromMs, toMs] = [from, to].map((text) => instantOr(text, draft.offsetMinutes, Number.NaN));
    if (!(toMs! <= fromMs!)) return [];
    const zh = `物流 ${item.id} 的停用结束早于开始`;
    return [fault('stream.service', [...at, 'to'], zh, `the stream ${item.id} is back in service before it went out`)];
  });
}
