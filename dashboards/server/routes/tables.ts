import type { z } from 'zod';
import { named } from '../../../config/words/word.ts';
import type { Table } from '../csv.ts';
import type { balancesDocument, coverageDocument, sourcesDocument, streamsDocument, valuesDocument } from '../documents.ts';

/** Documents as tables, for `?format=csv`. Column names are the documents' keys; times are ISO 8601 in UTC. */

const instant = (timeMs: number | null | undefined): string => (timeMs == null ? '' : new Date(timeMs).toISOString());

export function valueTable({ values }: z.input<typeof valuesDocument>): Table {
  return {
    columns: ['channel', 'name', 'kind', 'value', 'unit', 'time', 'quality', 'reason', 'origin'],
    rows: values.map(({ channel, name, kind, unit, sample }) => [
      channel,
      named(name, 'zh'),
      kind,
      sample?.value,
      unit,
      instant(sample?.timeMs),
      sample?.quality,
      sample?.reason,
      sample?.origin,
    ]),
  };
}

export function sourceTable(sources: z.input<typeof sourcesDocument>): Table {
  const counts = [...new Set(sources.flatMap((source) => Object.keys(source.counts)))];
  return {
    columns: ['id', 'state', 'lastSuccess', 'lastError', ...counts],
    rows: sources.map((source) => [
      source.id,
      source.state,
      instant(source.lastSuccessMs),
      source.lastError,
      ...counts.map((count) => source.counts[count]),
    ]),
  };
}

export function coverageTable({ cells }: z.input<typeof coverageDocument>): Table {
  return {
    columns: ['kind', 'name', 'level', 'required', 'fitted', 'exempt', 'ratio', 'threshold', 'verdict', 'usable', 'delivering', 'missing'],
    rows: cells.map((cell) => [
      cell.kind,
      cell.name,
      cell.level,
      cell.required,
      cell.fitted,
      cell.exempt,
      cell.ratio,
      cell.threshold,
      cell.verdict,
      cell.usable,
      cell.delivering,
      cell.missing.join(' '),
    ]),
  };
}

export function balanceTable({ window, revision, balances }: z.input<typeof balancesDocument>): Table {
  return {
    columns: [
      ...['from', 'to', 'revision', 'id', 'kind', 'boundary', 'unit', 'in', 'out', 'stockChange', 'imbalance', 'u', 'U', 'closurePercent'],
      ...['verdict', 'simulated'],
    ],
    rows: balances.map((one) => [
      ...[window.from, window.to, revision, one.id, one.kind, one.boundary, one.unit, one.in, one.out, one.stockChange, one.imbalance],
      ...[one.u, one.U, one.closurePercent, one.verdict, one.simulated],
    ]),
  };
}

export function streamTable(streams: z.input<typeof streamsDocument>): Table {
  return {
    columns: [
      ...['id', 'name', 'from', 'to', 'total', 'u', 'unit', 'basis', 'coverageOfTime', 'coverageOfQuantity', 'reconciled', 'reconciledU'],
    ],
    rows: streams.map((one) => [
      ...[one.id, one.name.zh, one.from, one.to, one.total, one.u, one.unit, one.basis, one.coverageOfTime, one.coverageOfQuantity],
      ...[one.reconciled, one.reconciledU],
    ]),
  };
}
